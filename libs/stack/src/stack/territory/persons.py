"""Names and addresses of people who do not exist, in ranges that can reach nobody.

E-mail goes to `example.org` (RFC 2606). Phones are of +33 6 39 98, which Arcep keeps for works of fiction: ten
thousand numbers, so a large territory uses each of them many times over, knowingly.
"""

import datetime as dt
from dataclasses import dataclass

from contracts.values import Channel, Language
from stack.territory.applications import CHANNELS, Applications

__all__ = ["Person", "person"]

_GIVEN = (
    "Alix", "Amal", "Andrea", "Ange", "Camille", "Charlie", "Claude", "Dominique", "Eden", "Emmanuelle", "Frédérique",
    "Gaby", "Ikram", "Jo", "Kim", "Lou", "Maé", "Maxime", "Nour", "Pascale", "Sacha", "Sidonie", "Yaël", "Zoé",
)  # fmt: skip
_FAMILY = (
    "Exemple", "Fictif", "Fictive", "Imaginaire", "Modèle", "Personne", "Simulée", "Spécimen", "Synthèse", "Témoin",
    "Échantillon", "Inventée", "Maquette",
)  # fmt: skip
_FICTION_RANGE = "+3363998"
_NUMBERS = 10_000
_HALF = _NUMBERS // 2
"""A co-applicant's number is far from the applicant's: two persons of one household never share one."""
_ASCII = str.maketrans("éèëÉ", "eeeE")


@dataclass(frozen=True, slots=True)
class Person:
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: Language
    consents: tuple[tuple[Channel, bool], ...]
    consents_given_on: dt.date


def person(rows: Applications, row: int, slot: int) -> Person:
    """The applicant (`slot` 0) or co-applicant (1) of a row.

    Whoever takes messages on one channel gave the address of that one alone; whoever wants none gave both, and said no.
    """
    index = int(rows.index[row])
    serial = 2 * index + slot
    given, family = _GIVEN[serial * 7 % len(_GIVEN)], _FAMILY[serial * 5 % len(_FAMILY)]
    taken = int(rows.channels[row, slot])
    granted = {channel: bool(taken >> bit & 1) for bit, channel in enumerate(CHANNELS)}
    mailbox = f"{given}.{family}.{index}{'b' if slot else ''}".translate(_ASCII).lower()
    number = (index + slot * _HALF) % _NUMBERS
    return Person(
        given_name=given,
        family_name=family,
        email=f"{mailbox}@example.org" if granted[Channel.EMAIL] or not taken else None,
        phone=f"{_FICTION_RANGE}{number:04d}" if granted[Channel.SMS] or not taken else None,
        language=Language.ENGLISH if rows.english[row, slot] else Language.FRENCH,
        consents=tuple(granted.items()),
        consents_given_on=dt.date.fromordinal(int(rows.registered_on[row])),
    )
