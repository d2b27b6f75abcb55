"""Explanations, in sentences: an agent's view of anybody, with what each thing was read from."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Self
from uuid import UUID

from contracts.values import Language
from matching.acts.placing import Ahead, Placing
from matching.domain.application import Application
from matching.domain.evidence import Evidence, Word
from matching.domain.explanation import Explanation
from matching.domain.near_miss import ChangeCode, NearMiss
from matching.domain.policy import Policy
from matching.domain.rationale import CriterionMet, Rationale
from matching.domain.rules import Fact, Finding, Rule, Verdict
from matching.domain.vacancy import Vacancy
from matching.store.tables import CallRow
from matching.views.view import View
from matching.words import wording
from matching.words.changes import change_sentence
from matching.words.languages import in_language
from matching.words.sentences import sentence
from policy.model import Criterion

__all__ = [
    "AheadView",
    "CallExplanationView",
    "ChangeView",
    "Explained",
    "ExplanationView",
    "FactView",
    "FindingView",
    "KeptExplanationView",
    "RubricView",
    "criterion_of",
]


class FindingView(View):
    rule: Rule
    verdict: Verdict
    code: str
    sentence: str
    facts: dict[str, Fact]

    @classmethod
    def of(cls, finding: Finding, language: Language) -> Self:
        return cls(
            rule=finding.rule,
            verdict=finding.verdict,
            code=finding.code,
            sentence=sentence(finding, language),
            facts=dict(finding.facts),
        )


class RubricView(View):
    rubric: str
    criterion: str
    label: str
    points: int
    facts: dict[str, Fact]
    sensitive: bool
    """A household reads “legal priority” instead of the label."""

    @classmethod
    def of(cls, met: CriterionMet, policy: Policy | None, language: Language) -> Self:
        criterion = criterion_of(met, policy)
        return cls(
            rubric=met.rubric,
            criterion=met.criterion,
            label=met.criterion if criterion is None else in_language(criterion.label, language),
            points=met.points,
            facts=dict(met.facts),
            sensitive=criterion is None or criterion.sensitive,
        )


class FactView(View):
    """A fact that something was read from, as it was on that day."""

    name: str
    value: Any
    word: Word
    """On whose word it stood: declared, verified, the landlord's, or recorded by the system."""

    @classmethod
    def of(cls, fact: Evidence) -> Self:
        return cls(name=fact.name, value=fact.value, word=fact.word)


class AheadView(View):
    """A household before this one: what it had, under an id that says nothing to who may not open it."""

    rank: int
    application_id: UUID
    score: int
    points: dict[str, int]

    @classmethod
    def of(cls, one: Ahead | CallRow) -> Self:
        return cls(rank=one.rank, application_id=one.application_id, score=one.score, points=one.points)


class Explained(View):
    """What all of an agent's explanations hold. A score only aids a decision, which is the committee's."""

    application_id: UUID
    vacancy_id: UUID
    policy: str
    on: dt.date
    """The day that months and ages are counted for."""
    fits: bool
    score: int
    points: dict[str, int]
    """By rubric; they sum up to the score."""
    rubrics: list[RubricView]
    """What the territory's own rubrics gave, with the facts each was read from."""
    findings: list[FindingView]
    facts: list[FactView]
    decides: str


class ChangeView(View):
    """A single change that would have put the application on the shortlist."""

    code: ChangeCode
    sentence: str
    """“Accept T3: rank 1.”"""
    facts: dict[str, Fact]
    steps: int
    """How far it is from what the household said; nearer ones come first."""
    rank: int
    score: int

    @classmethod
    def of(cls, near: NearMiss, language: Language) -> Self:
        change = near.change
        return cls(
            code=change.code,
            sentence=change_sentence(change.code, change.facts, language, rank=near.rank),
            facts=dict(change.facts),
            steps=change.steps,
            rank=near.rank,
            score=near.score,
        )


class ExplanationView(Explained):
    """Why, and why not, as both the application and the home are now."""

    open: bool
    """Whether households may be called for the home; else the list is what it would be."""
    rank: int | None
    """Its place among all that fit, those called included; none where a rule excludes it."""
    on_shortlist: bool
    shortlist_size: int
    ahead_count: int | None
    ahead: list[AheadView]
    """The first of those ahead; of the shortlist, where a rule excludes the application."""
    nearest: list[ChangeView]
    """For a miss: the single changes that would have made it, the nearest first."""
    widened: str | None
    """The home is hard to let, and called for after all who wish it with this wish of the household's widened."""
    call_id: UUID | None
    rank_at_call: int | None

    @classmethod
    def of(
        cls,
        explanation: Explanation,
        application: Application,
        vacancy: Vacancy,
        placing: Placing,
        call: tuple[UUID, int] | None,
        policy: Policy,
        language: Language,
        *,
        widened: Finding | None = None,
    ) -> Self:
        rationale = Rationale.of(application, explanation)
        return cls(
            **_explained(rationale, explanation.points, policy, language),
            application_id=application.id,
            vacancy_id=vacancy.id,
            policy=policy.name,
            open=vacancy.open,
            rank=placing.rank,
            on_shortlist=placing.on_shortlist,
            shortlist_size=placing.size,
            ahead_count=placing.ahead,
            ahead=[AheadView.of(one) for one in placing.first],
            nearest=[ChangeView.of(one, language) for one in placing.nearest],
            widened=None if widened is None else sentence(widened, language),
            call_id=None if call is None else call[0],
            rank_at_call=None if call is None else call[1],
        )


class CallExplanationView(Explained):
    """Why a household was called, as it was then: nothing that changed since changes it."""

    call_id: UUID
    issued_at: dt.datetime
    rank: int
    ahead: list[AheadView]
    """Those called for the home before it."""

    @classmethod
    def of(
        cls, call: CallRow, rationale: Rationale, policy: Policy | None, ahead: Iterable[CallRow], language: Language
    ) -> Self:
        return cls(
            **_explained(rationale, call.points, policy, language),
            application_id=call.application_id,
            vacancy_id=call.vacancy_id,
            policy=call.policy,
            call_id=call.id,
            issued_at=call.issued_at,
            rank=call.rank,
            ahead=[AheadView.of(one) for one in ahead],
        )


class KeptExplanationView(Explained):
    """Why a household's file was before a committee or not, as the engine had it then."""

    @classmethod
    def of(
        cls,
        kept: Mapping[str, Any],
        points: Mapping[str, int],
        policy: str,
        named: Policy | None,
        ids: tuple[UUID, UUID],
        language: Language,
    ) -> Self:
        application_id, vacancy_id = ids
        return cls(
            **_explained(Rationale.read(kept), points, named, language),
            application_id=application_id,
            vacancy_id=vacancy_id,
            policy=policy,
        )


def criterion_of(met: CriterionMet, policy: Policy | None) -> Criterion | None:
    """The criterion in the policy's file; None where the file is not there any more."""
    rubrics = () if policy is None else policy.scoring.rubrics
    for rubric in rubrics:
        if rubric.name == met.rubric:
            return next((one for one in rubric.criteria if one.name == met.criterion), None)
    return None


def _explained(
    rationale: Rationale, points: Mapping[str, int], policy: Policy | None, language: Language
) -> dict[str, Any]:
    return {
        "on": rationale.on,
        "fits": not any(finding.excludes for finding in rationale.findings),
        "score": sum(points.values()),
        "points": dict(points),
        "rubrics": [RubricView.of(met, policy, language) for met in rationale.criteria],
        "findings": [FindingView.of(finding, language) for finding in rationale.findings],
        "facts": [FactView.of(fact) for fact in rationale.facts],
        "decides": wording.decides(language),
    }
