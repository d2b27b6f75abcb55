"""Calls and shortlists."""

import datetime as dt
from typing import Self
from uuid import UUID

from contracts.values import DwellingFacts, Language
from matching.domain.call import CallStatus, Candidate
from matching.domain.vacancy import VacancyStatus
from matching.domain.widening import step_in
from matching.store.tables import CallRow, VacancyRow
from matching.views.view import View
from matching.words import wording

__all__ = ["AskedView", "CallSummary", "CallView", "NextView", "ShortlistView"]


class AskedView(View):
    """An interest call as the household sees it."""

    call_id: UUID
    status: CallStatus
    answer_by: dt.datetime
    dwelling: DwellingFacts
    available_on: dt.date
    available_on_expected: bool
    """The home is announced: the day may still change."""
    asked: int
    """How many households are asked for this home, or for it and those like it."""
    widened: str | None
    """Why it is asked about a home that is not quite what it wished; null where it is."""

    @classmethod
    def of(cls, call: CallRow, vacancy: VacancyRow, language: Language, *, asked: int) -> Self:
        seen = vacancy.vacancy()
        assert seen.dwelling is not None
        assert seen.available_on is not None, "nobody is called for a home that is not known"
        return cls(
            call_id=call.id,
            status=CallStatus(call.status),
            answer_by=call.answer_by,
            dwelling=seen.dwelling,
            available_on=seen.available_on,
            available_on_expected=seen.status is VacancyStatus.ANNOUNCED,
            asked=asked,
            widened=None if (step := step_in(call.reasons)) is None else wording.widened(step, language),
        )


class CallSummary(View):
    """An interest call as an agent sees it among others."""

    id: UUID
    vacancy_id: UUID
    application_id: UUID
    rank: int
    status: CallStatus
    score: int
    points: dict[str, int]
    """By rubric; they sum up to the score at the time of the call."""
    reasons: list[str]
    """The first names the wish that was widened by one step, for a home that was hard to let: `widened_type`."""
    to_verify: list[str]
    policy: str
    issued_at: dt.datetime
    answer_by: dt.datetime
    answered_at: dt.datetime | None
    answered_on_behalf_by: str | None
    withdrawn_because: str | None

    @classmethod
    def of(cls, row: CallRow) -> Self:
        return cls.model_validate(row.model_dump(include=set(cls.model_fields)))


class CallView(CallSummary):
    """An interest call read by itself."""

    answer_reason: str | None
    """In the household's own words: in no list."""


class NextView(View):
    """A household that is not called yet."""

    application_id: UUID
    score: int
    points: dict[str, int]
    reasons: list[str]
    to_verify: list[str]

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        explanation = candidate.explanation
        return cls(
            application_id=candidate.application.id,
            score=explanation.score,
            points=dict(explanation.points),
            reasons=list(explanation.reasons),
            to_verify=list(explanation.to_verify),
        )


class ShortlistView(View):
    """Those called, by rank, then those who would be called next."""

    vacancy_id: UUID
    status: VacancyStatus
    dwelling: DwellingFacts | None
    available_on: dt.date | None
    policy: str
    places: int
    """Households asked at the same time."""
    standing: int
    """Calls that hold a place: open or interested."""
    called: list[CallSummary]
    next_in_line: list[NextView]
