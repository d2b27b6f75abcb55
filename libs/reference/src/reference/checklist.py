"""What a file must prove before a committee looks at it, dated: each requirement, when it applies, and its pieces.

Illustrative: which piece a situation asks for is usual practice, not read in a text (`checklist.json`, `source`).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from reference._dated import Dated, dated_by
from reference._packed import packed
from reference.pieces import Piece, piece

__all__ = ["Requirement", "Situation", "UnknownRequirement", "requirement", "requirements"]


class UnknownRequirement(LookupError):
    """No checklist asks for this."""


class Situation(StrEnum):
    """When a requirement applies; who counts the household says whether it does."""

    ALWAYS = "always"
    SEVERAL_PERSONS = "several_persons"
    COUNTS_MORE_PERSONS = "counts_more_persons"
    """A birth is expected, or custody shared: more persons count for the type than live there."""
    TENANT_OF_THE_STOCK = "tenant_of_the_stock"
    HOSTED_BY_A_TENANT = "hosted_by_a_tenant"
    HOUSED_ELSEWHERE = "housed_elsewhere"
    HOUSING_AID = "housing_aid"
    DISABILITY_COUNTS = "disability_counts"
    RECOGNISED_PRIORITY = "recognised_priority"
    DESIGNATED_BY_THE_PREFET = "designated_by_the_prefet"


@dataclass(frozen=True, slots=True)
class Requirement:
    name: str
    any_of: tuple[Piece, ...]
    when: Situation
    each_applicant: bool
    """Applicant and co-applicant bring one each."""
    fr: str
    en: str
    effective_from: date


@cache
def _requirements() -> dict[str, Dated[Requirement]]:
    rows = (
        Requirement(
            name=row["name"],
            any_of=tuple(map(piece, row["any_of"])),
            when=Situation(row["when"]),
            each_applicant=row["each_applicant"],
            fr=row["fr"],
            en=row["en"],
            effective_from=date.fromisoformat(row["effective_from"]),
        )
        for row in packed("checklist")["requirements"]
    )
    return dated_by(rows, key=lambda one: one.name, since=lambda one: one.effective_from)


def requirements(on: date) -> tuple[Requirement, ...]:
    """What is asked for on a day, in the checklist's order."""
    return tuple(one for dated in _requirements().values() if (one := dated.on(on)))


def requirement(name: str) -> Requirement:
    """The newest of this name. Raises `UnknownRequirement`, which names those there are."""
    try:
        return _requirements()[name].newest
    except KeyError:
        raise UnknownRequirement(
            f"Nothing on the checklist is called {name!r}; known are {', '.join(_requirements())}."
        ) from None
