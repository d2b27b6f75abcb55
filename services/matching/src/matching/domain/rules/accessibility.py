"""Needs of accessibility. Facts of health: never in a message, a listing or a log (DESIGN §10)."""

from contracts.values import Accessibility, DwellingFacts
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rules.finding import Finding, Rule, Verdict

__all__ = ["equipment", "floor", "for_a_wheelchair", "step_free", "wheelchair"]

_FITTED = {Accessibility.ADAPTED: True, Accessibility.ACCESSIBLE: True, Accessibility.NOT_ACCESSIBLE: False}
_NO_FITTINGS = Finding(Rule.EQUIPMENT, Verdict.FITS, "equipment.not_needed")


def wheelchair(application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    return _need(Rule.WHEELCHAIR, needed=application.household.needs_wheelchair, given=for_a_wheelchair(home))


def for_a_wheelchair(home: DwellingFacts) -> bool | None:
    """As it is said of the home, else as its accessibility says (RPLS, field PMR)."""
    said = home.wheelchair_accessible
    return _FITTED.get(home.accessibility) if said is None and home.accessibility else said


def equipment(application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    """Fittings that the household needs: a need is met by the same code of the SNE (1 to 6)."""
    needs = application.household.access_needs
    if needs is None or not needs.equipment:
        return _NO_FITTINGS
    if not home.equipment:
        return Finding(Rule.EQUIPMENT, Verdict.UNKNOWN, "equipment.not_known")
    there = set(needs.equipment) <= set(home.equipment)
    return Finding(
        rule=Rule.EQUIPMENT,
        verdict=Verdict.FITS if there else Verdict.NOT_WISHED,
        code="equipment.given" if there else "equipment.missing",
        facts={"missing": ", ".join(map(str, sorted(set(needs.equipment) - set(home.equipment)))) or None},
    )


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
