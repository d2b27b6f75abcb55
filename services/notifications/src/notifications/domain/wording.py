"""Numbers, dates and places as people say them, in French and in English."""

import datetime as dt

from contracts.values import DwellingFacts, Language
from reference.communes import commune, exists
from reference.days import PARIS
from reference.territories import department

_NARROW = "\N{NARROW NO-BREAK SPACE}"
_HARD = "\N{NO-BREAK SPACE}"
_DAYS = {
    Language.FRENCH: ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    Language.ENGLISH: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
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


def day(date: dt.date, language: Language, *, weekday: bool = True, year: bool = True) -> str:
    """`mardi 1er décembre 2026`, `Tuesday 1 December 2026`."""
    first = "er" if language is Language.FRENCH and date.day == 1 else ""
    words = [f"{date.day}{first}", _MONTHS[language][date.month - 1]]
    if weekday:
        words.insert(0, _DAYS[language][date.weekday()])
    if year:
        words.append(str(date.year))
    return _HARD.join(words[:-1]) + " " + words[-1] if year else _HARD.join(words)


def moment(at: dt.datetime, language: Language) -> str:
    """A moment in Paris time: `dimanche 29 novembre 2026 à 18 h 00`, `Sunday 29 November 2026 at 6:00 pm`."""
    local = at.astimezone(PARIS)
    if language is Language.FRENCH:
        return f"{day(local.date(), language)} à{_HARD}{local.hour}{_HARD}h{_HARD}{local:%M}"
    half = "am" if local.hour < 12 else "pm"  # noqa: PLR2004 - noon
    return f"{day(local.date(), language)} at{_HARD}{local.hour % 12 or 12}:{local:%M}{_HARD}{half}"


def short_moment(at: dt.datetime, language: Language) -> str:
    """For an SMS: `29/11 18h`, `29 Nov 6pm`; minutes only where there are some."""
    local = at.astimezone(PARIS)
    if language is Language.FRENCH:
        return f"{local:%d/%m} {local.hour}h" + (f"{local:%M}" if local.minute else "")
    hour = f"{local.hour % 12 or 12}" + (f":{local:%M}" if local.minute else "")
    return f"{local.day} {_MONTHS[language][local.month - 1][:3]} {hour}{'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004 - noon


def euros(cents: int, language: Language) -> str:
    """`1 612,40 €`, `€1,612.40`; whole amounts without cents."""
    whole, rest = divmod(cents, 100)
    if language is Language.FRENCH:
        grouped = f"{whole:,}".replace(",", _NARROW)
        return grouped + (f",{rest:02}" if rest else "") + f"{_HARD}€"
    return f"€{whole:,}" + (f".{rest:02}" if rest else "")


def area(square_metres: float, language: Language) -> str:
    """`62,5 m²`, `62.5 m²`."""
    said = f"{square_metres:.1f}".removesuffix(".0")
    return (said.replace(".", ",") if language is Language.FRENCH else said) + f"{_HARD}m²"


def place(code: str) -> str:
    """`Saint-Ouen-sur-Seine`, `Paris 18e`; the code itself for a commune newer than our table."""
    return commune(code).name.replace(" Arrondissement", "") if exists(code) else code


def in_place(code: str, language: Language) -> str:
    """`à Paris 18e`, `au Kremlin-Bicêtre`, `aux Lilas`, `in Les Lilas`."""
    name = place(code)
    if language is not Language.FRENCH:
        return f"in {name}"
    if name.startswith("Le "):
        return f"au {name[3:]}"
    return f"aux {name[4:]}" if name.startswith("Les ") else f"à {name}"


def department_of(code: str) -> str | None:
    """`Seine-Saint-Denis`, None for Paris itself, where the place says it all, and for an unknown commune."""
    if not exists(code):
        return None
    name = department(commune(code).department).name
    return None if place(code).startswith(name) else name


def floor(dwelling: DwellingFacts, language: Language) -> str | None:
    """`4e étage avec ascenseur`, `ground floor`; None where the floor is unknown."""
    level, french = dwelling.floor, language is Language.FRENCH
    if level is None:
        return None
    if level == 0:
        said = "rez-de-chaussée" if french else "ground floor"
    elif level < 0:
        said = f"{-level}{'er' if level == -1 else 'e'} niveau en dessous de la rue" if french else f"level {level}"
    elif french:
        said = f"{level}{'er' if level == 1 else 'e'}{_HARD}étage"
    else:
        said = f"{_ordinal(level)}{_HARD}floor"
    if dwelling.lift is None:
        return said
    lifts = ("avec ascenseur", "sans ascenseur") if french else ("with a lift", "without a lift")
    return f"{said} {lifts[0] if dwelling.lift else lifts[1]}"


def _ordinal(number: int) -> str:
    teen = 10 <= number % 100 <= 20  # noqa: PLR2004 - 11th, 12th, 13th
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
