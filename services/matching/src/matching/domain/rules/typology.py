"""Type of home for a size of household: a territory's choice, not the law (DOMAIN §4.4, §11.11)."""

from contracts.values import DwellingFacts, DwellingType
from matching.domain.application import Application
from matching.domain.policy import Basis, Policy
from matching.domain.rules.finding import Finding, Rule, Verdict

__all__ = ["adequate", "typology"]


def adequate(dwelling_type: DwellingType, persons: int, policy: Policy) -> bool:
    """Whether a home of this type is not far larger than the household. A type nobody knows is adequate."""
    return dwelling_type is DwellingType.UNKNOWN or dwelling_type <= policy.largest_type(persons)


def typology(application: Application, home: DwellingFacts, basis: Basis) -> Finding:
    """A move into a home far too large is below the line; an agent may include it with a reason.

    The law forbids it to nobody; it calls a home under-occupied beyond one room more than persons (CCH L621-2).
    """
    persons = application.household.persons_for_occupancy
    fits = adequate(home.dwelling_type, persons, basis.policy)
    return Finding(
        rule=Rule.TYPOLOGY,
        verdict=Verdict.FITS if fits else Verdict.POLICY,
        code="typology.adequate" if fits else "typology.far_too_large",
        facts={
            "persons": persons,
            "dwelling_type": home.dwelling_type.value,
            "largest_type": basis.policy.largest_type(persons).value,
        },
    )
