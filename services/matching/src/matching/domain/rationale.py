"""What a call rested on, kept with it: it reads the same next year, whatever changed since."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from matching.domain.application import Application
from matching.domain.evidence import Evidence, Word, evidence
from matching.domain.explanation import Explanation
from matching.domain.rules import Fact, Finding, Rule, Verdict
from policy.expression import Known

__all__ = ["CriterionMet", "Rationale", "said"]


class CriterionMet(NamedTuple):
    """A criterion of the policy that counted, by its names in the file: a file never changes once used."""

    rubric: str
    criterion: str
    points: int
    facts: Mapping[str, Fact]
    """By their names in the policies' language; a set is said as one text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rationale:
    """Findings rule by rule, criteria, and the facts behind both as they were on the day."""

    on: dt.date
    findings: tuple[Finding, ...]
    criteria: tuple[CriterionMet, ...]
    facts: tuple[Evidence, ...]

    @classmethod
    def of(cls, application: Application, explanation: Explanation) -> Self:
        return cls(
            on=explanation.on,
            findings=explanation.findings,
            criteria=tuple(
                CriterionMet(
                    one.rubric, one.criterion, one.points, {name: said(value) for name, value in one.facts.items()}
                )
                for one in explanation.criteria
            ),
            facts=evidence(application, explanation.findings, explanation.criteria),
        )

    def written(self) -> str:
        """As compact JSON. A code's first part is its rule; fits are said by their code alone where no fact counted."""
        return _ENCODER.encode(
            {
                "on": self.on.isoformat(),
                "findings": [_short(one) for one in self.findings],
                "criteria": self.criteria,
                "facts": self.facts,
            }
        )

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """What `written` gave, parsed."""
        return cls(
            on=dt.date.fromisoformat(kept["on"]),
            findings=tuple(_finding(*([one] if isinstance(one, str) else one)) for one in kept["findings"]),
            criteria=tuple(CriterionMet(*one) for one in kept["criteria"]),
            facts=tuple(
                Evidence(name, tuple(value) if isinstance(value, list) else value, Word(word))
                for name, value, word in kept["facts"]
            ),
        )


def said(value: Known) -> Fact:
    """A fact of a policy's language as a text, number, yes or no."""
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else value


_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def _short(finding: Finding) -> object:
    if finding.facts:
        return finding.code, finding.verdict, dict(finding.facts)
    return finding.code if finding.verdict is Verdict.FITS else (finding.code, finding.verdict)


def _finding(code: str, verdict: str = Verdict.FITS, facts: dict[str, Fact] | None = None) -> Finding:
    rule = Rule(code.partition(".")[0])
    return Finding(rule, Verdict(verdict), code) if facts is None else Finding(rule, Verdict(verdict), code, facts)
