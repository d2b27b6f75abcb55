"""Explanations, in sentences."""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from contracts.values import Language
from matching.domain.explanation import Explanation
from matching.domain.rules import Fact, Rule, Verdict
from matching.sentences import sentence
from matching.views.view import View
from policy.explain import Line
from policy.expression import Known

__all__ = ["ExplanationView", "FindingView", "RubricView"]


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
