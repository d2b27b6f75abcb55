"""Type of home for a size of household: a territory's choice, not the law (DOMAIN §4.4, §11.11)."""

from contracts.values import DwellingFacts, DwellingType
from matching.domain.application import Application
from matching.domain.policy import Basis, Policy
from matching.domain.rules.finding import Finding, Rule, Verdict

__all__ = ["adequate", "persons_housed", "typology"]


def persons_housed(application: Application) -> int:
    """Persons to find a type for: with births and shared custody where demand has told them."""
    household = application.household
    return household.persons_for_type or household.persons_for_occupancy


def adequate(dwelling_type: DwellingType, persons: int, policy: Policy) -> bool:
    """Whether the territory's grid has this type for so many persons. A type nobody knows is adequate."""
    return dwelling_type is DwellingType.UNKNOWN or dwelling_type in policy.typology.allowed_for(persons)


def typology(application: Application, home: DwellingFacts, basis: Basis) -> Finding:
    """A move into a home far too large or too small is below the line; an agent may include it with a reason.

    The law forbids it to nobody; it calls a home under-occupied beyond one room more than persons (CCH L621-2).
    """
    persons, grid = persons_housed(application), basis.policy.typology
    largest = grid.largest(persons)
    if adequate(home.dwelling_type, persons, basis.policy):
        verdict = Verdict.FITS
        usual = home.dwelling_type is DwellingType.UNKNOWN or home.dwelling_type in grid.usual_for(persons)
        code = "typology.adequate" if usual else "typology.tolerated"
    else:
        verdict = Verdict.POLICY
        code = "typology.far_too_large" if home.dwelling_type > largest else "typology.far_too_small"
    facts = {"persons": persons, "dwelling_type": home.dwelling_type.value, "largest_type": largest.value}
    return Finding(rule=Rule.TYPOLOGY, verdict=verdict, code=code, facts=facts)
