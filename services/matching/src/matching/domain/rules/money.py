"""What a home costs a household, and whether it can bear it: before the visit, net of aid (DOMAIN §4.6, §11.4, §11.10).

Thresholds are the territory's (`[affordability]`), no law's. The aid is the one the household has now, as it said: the
findings name that method. Who said none is never excluded for it.
"""

import math

from contracts.demand import RentPolicy
from contracts.values import DwellingFacts
from law.burden import HousingCost, effort_percent, residual_income_cents
from matching.domain.application import Application
from matching.domain.policy import Basis, Policy
from matching.domain.rent import OfferedRent, offered_rent
from matching.domain.rules.finding import Fact, Finding, Rule, Verdict

__all__ = ["affordable_rent", "effort", "effort_rent", "offered", "residual", "residual_rent"]

PRESENT_AID = "present_aid"
"""APL or AL at the present home stands for the aid at the next one."""
_CENTS = 100
_DAYS = 30
_CODES = {
    RentPolicy.RELET: "offered_rent.relet",
    RentPolicy.SAME_PER_M2: "offered_rent.same_per_m2",
    RentPolicy.FREEZE: "offered_rent.freeze",
}


def offered(application: Application, home: DwellingFacts, basis: Basis) -> Finding:
    """New rent, charges, aid and the difference with the present home; excludes nobody."""
    rent, present = offered_rent(application, home, basis), application.current_home
    facts: dict[str, Fact] = {
        "base_rent_cents": rent.base_cents,
        "service_charges_cents": rent.charges_cents,
        "rent_cents": rent.cents,
        "reletting_base_rent_cents": home.base_rent_cents,
    }
    if (aid := application.household.housing_aid_cents) is not None:
        facts |= {"aid_cents": aid, "aid_method": PRESENT_AID, "net_cents": max(0, rent.cents - aid)}
    if present is not None and present.base_rent_cents is not None:
        facts["present_base_rent_cents"] = present.base_rent_cents
        facts["base_difference_cents"] = rent.base_cents - present.base_rent_cents
        if present.service_charges_cents is not None:
            now = present.base_rent_cents + present.service_charges_cents
            facts |= {"present_rent_cents": now, "difference_cents": rent.cents - now}
    if rent.missing:
        return Finding(Rule.OFFERED_RENT, Verdict.UNKNOWN, "offered_rent.to_work_out", facts)
    return Finding(Rule.OFFERED_RENT, Verdict.FITS, _CODES[rent.method], facts)


def effort(application: Application, home: DwellingFacts, basis: Basis) -> Finding:
    """Rent and charges less aid, in hundredths of the month's resources (arrêté of 10 March 2011)."""
    most = basis.policy.affordability.most_effort_percent
    rent, household = offered_rent(application, home, basis), application.household
    resources, aid = household.monthly_resources_cents, household.housing_aid_cents
    if not resources:
        return Finding(Rule.EFFORT, Verdict.UNKNOWN, "effort.resources_not_stated", {"most_percent": most})
    verdict, said = _weighed(rent.cents, _effort_limit(resources, most), aid)
    cost = _cost(rent)
    facts: dict[str, Fact] = {
        "effort_percent": effort_percent(cost, aid_cents=aid or 0, resources_cents=resources),
        "gross_percent": effort_percent(cost, aid_cents=0, resources_cents=resources),
        "most_percent": most,
        "resources_cents": resources,
        **_aid(aid),
    }
    return Finding(Rule.EFFORT, verdict, f"effort.{said}", facts)


def residual(application: Application, home: DwellingFacts, basis: Basis) -> Finding:
    """What is left a day and consumption unit once the home is paid (reste à vivre)."""
    least = basis.policy.affordability.least_residual_euros_per_day
    rent, household = offered_rent(application, home, basis), application.household
    resources, aid, units = (
        household.monthly_resources_cents,
        household.housing_aid_cents,
        household.consumption_units,
    )
    if not least:
        return Finding(Rule.RESIDUAL, Verdict.FITS, "residual.no_limit")
    if not resources or not units:
        return Finding(Rule.RESIDUAL, Verdict.UNKNOWN, "residual.not_stated", {"least_euros": least})
    verdict, said = _weighed(rent.cents, _residual_limit(resources, units, least), aid)
    left = residual_income_cents(_cost(rent), aid_cents=aid or 0, resources_cents=resources, consumption_units=units)
    facts: dict[str, Fact] = {"residual_cents": left, "least_euros": least, "consumption_units": units, **_aid(aid)}
    return Finding(Rule.RESIDUAL, verdict, f"residual.{said}", facts)


def effort_rent(application: Application, policy: Policy) -> int | None:
    """The highest rent with charges, in cents, that `effort` does not exclude; None where nothing certain can."""
    resources, aid = application.household.monthly_resources_cents, application.household.housing_aid_cents
    if not resources or aid is None:
        return None
    return _effort_limit(resources, policy.affordability.most_effort_percent) + aid


def residual_rent(application: Application, policy: Policy) -> int | None:
    """The same for `residual`."""
    household, least = application.household, policy.affordability.least_residual_euros_per_day
    resources, aid, units = (
        household.monthly_resources_cents,
        household.housing_aid_cents,
        household.consumption_units,
    )
    if not resources or aid is None or not least or not units:
        return None
    return _residual_limit(resources, units, least) + aid


def affordable_rent(application: Application, policy: Policy) -> int | None:
    """The highest rent with charges, in cents, that excludes nobody for effort or residual income.

    None where nothing certain can exclude: resources or the aid were not stated. A home is above it exactly where
    `effort` or `residual` says `policy`: what an index compares.
    """
    limits = (effort_rent(application, policy), residual_rent(application, policy))
    return min((limit for limit in limits if limit is not None), default=None)


def _weighed(rent: int, limit: int, aid: int | None) -> tuple[Verdict, str]:
    if rent <= limit:
        return Verdict.FITS, "affordable"
    if aid is None:
        return Verdict.UNKNOWN, "aid_not_stated"
    return (Verdict.FITS, "affordable_with_aid") if rent <= limit + aid else (Verdict.POLICY, "not_affordable")


def _effort_limit(resources: int, most_percent: int) -> int:
    return resources * most_percent // 100


def _residual_limit(resources: int, units: float, least_euros: float) -> int:
    return resources - math.ceil(round(least_euros * _CENTS * units * _DAYS, 6))


def _cost(rent: OfferedRent) -> HousingCost:
    return HousingCost(base_rent_cents=rent.base_cents, service_charges_cents=rent.charges_cents)


def _aid(aid: int | None) -> dict[str, Fact]:
    return {"aid_method": None} if aid is None else {"aid_method": PRESENT_AID, "aid_cents": aid}
