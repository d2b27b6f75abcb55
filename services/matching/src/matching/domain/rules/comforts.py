"""What a household asks of the home itself: floor, lift, outdoor space, parking, and the latest day."""

from contracts.values import DwellingFacts
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rules.finding import Finding, Rule, Verdict

__all__ = ["floor", "latest", "lift", "outdoor_space", "parking"]


def _findings(rule: Rule) -> tuple[Finding, Finding, Finding, Finding]:
    """Not asked for, given, missing, not known."""
    return (
        Finding(rule, Verdict.FITS, f"{rule}.not_asked"),
        Finding(rule, Verdict.FITS, f"{rule}.given"),
        Finding(rule, Verdict.NOT_WISHED, f"{rule}.missing"),
        Finding(rule, Verdict.UNKNOWN, f"{rule}.not_known"),
    )


_LIFT, _OUTDOOR, _PARKING = map(_findings, (Rule.WANTED_LIFT, Rule.OUTDOOR_SPACE, Rule.PARKING))
_ANY_FLOOR = Finding(Rule.WANTED_FLOOR, Verdict.FITS, "wanted_floor.not_asked")
_ANY_DAY = Finding(Rule.LATEST, Verdict.FITS, "latest.not_asked")


def floor(application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    """Between the lowest and the highest floor the household asked for."""
    lowest, highest = application.wishes.lowest_floor, application.wishes.highest_floor
    if lowest is None and highest is None:
        return _ANY_FLOOR
    if home.floor is None:
        verdict, code = Verdict.UNKNOWN, "wanted_floor.not_known"
    elif (lowest is None or home.floor >= lowest) and (highest is None or home.floor <= highest):
        verdict, code = Verdict.FITS, "wanted_floor.given"
    else:
        verdict, code = Verdict.NOT_WISHED, "wanted_floor.missing"
    return Finding(Rule.WANTED_FLOOR, verdict, code, {"floor": home.floor, "lowest": lowest, "highest": highest})


def lift(application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    """A home above the ground floor must have one."""
    not_asked, given, missing, not_known = _LIFT
    if not application.wishes.lift:
        return not_asked
    if home.lift or (home.floor is not None and home.floor <= 0):
        return given
    return not_known if home.lift is None or home.floor is None else missing


def outdoor_space(application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    return _asked(asked=application.wishes.outdoor_space, there=home.outdoor_space, findings=_OUTDOOR)


def parking(application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    return _asked(asked=application.wishes.parking, there=home.parking, findings=_PARKING)


def latest(application: Application, _home: DwellingFacts, basis: Basis) -> Finding:
    """A home that comes free after the latest day is of no use."""
    day = application.wishes.latest_on
    if day is None:
        return _ANY_DAY
    if basis.available_on is None:
        return Finding(Rule.LATEST, Verdict.UNKNOWN, "latest.not_known", {"latest_on": day.isoformat()})
    in_time = basis.available_on <= day
    return Finding(
        rule=Rule.LATEST,
        verdict=Verdict.FITS if in_time else Verdict.NOT_WISHED,
        code="latest.in_time" if in_time else "latest.too_late",
        facts={"available_on": basis.available_on.isoformat(), "latest_on": day.isoformat()},
    )


def _asked(*, asked: bool, there: bool | None, findings: tuple[Finding, Finding, Finding, Finding]) -> Finding:
    not_asked, given, missing, not_known = findings
    if not asked:
        return not_asked
    return not_known if there is None else given if there else missing
