"""What the API shows."""

import datetime as dt
from collections.abc import Iterable
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.values import DwellingFacts, Language
from matching.domain.call import CallStatus, Candidate
from matching.domain.explanation import Explanation
from matching.domain.rules import Fact, Rule, Verdict
from matching.domain.vacancy import VacancyStatus
from matching.sentences import sentence
from matching.store.tables import CallRow, VacancyRow
from policy.explain import Line
from policy.expression import Known

__all__ = ["AskedView", "CallView", "ExplanationView", "FindingView", "NextView", "RubricView", "ShortlistView"]


class View(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class AskedView(View):
    """An interest call as the household sees it."""

    call_id: UUID
    status: CallStatus
    answer_by: dt.datetime
    dwelling: DwellingFacts
    available_on: dt.date
    asked: int
    """How many households are asked for this home."""

    @classmethod
    def of(cls, call: CallRow, vacancy: VacancyRow) -> Self:
        seen = vacancy.vacancy()
        assert seen.dwelling is not None
        assert seen.available_on is not None, "nobody is called for a home that is not known"
        return cls(
            call_id=call.id,
            status=CallStatus(call.status),
            answer_by=call.answer_by,
            dwelling=seen.dwelling,
            available_on=seen.available_on,
            asked=vacancy.called,
        )


class CallView(View):
    """An interest call as an agent sees it."""

    id: UUID
    vacancy_id: UUID
    application_id: UUID
    rank: int
    status: CallStatus
    score: int
    points: dict[str, int]
    """By rubric; they sum up to the score at the time of the call."""
    reasons: list[str]
    to_verify: list[str]
    policy: str
    issued_at: dt.datetime
    answer_by: dt.datetime
    answered_at: dt.datetime | None
    answer_reason: str | None
    answered_on_behalf_by: str | None
    withdrawn_because: str | None

    @classmethod
    def of(cls, row: CallRow) -> Self:
        return cls.model_validate(row.model_dump())


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
    called: list[CallView]
    next_in_line: list[NextView]


class FindingView(View):
    rule: Rule
    verdict: Verdict
    code: str
    sentence: str
    facts: dict[str, Fact]


class RubricView(View):
    rubric: str
    criterion: str
    label: str
    points: int
    facts: dict[str, Fact]
    sensitive: bool
    """A household reads “legal priority” instead of the label."""


class ExplanationView(View):
    """Why, and why not. A score only aids a decision, which is the committee's."""

    application_id: UUID
    vacancy_id: UUID
    fits: bool
    score: int
    points: dict[str, int]
    rubrics: list[RubricView]
    """What the territory's own rubrics gave, with the facts each was read from."""
    findings: list[FindingView]
    policy: str

    @classmethod
    def of(
        cls,
        explanation: Explanation,
        *,
        application_id: UUID,
        vacancy_id: UUID,
        rubrics: Iterable[Line],
        language: Language,
    ) -> Self:
        return cls(
            application_id=application_id,
            vacancy_id=vacancy_id,
            fits=explanation.fits,
            score=explanation.score,
            points=dict(explanation.points),
            rubrics=[
                RubricView(
                    rubric=one.rubric,
                    criterion=one.criterion,
                    label=one.label.en if language is Language.ENGLISH else one.label.fr,
                    points=one.points,
                    facts={name: _shown(value) for name, value in one.facts.items()},
                    sensitive=one.sensitive,
                )
                for one in rubrics
            ],
            findings=[
                FindingView(
                    rule=one.rule,
                    verdict=one.verdict,
                    code=one.code,
                    sentence=sentence(one, language),
                    facts=dict(one.facts),
                )
                for one in explanation.findings
            ],
            policy=explanation.policy,
        )


def _shown(value: Known) -> Fact:
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else value
