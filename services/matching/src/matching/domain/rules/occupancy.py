"""Over- and under-occupation: what the law counts, and where a territory's grid decides."""

from contracts.values import DwellingFacts, DwellingType
from law.occupation import min_surface, under_occupied
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rules.finding import Finding, Rule, Verdict
from matching.domain.rules.typology import adequate, persons_housed
from matching.domain.rules.wishes import hundredths

__all__ = ["occupancy", "type_of", "under_occupation"]

_LARGEST = 6
"""T6 is six rooms and more."""


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


def under_occupation(application: Application, home: DwellingFacts, basis: Basis) -> Finding:
    """A move that makes an under-occupied home is below the line, unless the territory's grid has the type.

    The law does not forbid a T3 to one person (CCH L621-2 defines, DOMAIN §11.11): an agent may include with a reason.
    """
    rooms, persons = home.rooms, application.household.persons_for_occupancy
    if rooms is None:
        return Finding(Rule.UNDER_OCCUPATION, Verdict.UNKNOWN, "under_occupation.rooms_not_known")
    facts = {"rooms": rooms, "persons": persons}
    if not under_occupied(rooms, persons, basis.on):
        return Finding(Rule.UNDER_OCCUPATION, Verdict.FITS, "under_occupation.none", facts)
    if adequate(type_of(rooms), persons_housed(application), basis.policy):
        return Finding(Rule.UNDER_OCCUPATION, Verdict.FITS, "under_occupation.tolerated", facts)
    return Finding(Rule.UNDER_OCCUPATION, Verdict.POLICY, "under_occupation.created", facts)


def type_of(rooms: int) -> DwellingType:
    return DwellingType(f"T{min(rooms, _LARGEST)}")
