"""What a candidacy's file must prove, by the household's situation (DOMAIN §11.3), and what is verified of it."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from contracts.allocation import CandidacyOrigin
from contracts.household import Priority, Reason
from contracts.told import Told
from contracts.values import ApplicationKind
from matching.domain.application import Application
from matching.domain.whose import is_transfer
from reference.checklist import Requirement, Situation, requirements
from reference.pieces import Piece

__all__ = ["Asked", "Item", "PieceRefused", "Verified", "missing", "needed", "next_lapse", "verify"]


class Item(NamedTuple):
    """A line of a file's checklist."""

    requirement: str
    person: int
    """1 for the applicant, 2 for the co-applicant, 0 where one piece speaks for the household."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    item: Item
    requirement: Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A piece that an agent saw."""

    item: Item
    kind: str
    issued_on: dt.date
    valid_until: dt.date | None
    """The last day; without end when None."""
    verified_by: str
    verified_on: dt.date

    def counts(self, on: dt.date) -> bool:
        return self.valid_until is None or on <= self.valid_until


class PieceRefused(Exception):
    """A piece that proves nothing; `field` names what of it."""

    def __init__(self, field: str, fr: str, en: str) -> None:
        super().__init__(en)
        self.field, self.message = field, Told(fr, en)


_APPLIES: Mapping[Situation, Callable[[Application, CandidacyOrigin], bool]] = {
    Situation.ALWAYS: lambda _, __: True,
    Situation.SEVERAL_PERSONS: lambda one, _: one.household.persons_for_occupancy > 1,
    Situation.COUNTS_MORE_PERSONS: lambda one, _: (
        (one.household.persons_for_type or 0) > one.household.persons_for_occupancy
    ),
    Situation.TENANT_OF_THE_STOCK: lambda one, _: is_transfer(one),
    Situation.HOSTED_BY_A_TENANT: lambda one, _: one.kind is ApplicationKind.SPLIT,
    Situation.HOUSED_ELSEWHERE: lambda one, _: (
        one.kind is ApplicationKind.FIRST and Reason.NO_HOME not in one.household.reasons
    ),
    Situation.HOUSING_AID: lambda one, _: bool(one.household.housing_aid_cents),
    Situation.DISABILITY_COUNTS: lambda one, _: bool(
        one.household.disabled_persons or one.household.access_needs or one.household.needs_wheelchair
    ),
    Situation.RECOGNISED_PRIORITY: lambda one, _: bool(set(one.household.priorities) - {Priority.DALO}),
    Situation.DESIGNATED_BY_THE_PREFET: lambda one, origin: (
        origin is CandidacyOrigin.PREFET or Priority.DALO in one.household.priorities
    ),
}


def needed(application: Application, origin: CandidacyOrigin, on: dt.date) -> tuple[Asked, ...]:
    """The file's checklist on a day, as the household's facts are now."""
    applicants = range(1, len(application.person_ids) + 1)
    return tuple(
        Asked(item=Item(one.name, person), requirement=one)
        for one in requirements(on)
        if _APPLIES[one.when](application, origin)
        for person in (applicants if one.each_applicant else (0,))
    )


def missing(asked: Iterable[Asked], verified: Iterable[Verified], on: dt.date) -> tuple[Asked, ...]:
    """What no piece proves that counts on a day. None is left of a complete file."""
    proved = {one.item for one in verified if one.counts(on)}
    return tuple(one for one in asked if one.item not in proved)


def verify(
    asked: Iterable[Asked],
    item: Item,
    *,
    kind: str,
    issued_on: dt.date,
    valid_until: dt.date | None,
    by: str,
    on: dt.date,
) -> Verified:
    """A piece as an agent verified it. `valid_until` is what stands on it; the kind's own time may end before.

    Raises:
        PieceRefused: the file does not ask for it, it proves something else, or it counts no more.
    """
    lines = {one.item: one.requirement for one in asked}
    if item not in lines:
        asked_for = ", ".join(f"{name} (person {person})" if person else name for name, person in lines)
        raise PieceRefused(
            "requirement",
            f"ce dossier ne le demande pas ; il demande {asked_for}",
            f"this file does not ask for it; it asks for {asked_for}",
        )
    piece = _among(lines[item].any_of, kind)
    if issued_on > on:
        raise PieceRefused("issued_on", f"le {issued_on:%d/%m/%Y} est à venir", f"{issued_on} is in the future")
    ends = [day for day in (valid_until, piece.valid_until(issued_on)) if day]
    last = min(ends, default=None)
    if last is not None and last < on:
        field = "valid_until" if last == valid_until else "issued_on"
        raise PieceRefused(
            field,
            f"la pièce ne vaut que jusqu'au {last:%d/%m/%Y} ; demandez-en une qui vaut aujourd'hui",
            f"the piece counts until {last} only; ask for one that counts today",
        )
    return Verified(item=item, kind=kind, issued_on=issued_on, valid_until=last, verified_by=by, verified_on=on)


def next_lapse(verified: Iterable[Verified], on: dt.date) -> dt.date | None:
    """The last day of the piece that ends first from a day on; None where none ends."""
    return min((one.valid_until for one in verified if one.valid_until and one.valid_until >= on), default=None)


def _among(pieces: tuple[Piece, ...], kind: str) -> Piece:
    for piece in pieces:
        if piece.kind == kind:
            return piece
    named = [one.kind for one in pieces]
    raise PieceRefused("kind", f"il se prouve par {' ou '.join(named)}", f"it is proved by {' or '.join(named)}")
