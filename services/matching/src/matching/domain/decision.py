"""What a committee decides on the files of one home: all of them at once, by the five kinds (CCH R441-3)."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.allocation import Decision, DecisionKind, DecisionReason, MovedBecause
from matching.domain.committee import Objection

__all__ = ["Ballot", "Proposal", "Tabled", "check_ballot", "decide", "overtaking", "to_be_offered"]

_ALLOCATIONS = (DecisionKind.ALLOCATED, DecisionKind.ALLOCATED_BY_RANK, DecisionKind.ALLOCATED_ON_CONDITION)
_FIRST = (DecisionKind.ALLOCATED, DecisionKind.ALLOCATED_ON_CONDITION)
_LATER = (DecisionKind.ALLOCATED_BY_RANK, DecisionKind.ALLOCATED_ON_CONDITION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabled:
    """A file as it lies before the committee."""

    candidacy_id: UUID
    application_id: UUID
    person_ids: tuple[UUID, ...]
    proposed_rank: int
    """By the engine, among all files of the home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is entered as decided on one file."""

    candidacy_id: UUID
    kind: DecisionKind
    rank: int | None = None
    reasons: tuple[DecisionReason, ...] = ()
    moved_because: MovedBecause | None = None
    words: str | None = None
    """The committee's own; never leave matching."""
    piece: str | None = None
    piece_by: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """The votes on a home's decisions, where they were counted."""

    in_favour: int
    against: int
    abstained: int = 0


def decide(
    files: Sequence[Tabled], proposals: Sequence[Proposal], *, on: dt.date, pieces: Collection[str]
) -> tuple[tuple[Decision, ...], list[Objection]]:
    """The decisions on all files of a home, by rank and then as proposed; or what stands against them.

    `pieces` are the kinds of piece that a condition may name, `on` is the session's day.
    """
    known = {one.candidacy_id: one for one in files}
    found = [*_check_complete(known, proposals), *_check_ranks(proposals)]
    for place, one in enumerate(proposals):
        found += _check_one(f"decisions[{place}]", one, on, pieces)
    if not found:
        found = _check_order(known, proposals)
    if found:
        return (), found
    ordered = sorted(proposals, key=lambda one: (one.rank or len(files) + 1, known[one.candidacy_id].proposed_rank))
    return tuple(
        Decision(
            candidacy_id=one.candidacy_id,
            application_id=known[one.candidacy_id].application_id,
            kind=one.kind,
            rank=one.rank,
            proposed_rank=known[one.candidacy_id].proposed_rank,
            moved_because=one.moved_because,
            reasons=one.reasons,
            piece=one.piece,
            piece_by=one.piece_by,
            person_ids=known[one.candidacy_id].person_ids,
        )
        for one in ordered
    ), []


def check_ballot(ballot: Ballot | None, *, present: int, quorum: int | None, mayor: bool) -> list[Objection]:
    """Whether those present may decide, and did. At equal votes the mayor's is the casting one (CCH R441-9)."""
    if quorum is not None and present < quorum:
        return [Objection("quorum", f"{present} who vote are there and {quorum} are needed; note who is present")]
    if ballot is None:
        return []
    cast = ballot.in_favour + ballot.against + ballot.abstained
    if cast > present:
        return [Objection("ballot", f"{cast} votes are more than the {present} who are there and vote")]
    if ballot.in_favour < ballot.against or ballot.in_favour == 0:
        return [Objection("ballot", "these decisions have no majority; enter what was decided")]
    if ballot.in_favour == ballot.against and not mayor:
        message = "votes are equal, and no mayor of the home's commune is there to cast the deciding one"
        return [Objection("ballot", message)]
    return []


def to_be_offered(ranks: Mapping[UUID, int], over: Collection[UUID]) -> UUID | None:
    """Whose turn it is among the ranked files of a home: the first whose candidacy is not over. One at a time."""
    return min((one for one in ranks if one not in over), key=lambda one: ranks[one], default=None)


def overtaking(ranked: Iterable[tuple[int, int]]) -> set[int]:
    """Of (rank, proposed rank), the ranks that come before a file which the engine had before them."""
    order = sorted(ranked)
    return {rank for place, (rank, proposed) in enumerate(order) if any(one < proposed for _, one in order[place:])}


def _check_complete(known: Mapping[UUID, Tabled], proposals: Sequence[Proposal]) -> list[Objection]:
    found, seen = [], set[UUID]()
    for place, one in enumerate(proposals):
        field = f"decisions[{place}].candidacy_id"
        if one.candidacy_id not in known:
            found.append(Objection(field, f"the file {one.candidacy_id} is not on this home's agenda"))
        elif one.candidacy_id in seen:
            found.append(Objection(field, f"the file {one.candidacy_id} is decided twice"))
        seen.add(one.candidacy_id)
    if left := [str(one) for one in known if one not in seen]:
        message = f"all files of a home are decided together; missing are {', '.join(left)}"
        found.append(Objection("decisions", message))
    return found


def _check_ranks(proposals: Sequence[Proposal]) -> list[Objection]:
    ranks = sorted(one.rank for one in proposals if one.kind in _ALLOCATIONS and one.rank is not None)
    if ranks != list(range(1, len(ranks) + 1)):
        said = ", ".join(map(str, ranks))
        return [Objection("decisions", f"allocations are ranked 1 to {len(ranks)}, each once, not {said}")]
    return []


def _check_one(field: str, one: Proposal, on: dt.date, pieces: Collection[str]) -> list[Objection]:
    if one.kind is DecisionKind.UNKNOWN:
        return [Objection(f"{field}.kind", "choose one of the five decisions of CCH R441-3")]
    if one.kind not in _ALLOCATIONS:
        return _check_refusal(field, one)
    found = []
    if one.rank is None:
        found.append(Objection(f"{field}.rank", "an allocation has a rank, from 1"))
    elif one.kind not in (_FIRST if one.rank == 1 else _LATER):
        kinds = " or ".join(kind.value for kind in (_FIRST if one.rank == 1 else _LATER))
        found.append(Objection(f"{field}.kind", f"rank {one.rank} is {kinds}"))
    if one.reasons:
        found.append(Objection(f"{field}.reasons", "these are reasons of a refusal; leave them out of an allocation"))
    if one.moved_because is MovedBecause.OTHER and not one.words:
        found.append(Objection(f"{field}.words", "another reason for the rank is said in the committee's words"))
    return found + _check_condition(field, one, on, pieces)


def _check_refusal(field: str, one: Proposal) -> list[Objection]:
    found = []
    if one.rank is not None:
        found.append(Objection(f"{field}.rank", "only an allocation has a rank; leave it out"))
    if not one.reasons or DecisionReason.UNKNOWN in one.reasons:
        message = "the household is told why in writing (CCH L441-2-2): give one reason of the list at least"
        found.append(Objection(f"{field}.reasons", message))
    if one.moved_because is not None:
        found.append(Objection(f"{field}.moved_because", "only an allocation is ranked; leave it out"))
    if one.piece is not None or one.piece_by is not None:
        found.append(Objection(f"{field}.piece", "only an allocation on condition names a piece; leave it out"))
    return found


def _check_condition(field: str, one: Proposal, on: dt.date, pieces: Collection[str]) -> list[Objection]:
    if one.kind is not DecisionKind.ALLOCATED_ON_CONDITION:
        if one.piece is None and one.piece_by is None:
            return []
        return [Objection(f"{field}.piece", "only an allocation on condition names a piece; leave it out")]
    found = []
    if one.piece is None or one.piece not in pieces:
        found.append(Objection(f"{field}.piece", f"name the missing piece, one of {', '.join(sorted(pieces))}"))
    if one.piece_by is None or one.piece_by <= on:
        found.append(Objection(f"{field}.piece_by", f"name the last day for the piece, after the session of {on}"))
    return found


def _check_order(known: Mapping[UUID, Tabled], proposals: Sequence[Proposal]) -> list[Objection]:
    ranked = [(one.rank, known[one.candidacy_id].proposed_rank) for one in proposals if one.rank is not None]
    moved = overtaking(ranked)
    found = []
    for place, one in enumerate(proposals):
        field = f"decisions[{place}].moved_because"
        if one.rank in moved and one.moved_because in (None, MovedBecause.UNKNOWN):
            was = known[one.candidacy_id].proposed_rank
            message = f"the engine had this file at {was}, behind another that is ranked after it now; say why"
            found.append(Objection(field, message))
        elif one.rank is not None and one.rank not in moved and one.moved_because is not None:
            found.append(
                Objection(field, "no file that the engine had before this one is ranked after it; leave it out")
            )
    return found
