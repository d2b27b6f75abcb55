"""Homes fitted out for disability: to whom they go first (CCH R441-4; DOMAIN §4.7, §11.11)."""

import datetime as dt

from contracts.household import Reason
from contracts.values import Accessibility, DwellingFacts
from law.adapted import AdaptedHomeOrder, adapted_home_order, may_have_adapted_home
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rules.finding import Finding, Rule, Verdict
from reference.figures import Figure, figure

__all__ = ["ORDINARY", "adapted", "class_of", "is_adapted", "not_known_to_have_none", "order_of"]

ORDINARY = 0
"""The class of everybody towards a home that is not adapted."""
_HEALTH = frozenset({Reason.DISABILITY, Reason.HEALTH})
_FITS = {
    AdaptedHomeOrder.DISABLED: Finding(Rule.ADAPTED, Verdict.FITS, "adapted.disabled_first"),
    AdaptedHomeOrder.ELDERLY: Finding(Rule.ADAPTED, Verdict.FITS, "adapted.elderly"),
    AdaptedHomeOrder.OTHERS: Finding(Rule.ADAPTED, Verdict.FITS, "adapted.nobody_before"),
}
_ORDINARY = Finding(Rule.ADAPTED, Verdict.FITS, "adapted.ordinary_home")
_TO_VERIFY = Finding(Rule.ADAPTED, Verdict.UNKNOWN, "adapted.to_verify")
_WAITS = Finding(Rule.ADAPTED, Verdict.POLICY, "adapted.others_wait")


def is_adapted(home: DwellingFacts) -> bool:
    return home.accessibility is Accessibility.ADAPTED


def class_of(application: Application, on: dt.date) -> AdaptedHomeOrder:
    """Disabled persons; then the elderly whose state justifies it, or who houses them; then everybody else.

    Elderly: over the age that the CCH protects on every day of that year, with a need of access or a reason of health.
    The year alone counts, so that what an index keeps holds until the next.
    """
    household = application.household
    disabled = bool(household.disabled_persons) or household.needs_wheelchair
    state = (
        household.needs_step_free
        or household.max_floor_without_lift is not None
        or household.access_needs is not None
        or not _HEALTH.isdisjoint(household.reasons)
    )
    return adapted_home_order(disabled_persons=int(disabled), elderly_in_need=state and _elderly(application, on))


def order_of(application: Application, home: DwellingFacts, basis: Basis) -> int:
    """What the ranking sorts by before any score: 0 for everybody where the home is not adapted."""
    return class_of(application, basis.on) if is_adapted(home) else ORDINARY


def not_known_to_have_none(application: Application) -> bool:
    """Whether nobody said that no one of the household is disabled: then it is to be verified, not excluded."""
    return application.household.disabled_persons is None


def adapted(application: Application, home: DwellingFacts, basis: Basis) -> Finding:
    """Others only once a recorded search found nobody of those before them; an agent may include with a reason."""
    if not is_adapted(home):
        return _ORDINARY
    order = class_of(application, basis.on)
    if may_have_adapted_home(order, search_found_nobody=basis.around.search_found_nobody):
        return _FITS[order]
    return _TO_VERIFY if not_known_to_have_none(application) else _WAITS


def _elderly(application: Application, on: dt.date) -> bool:
    born = application.household.eldest_born_in
    return born is not None and on.year - born > figure(Figure.PROTECTED_ABOVE_AGE, on).value
