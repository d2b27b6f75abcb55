"""What the tenant asked for. A miss is `not_wished`: excluded, and the tenant can change it."""

from contracts.demand import ApplicationStatus
from contracts.values import DwellingFacts, DwellingType
from matching.domain.application import Application
from matching.domain.place import inside, place_rank
from matching.domain.policy import Basis
from matching.domain.rent import offered_rent
from matching.domain.rules.finding import Finding, Rule, Verdict

__all__ = ["dwelling_type", "hundredths", "max_rent", "min_area", "place", "standing"]


def hundredths(area_m2: float) -> int:
    """An area in hundredths of a square metre: compared and counted as a whole number, everywhere alike."""
    return round(area_m2 * 100)


def standing(application: Application, _home: DwellingFacts, _basis: Basis) -> Finding:
    if application.active:
        return Finding(rule=Rule.STANDING, verdict=Verdict.FITS, code="standing.active")
    incomplete = application.status is ApplicationStatus.REGISTERED
    code = "standing.not_complete" if incomplete else "standing.withdrawn"
    return Finding(rule=Rule.STANDING, verdict=Verdict.NOT_WISHED, code=code)


def place(application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    rank = place_rank(application.wishes, home.commune)
    if rank is None:
        return Finding(
            rule=Rule.PLACE, verdict=Verdict.NOT_WISHED, code="place.not_wanted", facts={"commune": home.commune}
        )
    wanted = application.wishes.places[rank]
    near = not inside(wanted.commune, home.commune)
    return Finding(
        rule=Rule.PLACE,
        verdict=Verdict.FITS,
        code="place.neighbour" if near else "place.first_choice" if rank == 0 else "place.wanted",
        facts={"commune": home.commune, "wanted": wanted.commune, "preference": rank + 1},
    )


def dwelling_type(application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    known = home.dwelling_type is not DwellingType.UNKNOWN
    wanted = known and home.dwelling_type in application.wishes.dwelling_types
    return Finding(
        rule=Rule.DWELLING_TYPE,
        verdict=Verdict.FITS if wanted else Verdict.NOT_WISHED,
        code="dwelling_type.wanted" if wanted else "dwelling_type.not_wanted",
        facts={"dwelling_type": home.dwelling_type.value},
    )


def max_rent(application: Application, home: DwellingFacts, basis: Basis) -> Finding:
    """The rent compared is the one with charges, a month, as the household would pay it."""
    limit = application.wishes.max_rent_cents
    if limit is None:
        return Finding(rule=Rule.MAX_RENT, verdict=Verdict.FITS, code="max_rent.no_limit")
    rent = offered_rent(application, home, basis).cents
    within = rent <= limit
    return Finding(
        rule=Rule.MAX_RENT,
        verdict=Verdict.FITS if within else Verdict.NOT_WISHED,
        code="max_rent.within" if within else "max_rent.above",
        facts={"rent_cents": rent, "max_rent_cents": limit},
    )


def min_area(application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    least = application.wishes.min_area_m2
    if least is None:
        return Finding(rule=Rule.MIN_AREA, verdict=Verdict.FITS, code="min_area.no_limit")
    enough = hundredths(home.living_area_m2) >= hundredths(least)
    return Finding(
        rule=Rule.MIN_AREA,
        verdict=Verdict.FITS if enough else Verdict.NOT_WISHED,
        code="min_area.enough" if enough else "min_area.below",
        facts={"area_m2": home.living_area_m2, "min_area_m2": least},
    )
