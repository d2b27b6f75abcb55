"""What a household sees of its own explanations: nothing of others but how many are ahead and a band of their points.

What tells of health or violence is not repeated to whoever looks over a shoulder: such points read “legal priority”,
such a finding that something the application names is missing (DOMAIN §11.13).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Self
from uuid import UUID

from contracts.values import Language
from matching.acts.placing import Placing
from matching.domain.evidence import HEALTH
from matching.domain.explanation import Explanation
from matching.domain.policy import Policy
from matching.domain.rationale import CriterionMet, Rationale
from matching.domain.rules import Finding, Verdict
from matching.domain.widening import is_widened
from matching.store.tables import CallRow
from matching.views.explanations import ChangeView, criterion_of
from matching.views.view import View
from matching.words import wording
from matching.words.languages import in_language
from matching.words.sentences import sentence
from policy.scoring import LEGAL_PRIORITY

__all__ = ["BandView", "OwnExplanationView", "OwnFindingView", "OwnPointsView"]

BAND = 20
"""Points: the ends of a band are multiples of it."""
FEWEST = 3
"""Households ahead; of fewer a band would tell what one of them has."""


class OwnFindingView(View):
    verdict: Verdict
    sentence: str


class OwnPointsView(View):
    label: str
    points: int


class BandView(View):
    """Between which points those ahead are."""

    least: int
    most: int

    @classmethod
    def of(cls, scores: Iterable[int], *, own: int | None = None) -> Self | None:
        """`own` bounds it from below where more are ahead than are looked at; None for fewer than three."""
        known = sorted(scores)
        if len(known) < FEWEST:
            return None
        least = known[0] if own is None else own
        return cls(least=least // BAND * BAND, most=-(-known[-1] // BAND) * BAND)


class OwnExplanationView(View):
    """Why a home was offered to the household or not."""

    application_id: UUID
    vacancy_id: UUID
    on: dt.date
    policy: str
    fits: bool
    score: int
    points: list[OwnPointsView]
    """They sum up to the score."""
    findings: list[OwnFindingView]
    ahead: int | None
    """How many were before the household; none where a rule excludes it."""
    band: BandView | None
    """Of those ahead; of the shortlist, where a rule excludes the household. Of fewer than three nothing is told."""
    nearest: list[ChangeView]
    """Single changes that would have put the household on the shortlist, the nearest first."""
    widened: str | None
    """The home is hard to let: which of the wishes is widened for it, after all who wish it as it is."""
    decides: str

    @classmethod
    def now(
        cls,
        explanation: Explanation,
        rationale: Rationale,
        placing: Placing,
        ids: tuple[UUID, UUID],
        policy: Policy,
        language: Language,
        *,
        widened: Finding | None = None,
    ) -> Self:
        beyond = placing.rank is not None and not placing.on_shortlist
        return cls(
            application_id=ids[0],
            vacancy_id=ids[1],
            on=rationale.on,
            policy=policy.name,
            fits=explanation.fits,
            score=explanation.score,
            points=own_points(explanation.points, rationale.criteria, policy, language),
            findings=own_findings(rationale.findings, language),
            ahead=placing.ahead,
            band=BandView.of(placing.scores, own=explanation.score if beyond else None),
            nearest=[ChangeView.of(one, language) for one in placing.nearest],
            widened=None if widened is None else sentence(widened, language),
            decides=wording.decides(language),
        )

    @classmethod
    def called(
        cls,
        call: CallRow,
        rationale: Rationale,
        ahead: Iterable[CallRow],
        policy: Policy | None,
        language: Language,
    ) -> Self:
        return cls(
            application_id=call.application_id,
            vacancy_id=call.vacancy_id,
            on=rationale.on,
            policy=call.policy,
            fits=True,
            score=call.score,
            points=own_points(call.points, rationale.criteria, policy, language),
            findings=own_findings(rationale.findings, language),
            ahead=call.rank - 1,
            band=BandView.of(one.score for one in ahead),
            nearest=[],
            widened=next((sentence(one, language) for one in rationale.findings if is_widened(one)), None),
            decides=wording.decides(language),
        )


def own_points(
    points: Mapping[str, int], criteria: Iterable[CriterionMet], policy: Policy | None, language: Language
) -> list[OwnPointsView]:
    """Line by line, sensitive ones together under one name. They sum up to the score.

    A criterion whose file is not there any more is held to be sensitive.
    """
    own, built_in = dict[str, int](), dict(points)
    legal = in_language(LEGAL_PRIORITY, language)
    for met in criteria:
        found = criterion_of(met, policy)
        label = legal if found is None or found.sensitive else in_language(found.label, language)
        own[label] = own.get(label, 0) + met.points
        built_in[met.rubric] -= met.points
    labels = {} if policy is None else policy.scoring.labels
    before = [
        OwnPointsView(label=in_language(labels[name], language) if name in labels else name, points=counted)
        for name, counted in built_in.items()
        if counted
    ]
    return before + [OwnPointsView(label=label, points=counted) for label, counted in own.items()]


def own_findings(findings: Iterable[Finding], language: Language) -> list[OwnFindingView]:
    """What was asked for and found; a need of access that is met is not mentioned."""
    shown = []
    for finding in findings:
        if finding.rule not in HEALTH:
            shown.append(OwnFindingView(verdict=finding.verdict, sentence=sentence(finding, language)))
        elif finding.verdict is not Verdict.FITS:
            shown.append(OwnFindingView(verdict=finding.verdict, sentence=wording.need(language)))
    return shown
