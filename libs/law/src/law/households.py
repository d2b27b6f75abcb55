"""How many persons a household is: three texts count three ways (DOMAIN §11.12)."""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from contracts.tenancy import Relation

__all__ = [
    "Custody",
    "Member",
    "Relation",
    "Sex",
    "Share",
    "age",
    "consumption_units",
    "disabled_persons",
    "minors",
    "persons_for_ceiling",
    "persons_for_occupancy",
    "persons_for_type",
]

_MAJORITY = 18
_ADULT_OF_THE_SCALE = 14
"""From this age a person weighs half a unit, below it three tenths."""


class Custody(StrEnum):
    """How a child lives with the household."""

    FULL = "full"
    SHARED = "shared"
    """In turn with the other parent (résidence alternée)."""
    VISITING = "visiting"
    """By a right of visit and lodging (droit de visite et d'hébergement)."""


class Sex(StrEnum):
    """Only INSEE's index asks for it: two children of the same sex may share a room."""

    FEMALE = "female"
    MALE = "male"


class Share(StrEnum):
    """What a child in shared custody, or with a right of visit, counts for in a dwelling type (DOMAIN §4.4)."""

    FULL = "full"
    HALF = "half"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the household, as far as the rules look. An applicant, or co-applicant, is a leaseholder to be.

    From a year of birth alone give its last day: nobody is then taken for older than she is.
    """

    relation: Relation
    born_on: dt.date | None = None
    """Unknown when absent."""
    disabled: bool = False
    """Holds the card of CASF L241-3 with the mention of invalidity."""
    tax_attached: bool = True
    """On the leaseholders' tax notice, or a dependant in the sense of CGI 194 to 196 B."""
    custody: Custody = Custody.FULL
    unborn: bool = False
    """An expected birth."""
    sex: Sex | None = None


def age(born_on: dt.date, on: dt.date) -> int:
    """Completed years `on` a day."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def persons_for_ceiling(members: Iterable[Member]) -> int:
    """Persons of the home whose incomes and number the ceilings count (CCH L442-12).

    The leaseholders, the spouse, partner or companion, those on their tax notices or dependent on them for tax, and
    the children with a right of visit and lodging. Not: an expected child, others who merely live there.
    """
    return sum(1 for member in members if counts_for_ceiling(member))


def counts_for_ceiling(member: Member) -> bool:
    """Whether CCH L442-12 counts this person."""
    if member.unborn:
        return False
    of_the_lease = member.relation in {Relation.LEASEHOLDER, Relation.SPOUSE}
    return of_the_lease or member.tax_attached or member.custody is Custody.VISITING


def persons_for_occupancy(members: Iterable[Member]) -> int:
    """Persons who have their main home there (CCH L621-2, R822-25): tax does not matter, expected births do not count.

    Children with a right of visit and lodging count, by the derogation of L621-2.
    """
    return sum(1 for member in members if not member.unborn)


def persons_for_type(members: Iterable[Member], *, births: bool, custody: Share) -> int:
    """Persons that the territory's policy counts for a dwelling type; not law (DOMAIN §4.4).

    `births`: whether expected children count. `custody`: what children in shared custody or with a right of visit
    count for; a half person left over counts as one. Never fewer than one.
    """
    halves = 0
    for member in members:
        if member.unborn:
            halves += 2 if births else 0
        elif member.custody is Custody.FULL:
            halves += 2
        else:
            halves += {Share.FULL: 2, Share.HALF: 1, Share.NONE: 0}[custody]
    return max(1, math.ceil(halves / 2))


def consumption_units(members: Iterable[Member], on: dt.date) -> float:
    """Units of the OECD's modified scale as INSEE uses it: 1, then 0.5 from 14 years on, 0.3 below.

    Expected children and those who only visit do not count; an unknown age counts as an adult's. At least 1.
    """
    there = [member for member in members if not member.unborn and member.custody is not Custody.VISITING]
    children = sum(
        1 for member in there if member.born_on is not None and age(member.born_on, on) < _ADULT_OF_THE_SCALE
    )
    adults = max(1, len(there) - children)
    return (10 + 5 * (adults - 1) + 3 * children) / 10


def minors(members: Iterable[Member], on: dt.date) -> int:
    """Persons who live there, born and under eighteen; those of unknown age are not counted."""
    return sum(
        1
        for member in members
        if not member.unborn and member.born_on is not None and age(member.born_on, on) < _MAJORITY
    )


def disabled_persons(members: Iterable[Member]) -> int:
    """Persons of the household who are disabled in the sense of the ceilings."""
    return sum(1 for member in members if member.disabled and not member.unborn)
