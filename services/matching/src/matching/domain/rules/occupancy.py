"""Over-occupation: the floor of the law."""

from contracts.values import DwellingFacts
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rules.finding import Finding, Rule, Verdict
from matching.domain.rules.wishes import hundredths

__all__ = ["min_surface", "occupancy"]


def min_surface(persons: int) -> int:
    """Least living area in m² (CCH R822-25): 9 for one person, 16 for two, 9 more for each other, 70 from eight on.

    The lower figures of Mayotte and other overseas territories (9, 13, +6, 54) are not told apart here.
    """
    return 9 if persons == 1 else min(70, 16 + 9 * (persons - 2))


def occupancy(application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    """Nobody is housed into over-occupation from the first day (CCH R822-25; manifest over-occupation, R441-14-1)."""
    persons = application.household.persons_for_occupancy
    least = min_surface(persons)
    enough = hundredths(home.living_area_m2) >= hundredths(least)
    return Finding(
        rule=Rule.OCCUPANCY,
        verdict=Verdict.FITS if enough else Verdict.UNLAWFUL,
        code="occupancy.enough" if enough else "occupancy.over_occupied",
        facts={"persons": persons, "area_m2": home.living_area_m2, "min_surface_m2": least},
    )
