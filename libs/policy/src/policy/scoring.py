"""Points that the rubrics of a policy give, with the criterion and the facts behind each."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.told import Told
from contracts.values import DwellingFacts
from policy.expression import Known, Predicate
from policy.facts import Applicant, HomeValues, HouseholdValues
from policy.model import Criterion, Cumulation, Policy, Rubric, Target

__all__ = ["LEGAL_PRIORITY", "Counted", "counted", "gated_points", "open_gates", "standing_rubrics", "targets_of"]

LEGAL_PRIORITY = Told("Priorité légale", "Legal priority")
"""What a tenant and whoever looks over a shoulder read for a sensitive criterion (DOMAIN §11.13)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One criterion that counted: its rubric, its points, and the facts it was read from."""

    rubric: str
    criterion: str
    rubric_label: Told
    label: Told
    points: int
    facts: Mapping[str, Known]
    sensitive: bool


def standing_rubrics(policy: Policy, who: Applicant, on: dt.date) -> int:
    """Points of the rubrics that no home changes."""
    values = HouseholdValues(who, on)
    return sum(_points(rubric, who, values) for rubric in policy.scoring.standing)


def gated_points(policy: Policy, who: Applicant, on: dt.date) -> tuple[int, ...]:
    """Points of each rubric that counts towards some homes only, as if the home were one of them."""
    values = HouseholdValues(who, on)
    return tuple(_points(rubric, who, values) for rubric in policy.scoring.gated)


def open_gates(policy: Policy, home: DwellingFacts) -> tuple[int, ...]:
    """Which of those rubrics count towards this home, by their position; a home nobody knows enough of opens none."""
    values = HomeValues(home)
    return tuple(at for at, rubric in enumerate(policy.scoring.gated) if _holds(rubric.homes, values))


def counted(policy: Policy, who: Applicant, home: DwellingFacts, on: dt.date) -> tuple[Counted, ...]:
    """Every criterion that counts towards this home. Their sum is what the rubrics add to the score."""
    household, of_home = HouseholdValues(who, on), HomeValues(home)
    return tuple(
        Counted(
            rubric=rubric.name,
            criterion=criterion.name,
            rubric_label=rubric.label,
            label=criterion.label,
            points=criterion.points,
            facts={name: household[name] for name in criterion.when.facts},
            sensitive=criterion.sensitive,
        )
        for rubric in policy.scoring.rubrics
        if _holds(rubric.homes, of_home)
        for criterion in _counting(rubric, who, household)
    )


def targets_of(
    policy: Policy, who: Applicant, on: dt.date, home: DwellingFacts | None = None
) -> dict[str, bool | None]:
    """For each target group whether the household belongs to it; None where facts are missing.

    A group that depends on the home is asked for a home only.
    """
    household = HouseholdValues(who, on)
    of_home = None if home is None else HomeValues(home)
    return {
        target.name: _belongs(target, household, of_home)
        for target in policy.targets
        if target.homes is None or of_home is not None
    }


def _belongs(target: Target, household: HouseholdValues, home: HomeValues | None) -> bool | None:
    said = target.when.test(household)
    towards = True if target.homes is None or home is None else target.homes.test(home)
    if said is False or towards is False:
        return False
    return None if said is None or towards is None else True


def _points(rubric: Rubric, who: Applicant, values: HouseholdValues) -> int:
    return sum(criterion.points for criterion in _counting(rubric, who, values))


def _counting(rubric: Rubric, who: Applicant, values: HouseholdValues) -> Iterable[Criterion]:
    if who.kind not in rubric.kinds:
        return ()
    met = [criterion for criterion in rubric.criteria if criterion.when.test(values)]
    if rubric.cumulation is Cumulation.STRONGEST and met:
        return (max(met, key=lambda criterion: criterion.points),)
    return met


def _holds(predicate: Predicate | None, values: HomeValues) -> bool:
    return predicate is None or predicate.test(values) is True
