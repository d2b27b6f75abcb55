"""Why, and why not: rule by rule and rubric by rubric, for any application and any home."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from contracts.values import DwellingFacts
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rules import Finding, Verdict, findings
from matching.domain.rules.adapted import order_of
from matching.domain.score import RankKey, Rubric, points_and_criteria, rank_key
from matching.domain.whose import is_transfer
from policy.scoring import Counted

__all__ = ["Explanation", "explain", "reason_of"]

_TOLD = {
    "place.first_choice": "wanted_place",
    "place.wanted": "wanted_place",
    "place.neighbour": "neighbouring_place",
    "dwelling_type.wanted": "dwelling_type",
    "min_area.enough": "area",
    "max_rent.within": "rent",
}
"""The reason a finding gives: only what the household itself asked for. The rest no message may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    findings: tuple[Finding, ...]
    points: Mapping[str, int]
    criteria: tuple[Counted, ...]
    """What of the policy's own rubrics counted, with the facts each was read from."""
    order: int
    """What the ranking sorts by before the score: 0, or whom an adapted home goes to first (CCH R441-4); after all of
    these, whoever had a wish widened (`matching.domain.widening`)."""
    reasons: tuple[str, ...]
    """Codes of what counted for the household; none tells of health, income or size."""
    policy: str
    on: dt.date
    """The day of the decision."""

    @property
    def score(self) -> int:
        return sum(self.points.values())

    @property
    def fits(self) -> bool:
        return not any(finding.excludes for finding in self.findings)

    @property
    def breaks_a_rule(self) -> bool:
        """Whether the home would be unlawful or against the policy: what ends a call that stands (DOMAIN §11.4).

        What the household does not wish any more does not: it was asked, and may still say yes or no.
        """
        return any(finding.verdict in (Verdict.UNLAWFUL, Verdict.POLICY) for finding in self.findings)

    @property
    def excluding(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.excludes)

    def key(self, application: Application, vacancy_id: UUID, seed: str) -> RankKey:
        """The explained application's place on the home's shortlist, against others'."""
        return rank_key(application, self.score, vacancy_id, seed, order=self.order)

    @property
    def to_verify(self) -> tuple[str, ...]:
        return tuple(finding.code for finding in self.findings if finding.verdict is Verdict.UNKNOWN)


def explain(application: Application, home: DwellingFacts, basis: Basis) -> Explanation:
    found = findings(application, home, basis)
    points, criteria = points_and_criteria(application, home, basis)
    return Explanation(
        findings=found,
        points=points,
        criteria=criteria,
        order=order_of(application, home, basis),
        reasons=_reasons(application, found, points),
        policy=basis.policy.name,
        on=basis.on,
    )


def reason_of(finding: Finding) -> str | None:
    """The code by which a message says it; None for what no message holds."""
    return _TOLD.get(finding.code)


def _reasons(application: Application, found: tuple[Finding, ...], counted: Mapping[str, int]) -> tuple[str, ...]:
    told = [reason for finding in found if (reason := reason_of(finding))]
    if counted[Rubric.SENIORITY] > 0:
        told.append("seniority")
    if is_transfer(application) and counted[Rubric.KIND] > 0:
        told.append("transfer")
    return tuple(told)
