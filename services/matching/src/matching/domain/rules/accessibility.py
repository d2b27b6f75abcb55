"""Needs of accessibility. Facts of health: never in a message, a listing or a log (DESIGN §10)."""

from contracts.values import DwellingFacts
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rules.finding import Finding, Rule, Verdict

__all__ = ["floor", "step_free", "wheelchair"]


def wheelchair(application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    return _need(Rule.WHEELCHAIR, needed=application.household.needs_wheelchair, given=home.wheelchair_accessible)


def step_free(application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    return _need(Rule.STEP_FREE, needed=application.household.needs_step_free, given=home.step_free)


def floor(application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    """Stairs: a home above the highest floor the household can climb to needs a lift."""
    highest = application.household.max_floor_without_lift
    if highest is None:
        return Finding(rule=Rule.FLOOR, verdict=Verdict.FITS, code="floor.no_limit")
    if home.lift or (home.floor is not None and home.floor <= highest):
        verdict, code = Verdict.FITS, "floor.reachable"
    elif home.lift is None or home.floor is None:
        verdict, code = Verdict.UNKNOWN, "floor.not_known"
    else:
        verdict, code = Verdict.NOT_WISHED, "floor.too_high"
    return Finding(
        rule=Rule.FLOOR,
        verdict=verdict,
        code=code,
        facts={"floor": home.floor, "lift": home.lift, "max_floor_without_lift": highest},
    )


def _need(rule: Rule, *, needed: bool, given: bool | None) -> Finding:
    if not needed:
        return Finding(rule=rule, verdict=Verdict.FITS, code=f"{rule}.not_needed")
    if given is None:
        return Finding(rule=rule, verdict=Verdict.UNKNOWN, code=f"{rule}.not_known")
    if given:
        return Finding(rule=rule, verdict=Verdict.FITS, code=f"{rule}.given")
    return Finding(rule=rule, verdict=Verdict.NOT_WISHED, code=f"{rule}.missing")
