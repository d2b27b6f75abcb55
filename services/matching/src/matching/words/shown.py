"""Facts as a sentence says them: amounts, decimals, days and places, in French and English."""

import datetime as dt
from collections.abc import Mapping

from contracts.values import Language
from matching.domain.rules import Fact
from reference import communes

__all__ = ["shown"]

_CENTS, _EUROS, _DAYS, _PLACES = "_cents", "_euros", ("_on", "until"), ("commune", "wanted")
_MONTHS = {
    Language.FRENCH: (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    Language.ENGLISH: (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_FRENCH_MARKS = str.maketrans({",": "\N{NARROW NO-BREAK SPACE}", ".": ","})


def shown(facts: Mapping[str, Fact], language: Language) -> dict[str, object]:
    """By the fact's name; an amount `base_rent_cents` as `base_rent_euros`, a place `commune` as `commune_name` too."""
    said: dict[str, object] = {}
    for name, value in facts.items():
        if name.endswith(_CENTS) and isinstance(value, int):
            said[f"{name.removesuffix(_CENTS)}{_EUROS}"] = _number(f"{value / 100:,.2f}", language)
        elif name.endswith(_EUROS) and isinstance(value, int):
            said[name] = _number(f"{value:,}", language)
        elif isinstance(value, float):
            said[name] = _number(str(value), language)
        elif name.endswith(_DAYS) and isinstance(value, str):
            said[name] = _day(dt.date.fromisoformat(value), language)
        else:
            said[name] = value
            if name in _PLACES and isinstance(value, str):
                said[f"{name}_name"] = communes.commune(value).name if communes.exists(value) else value
    return said


def _number(english: str, language: Language) -> str:
    """`31 254,50` with a narrow space that does not break; `31,254.50` in English, as it is given."""
    return english if language is Language.ENGLISH else english.translate(_FRENCH_MARKS)


def _day(day: dt.date, language: Language) -> str:
    """`1er décembre 2026`, `1 December 2026`."""
    first = "er" if day.day == 1 and language is not Language.ENGLISH else ""
    months = _MONTHS[Language.ENGLISH if language is Language.ENGLISH else Language.FRENCH]
    return f"{day.day}{first} {months[day.month - 1]} {day.year}"
