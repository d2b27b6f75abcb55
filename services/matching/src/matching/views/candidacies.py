"""A household's file for a home, as agents see it."""

import datetime as dt
from typing import Any, Self
from uuid import UUID

from contracts.allocation import CandidacyEnd, CandidacyOrigin
from contracts.values import Language
from matching.acts.filing import Checklist
from matching.domain.candidacy import CandidacyStatus
from matching.domain.checklist import Asked, Verified
from matching.store.candidacy_tables import CandidacyRow
from matching.views.explanations import KeptExplanationView
from matching.views.view import View
from matching.words.languages import in_language

__all__ = ["CandidacySummary", "CandidacyView", "LineView"]


class CandidacySummary(View):
    """An answer to a command; it is kept for repetitions of the request, so it tells nothing of the household."""

    id: UUID
    vacancy_id: UUID
    application_id: UUID
    version: int
    status: CandidacyStatus
    origin: CandidacyOrigin
    missing: list[str]
    """What of the checklist no piece proves today."""

    @classmethod
    def of(cls, row: CandidacyRow, checklist: Checklist | None) -> Self:
        return cls(**_state(row, checklist))


class LineView(View):
    """A line of the checklist, and the piece that proves it."""

    requirement: str
    person: int
    """1 for the applicant, 2 for the co-applicant, 0 where one piece speaks for the household."""
    label: str
    any_of: list[str]
    """Kinds of piece; any one will do."""
    kind: str | None
    issued_on: dt.date | None
    valid_until: dt.date | None
    verified_by: str | None
    verified_on: dt.date | None
    proved: bool
    """By a piece that counts today."""

    @classmethod
    def of(cls, one: Asked, seen: Verified | None, language: Language, *, proved: bool) -> Self:
        return cls(
            requirement=one.item.requirement,
            person=one.item.person,
            label=in_language(one.requirement, language),
            any_of=[piece.kind for piece in one.requirement.any_of],
            kind=seen and seen.kind,
            issued_on=seen and seen.issued_on,
            valid_until=seen and seen.valid_until,
            verified_by=seen and seen.verified_by,
            verified_on=seen and seen.verified_on,
            proved=proved,
        )


class CandidacyView(CandidacySummary):
    call_id: UUID | None
    score: int
    """Of the opening, as the explanation."""
    policy: str
    explanation: KeptExplanationView | None
    """As the engine explained the household for the home at the opening; none once its application is erased."""
    opened_at: dt.datetime
    opened_by: str | None
    opened_because: str | None
    session_id: UUID | None
    rank: int | None
    parked_for: UUID | None
    closed_at: dt.datetime | None
    closed_because: CandidacyEnd | None
    checklist: list[LineView]

    @classmethod
    def seen(
        cls,
        row: CandidacyRow,
        checklist: Checklist | None,
        explanation: KeptExplanationView | None,
        language: Language,
    ) -> Self:
        return cls(
            **_state(row, checklist),
            call_id=row.call_id,
            score=row.score,
            policy=row.policy,
            explanation=explanation,
            opened_at=row.opened_at,
            opened_by=row.opened_by,
            opened_because=row.opened_because,
            session_id=row.session_id,
            rank=row.rank,
            parked_for=row.parked_for,
            closed_at=row.closed_at,
            closed_because=None if row.closed_because is None else CandidacyEnd(row.closed_because),
            checklist=[
                LineView.of(one, checklist.verified.get(one.item), language, proved=one not in checklist.missing)
                for one in checklist.asked
            ]
            if checklist
            else [],
        )


def _state(row: CandidacyRow, checklist: Checklist | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "vacancy_id": row.vacancy_id,
        "application_id": row.application_id,
        "version": row.version,
        "status": CandidacyStatus(row.status),
        "origin": CandidacyOrigin(row.origin),
        "missing": [one.item.requirement for one in checklist.missing] if checklist else [],
    }
