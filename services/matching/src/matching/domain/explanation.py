"""Why, and why not: rule by rule and rubric by rubric, for any application and any home."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.values import ApplicationKind, DwellingFacts
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rules import Finding, Rule, Verdict, findings
from matching.domain.score import Rubric, points

__all__ = ["Explanation", "explain"]

_TOLD = (Rule.PLACE, Rule.DWELLING_TYPE, Rule.MAX_RENT, Rule.MIN_AREA)
"""Rules on what the household itself asked for. The others rest on facts that no message may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    findings: tuple[Finding, ...]
    points: Mapping[Rubric, int]
    reasons: tuple[str, ...]
    """Codes of what counted for the household; none tells of health, income or size."""
    policy: str

    @property
    def score(self) -> int:
        return sum(self.points.values())

    @property
    def fits(self) -> bool:
        return not any(finding.excludes for finding in self.findings)

    @property
    def to_verify(self) -> tuple[str, ...]:
        return tuple(finding.code for finding in self.findings if finding.verdict is Verdict.UNKNOWN)


def explain(application: Application, home: DwellingFacts, basis: Basis) -> Explanation:
    found = findings(application, home, basis)
    counted = points(application, home, basis)
    return Explanation(
        findings=found, points=counted, reasons=_reasons(application, found, counted), policy=basis.policy.name
    )


def _reasons(application: Application, found: tuple[Finding, ...], counted: Mapping[Rubric, int]) -> tuple[str, ...]:
    told = [
        finding.code
        for finding in found
        if finding.rule in _TOLD and finding.verdict is Verdict.FITS and not finding.code.endswith(".no_limit")
    ]
    if counted[Rubric.SENIORITY] > 0:
        told.append("seniority")
    if application.kind is ApplicationKind.TRANSFER and counted[Rubric.KIND] > 0:
        told.append("kind.transfer")
    return tuple(told)
