"""What a committee decides on the files of one home: all of them at once, by the five kinds (CCH R441-3)."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.allocation import Decision, DecisionKind, DecisionReason, MovedBecause
from contracts.told import Told
from matching.domain.committee import Objection

__all__ = ["Ballot", "Proposal", "Tabled", "check_ballot", "decide", "overtaking", "to_be_offered"]

_ALLOCATIONS = (DecisionKind.ALLOCATED, DecisionKind.ALLOCATED_BY_RANK, DecisionKind.ALLOCATED_ON_CONDITION)
_FIRST = (DecisionKind.ALLOCATED, DecisionKind.ALLOCATED_ON_CONDITION)
_LATER = (DecisionKind.ALLOCATED_BY_RANK, DecisionKind.ALLOCATED_ON_CONDITION)
_FIVE = Told("choisissez l'une des cinq décisions du CCH R441-3", "choose one of the five decisions of CCH R441-3")
_RANKED = Told("une attribution a un rang, à partir de 1", "an allocation has a rank, from 1")
_NO_RANK = Told("seule une attribution a un rang ; laissez-le de côté", "only an allocation has a rank; leave it out")
_OF_A_REFUSAL = Told(
    "ce sont des motifs de refus ; laissez-les de côté pour une attribution",
    "these are reasons of a refusal; leave them out of an allocation",
)
_IN_WORDS = Told(
    "une autre raison du rang se dit dans les mots de la commission",
    "another reason for the rank is said in the committee's words",
)
_WHY = Told(
    "le ménage reçoit les motifs par écrit (CCH L441-2-2) : donnez au moins un motif de la liste",
    "the household is told why in writing (CCH L441-2-2): give one reason of the list at least",
)
_NO_PIECE = Told(
    "seule une attribution sous condition nomme une pièce ; laissez-la de côté",
    "only an allocation on condition names a piece; leave it out",
)
_NOT_MOVED = Told(
    "aucun dossier proposé avant celui-ci ne vient après lui ; laissez-le de côté",
    "no file that the engine had before this one is ranked after it; leave it out",
)


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
        few = Told(
            f"{present} voix délibératives sont présentes et il en faut {quorum} ; notez qui est présent",
            f"{present} who vote are there and {quorum} are needed; note who is present",
        )
        return [Objection("quorum", few)]
    if ballot is None:
        return []
    cast = ballot.in_favour + ballot.against + ballot.abstained
    if cast > present:
        many = Told(
            f"{cast} votes dépassent les {present} voix délibératives présentes",
            f"{cast} votes are more than the {present} who are there and vote",
        )
        return [Objection("ballot", many)]
    if ballot.in_favour < ballot.against or ballot.in_favour == 0:
        lost = Told(
            "ces décisions n'ont pas de majorité ; saisissez ce qui a été décidé",
            "these decisions have no majority; enter what was decided",
        )
        return [Objection("ballot", lost)]
    if ballot.in_favour == ballot.against and not mayor:
        message = Told(
            "les voix sont égales, et aucun maire de la commune du logement n'est là pour les départager",
            "votes are equal, and no mayor of the home's commune is there to cast the deciding one",
        )
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
            absent = Told(
                f"le dossier {one.candidacy_id} n'est pas à l'ordre du jour pour ce logement",
                f"the file {one.candidacy_id} is not on this home's agenda",
            )
            found.append(Objection(field, absent))
        elif one.candidacy_id in seen:
            twice = Told(
                f"le dossier {one.candidacy_id} est décidé deux fois", f"the file {one.candidacy_id} is decided twice"
            )
            found.append(Objection(field, twice))
        seen.add(one.candidacy_id)
    if left := [str(one) for one in known if one not in seen]:
        message = Told(
            f"tous les dossiers d'un logement se décident ensemble ; il manque {', '.join(left)}",
            f"all files of a home are decided together; missing are {', '.join(left)}",
        )
        found.append(Objection("decisions", message))
    return found


def _check_ranks(proposals: Sequence[Proposal]) -> list[Objection]:
    ranks = sorted(one.rank for one in proposals if one.kind in _ALLOCATIONS and one.rank is not None)
    if ranks != list(range(1, len(ranks) + 1)):
        said = ", ".join(map(str, ranks))
        message = Told(
            f"les attributions ont les rangs de 1 à {len(ranks)}, une fois chacun, et non {said}",
            f"allocations are ranked 1 to {len(ranks)}, each once, not {said}",
        )
        return [Objection("decisions", message)]
    return []


def _check_one(field: str, one: Proposal, on: dt.date, pieces: Collection[str]) -> list[Objection]:
    if one.kind is DecisionKind.UNKNOWN:
        return [Objection(f"{field}.kind", _FIVE)]
    if one.kind not in _ALLOCATIONS:
        return _check_refusal(field, one)
    found = []
    if one.rank is None:
        found.append(Objection(f"{field}.rank", _RANKED))
    elif one.kind not in (_FIRST if one.rank == 1 else _LATER):
        kinds = [kind.value for kind in (_FIRST if one.rank == 1 else _LATER)]
        message = Told(f"le rang {one.rank} est {' ou '.join(kinds)}", f"rank {one.rank} is {' or '.join(kinds)}")
        found.append(Objection(f"{field}.kind", message))
    if one.reasons:
        found.append(Objection(f"{field}.reasons", _OF_A_REFUSAL))
    if one.moved_because is MovedBecause.OTHER and not one.words:
        found.append(Objection(f"{field}.words", _IN_WORDS))
    return found + _check_condition(field, one, on, pieces)


def _check_refusal(field: str, one: Proposal) -> list[Objection]:
    found = []
    if one.rank is not None:
        found.append(Objection(f"{field}.rank", _NO_RANK))
    if not one.reasons or DecisionReason.UNKNOWN in one.reasons:
        found.append(Objection(f"{field}.reasons", _WHY))
    if one.moved_because is not None:
        found.append(Objection(f"{field}.moved_because", _NO_RANK))
    if one.piece is not None or one.piece_by is not None:
        found.append(Objection(f"{field}.piece", _NO_PIECE))
    return found


def _check_condition(field: str, one: Proposal, on: dt.date, pieces: Collection[str]) -> list[Objection]:
    if one.kind is not DecisionKind.ALLOCATED_ON_CONDITION:
        if one.piece is None and one.piece_by is None:
            return []
        return [Objection(f"{field}.piece", _NO_PIECE)]
    found = []
    if one.piece is None or one.piece not in pieces:
        known = ", ".join(sorted(pieces))
        named = Told(f"nommez la pièce qui manque, l'une de {known}", f"name the missing piece, one of {known}")
        found.append(Objection(f"{field}.piece", named))
    if one.piece_by is None or one.piece_by <= on:
        last = Told(
            f"nommez le dernier jour pour la pièce, après la séance du {on:%d/%m/%Y}",
            f"name the last day for the piece, after the session of {on}",
        )
        found.append(Objection(f"{field}.piece_by", last))
    return found


def _check_order(known: Mapping[UUID, Tabled], proposals: Sequence[Proposal]) -> list[Objection]:
    ranked = [(one.rank, known[one.candidacy_id].proposed_rank) for one in proposals if one.rank is not None]
    moved = overtaking(ranked)
    found = []
    for place, one in enumerate(proposals):
        field = f"decisions[{place}].moved_because"
        if one.rank in moved and one.moved_because in (None, MovedBecause.UNKNOWN):
            was = known[one.candidacy_id].proposed_rank
            message = Told(
                f"ce dossier était proposé au rang {was}, derrière un autre qui le suit maintenant ; dites pourquoi",
                f"the engine had this file at {was}, behind another that is ranked after it now; say why",
            )
            found.append(Objection(field, message))
        elif one.rank is not None and one.rank not in moved and one.moved_because is not None:
            found.append(Objection(field, _NOT_MOVED))
    return found
