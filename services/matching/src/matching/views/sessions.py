"""A committee's session: who sits, and what lies before it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Self
from uuid import UUID

from contracts.allocation import DecisionKind, DecisionReason, FewerFilesBecause, MovedBecause
from contracts.values import DwellingFacts
from matching.domain.committee import Member, SessionStatus
from matching.domain.decision import Ballot
from matching.store.committee import HomeStatus
from matching.store.committee_tables import AgendaFileRow, AgendaHomeRow, DecisionRow, SessionRow
from matching.views.examinations import ExaminationItemView
from matching.views.explanations import KeptExplanationView
from matching.views.view import View

__all__ = [
    "AgendaFileView",
    "AgendaHomeSummary",
    "AgendaHomeView",
    "DecisionView",
    "RankedFile",
    "SessionSummary",
    "SessionView",
]


class SessionSummary(View):
    id: UUID
    landlord: str
    held_on: dt.date
    place: str
    status: SessionStatus
    version: int

    @classmethod
    def of(cls, row: SessionRow) -> Self:
        return cls(**_state(row))


class DecisionView(View):
    kind: DecisionKind
    rank: int | None
    moved_because: MovedBecause | None
    reasons: list[DecisionReason]
    words: str | None
    """The committee's own."""
    piece: str | None
    piece_by: dt.date | None

    @classmethod
    def of(cls, row: DecisionRow) -> Self:
        return cls(
            kind=DecisionKind(row.kind),
            rank=row.rank,
            moved_because=None if row.moved_because is None else MovedBecause(row.moved_because),
            reasons=[DecisionReason(one) for one in row.reasons],
            words=row.words,
            piece=row.piece,
            piece_by=row.piece_by,
        )


class AgendaFileView(View):
    """A file as the engine laid it before the committee."""

    candidacy_id: UUID
    proposed_rank: int
    score: int
    explanation: KeptExplanationView | None
    """None once the application is erased."""
    decision: DecisionView | None


class RankedFile(View):
    candidacy_id: UUID
    proposed_rank: int
    score: int
    kind: DecisionKind | None
    rank: int | None


class AgendaHomeSummary(View):
    """An answer to a command; it is kept for repetitions of the request, so it tells nothing of a household."""

    vacancy_id: UUID
    place: int
    status: HomeStatus
    files: list[RankedFile]

    @classmethod
    def of(cls, row: AgendaHomeRow, files: Sequence[AgendaFileRow], decisions: Sequence[DecisionRow]) -> Self:
        decided = {one.candidacy_id: one for one in decisions}
        return cls(
            vacancy_id=row.vacancy_id,
            place=row.place,
            status=HomeStatus(row.status),
            files=[
                RankedFile(
                    candidacy_id=one.candidacy_id,
                    proposed_rank=one.proposed_rank,
                    score=one.score,
                    kind=DecisionKind(decided[one.candidacy_id].kind) if one.candidacy_id in decided else None,
                    rank=decided[one.candidacy_id].rank if one.candidacy_id in decided else None,
                )
                for one in files
            ],
        )


class AgendaHomeView(View):
    vacancy_id: UUID
    place: int
    status: HomeStatus
    dwelling: DwellingFacts
    policy: str
    fewer_files_because: FewerFilesBecause | None
    justification: str | None
    ballot: Ballot | None
    decided_by: str | None
    decided_at: dt.datetime | None
    files: list[AgendaFileView]

    @classmethod
    def of(
        cls,
        row: AgendaHomeRow,
        files: Sequence[AgendaFileRow],
        decisions: Sequence[DecisionRow],
        explanations: Mapping[UUID, KeptExplanationView],
    ) -> Self:
        decided = {one.candidacy_id: DecisionView.of(one) for one in decisions if one.vacancy_id == row.vacancy_id}
        return cls(
            vacancy_id=row.vacancy_id,
            place=row.place,
            status=HomeStatus(row.status),
            dwelling=DwellingFacts.model_validate(row.dwelling),
            policy=row.policy,
            fewer_files_because=None if row.fewer_files_because is None else FewerFilesBecause(row.fewer_files_because),
            justification=row.justification,
            ballot=None if row.ballot is None else Ballot(**row.ballot),
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            files=[
                AgendaFileView(
                    candidacy_id=one.candidacy_id,
                    proposed_rank=one.proposed_rank,
                    score=one.score,
                    explanation=explanations.get(one.candidacy_id),
                    decision=decided.get(one.candidacy_id),
                )
                for one in files
                if one.vacancy_id == row.vacancy_id
            ],
        )


class SessionView(SessionSummary):
    members: list[Member]
    quorum: int | None
    planned_by: str
    closed_by: str | None
    homes: list[AgendaHomeView]
    examinations: list[ExaminationItemView]

    @classmethod
    def seen(cls, row: SessionRow, homes: Sequence[AgendaHomeView], leases: Sequence[ExaminationItemView]) -> Self:
        return cls(
            **_state(row),
            members=list(row.seats()),
            quorum=row.quorum,
            planned_by=row.planned_by,
            closed_by=row.closed_by,
            homes=list(homes),
            examinations=list(leases),
        )


def _state(row: SessionRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "landlord": row.landlord,
        "held_on": row.held_on,
        "place": row.place,
        "status": SessionStatus(row.status),
        "version": row.version,
    }
