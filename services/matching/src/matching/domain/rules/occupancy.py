"""Over-occupation: the floor of the law."""

from contracts.values import DwellingFacts
from law.occupation import min_surface
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rules.finding import Finding, Rule, Verdict
from matching.domain.rules.wishes import hundredths

__all__ = ["occupancy"]


def occupancy(application: Application, home: DwellingFacts, basis: Basis) -> Finding:
    """Nobody is housed into over-occupation from the first day (CCH R822-25; manifest over-occupation, R441-14-1).

    The index keeps one area for all homes of an application, so overseas homes are held to the same figures.
    """
    persons = application.household.persons_for_occupancy
    least = min_surface(persons, basis.on)
    enough = hundredths(home.living_area_m2) >= hundredths(least)
    return Finding(
        rule=Rule.OCCUPANCY,
        verdict=Verdict.FITS if enough else Verdict.UNLAWFUL,
        code="occupancy.enough" if enough else "occupancy.over_occupied",
        facts={"persons": persons, "area_m2": home.living_area_m2, "min_surface_m2": least},
    )
