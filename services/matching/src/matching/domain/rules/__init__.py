"""The rules, one module a family. Each is (application, home, basis) → `Finding` and reads nothing else."""

from collections.abc import Callable

from contracts.values import DwellingFacts
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rules import (
    accessibility,
    adapted,
    comforts,
    holder,
    income,
    letting,
    money,
    occupancy,
    scope,
    transfer,
    typology,
    wishes,
)
from matching.domain.rules.finding import EXCLUDING, Fact, Finding, Rule, Verdict

__all__ = ["EXCLUDING", "RULES", "Fact", "Finding", "Rule", "Verdict", "findings"]

RULES: tuple[Callable[[Application, DwellingFacts, Basis], Finding], ...] = (
    wishes.standing,
    wishes.place,
    wishes.dwelling_type,
    money.offered,
    wishes.max_rent,
    wishes.min_area,
    occupancy.occupancy,
    income.income,
    money.effort,
    money.residual,
    accessibility.wheelchair,
    accessibility.step_free,
    accessibility.equipment,
    accessibility.floor,
    adapted.adapted,
    typology.typology,
    occupancy.under_occupation,
    transfer.rent,
    transfer.conditions,
    transfer.light,
    letting.letting,
    scope.scope,
    holder.holder,
    comforts.floor,
    comforts.lift,
    comforts.outdoor_space,
    comforts.parking,
    comforts.latest,
)


def findings(application: Application, home: DwellingFacts, basis: Basis) -> tuple[Finding, ...]:
    """Every rule's finding, in the order of `RULES`, those that fit included."""
    return tuple(rule(application, home, basis) for rule in RULES)
