"""What a message says of a home and of its call, in words: everything that is the same for all who are asked."""

import datetime as dt
import math
from dataclasses import dataclass

from contracts.matching import CallWithdrawalReason
from contracts.values import DwellingFacts, Language
from notifications.domain import wording
from notifications.domain.call import Call


@dataclass(frozen=True, slots=True)
class HomeWords:
    type: str
    in_place: str
    street: str
    short_area: str
    short_rent: str
    lines: tuple[tuple[str, str], ...]
    """Label and value, in the order a household asks for them."""


def home_words(
    dwelling: DwellingFacts, available_on: dt.date, language: Language, *, expected: bool = False
) -> HomeWords:
    return HomeWords(
        type=dwelling.dwelling_type.value,
        in_place=wording.in_place(dwelling.commune, language),
        street=dwelling.street,
        short_area=f"{math.floor(dwelling.living_area_m2)}m2",
        short_rent=f"{math.ceil(dwelling.rent_cents / 100)}EUR",
        lines=tuple(_lines(dwelling, available_on, language, expected=expected)),
    )


def _lines(
    dwelling: DwellingFacts, available_on: dt.date, language: Language, *, expected: bool
) -> list[tuple[str, str]]:
    french = language is Language.FRENCH
    department = wording.department_of(dwelling.commune)
    where = f"{dwelling.street}, {wording.place(dwelling.commune)}" + (f" ({department})" if department else "")
    size = f"{dwelling.dwelling_type.value}, {wording.area(dwelling.living_area_m2, language)}"
    rent = wording.euros(dwelling.rent_cents, language)
    charges = wording.euros(dwelling.service_charges_cents, language)
    available = wording.day(available_on, language)
    floor = wording.floor(dwelling, language)
    if french:
        lines = [("Adresse", where), ("Taille", size)]
        lines += [("Étage", floor)] if floor else []
        lines += [("Loyer", f"{rent} par mois, charges comprises (dont {charges} de charges)")]
        lines += [("Classe énergie", dwelling.energy_class.value)] if dwelling.energy_class else []
        said = (
            f"à partir du {available}, date prévue qui peut encore changer" if expected else f"à partir du {available}"
        )
        lines += [("Disponible", said)]
        return lines
    lines = [("Address", where), ("Size", size)]
    lines += [("Floor", floor)] if floor else []
    lines += [("Rent", f"{rent} a month, charges included ({charges} of charges)")]
    lines += [("Energy class", dwelling.energy_class.value)] if dwelling.energy_class else []
    lines += [
        ("Available", f"from {available}, expected: the date may still change" if expected else f"from {available}")
    ]
    return lines


def asked(called: int, language: Language, *, like_homes: int = 1) -> str:
    """How many households are asked, the reader's own among them, and about how many like homes."""
    if like_homes > 1:
        return _asked_together(called, like_homes, language)
    if language is Language.FRENCH:
        if called == 1:
            return "Vous êtes pour l'instant le seul ménage interrogé pour ce logement."
        return f"{called} ménages, dont le vôtre, sont interrogés pour ce logement."
    if called == 1:
        return "You are the only household asked about this home for now."
    return f"{called} households, yours among them, are asked about this home."


def _asked_together(called: int, homes: int, language: Language) -> str:
    if language is Language.FRENCH:
        whom = (
            "Vous êtes pour l'instant le seul ménage interrogé"
            if called == 1
            else (f"{called} ménages, dont le vôtre, sont interrogés")
        )
        return (
            f"{whom} pour {homes} logements semblables du même bailleur dans la même rue : une réponse vaut pour tous."
        )
    whom = (
        "You are the only household asked for now"
        if called == 1
        else f"{called} households, yours among them, are asked"
    )
    return (
        f"{whom} about {homes} like homes of the same landlord in the same street: one answer counts for all of them."
    )


_WHY_WITHDRAWN = {
    CallWithdrawalReason.VACANCY_LET: (
        "Ce logement vient d'être loué : il n'est plus disponible.",
        "This home has just been let: it is no longer available.",
    ),
    CallWithdrawalReason.HOME_CHANGED: (
        "Ce logement est maintenant proposé à d'autres conditions, qui ne correspondent plus à votre demande.",
        "This home is now let on other terms, which no longer fit your application.",
    ),
    CallWithdrawalReason.APPLICATION_CLOSED: (
        "Votre demande de logement est close : cette question n'a plus lieu d'être.",
        "Your housing application is closed: this question no longer stands.",
    ),
    CallWithdrawalReason.RULE_BROKEN: (
        "Votre situation a changé et, selon les règles d'attribution, ce logement ne peut plus vous être attribué.",
        "Your situation has changed and, by the rules of allocation, this home can no longer go to you.",
    ),
}
_WITHDRAWN = (
    "Le bailleur a retiré ce logement de la location : il n'est plus disponible.",
    "The landlord has taken this home off letting: it is no longer available.",
)


def why_withdrawn(call: Call, language: Language) -> str:
    reason = call.withdrawal_reason or CallWithdrawalReason.VACANCY_WITHDRAWN
    return _WHY_WITHDRAWN.get(reason, _WITHDRAWN)[0 if language is Language.FRENCH else 1]
