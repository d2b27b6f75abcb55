"""Wishes widened by one step, for homes that are hard to let (DOMAIN §11.17).

A step is a near miss's own change (`matching.domain.near_miss`), tried by the rules themselves: the application as it
would be is explained on the home, and it counts only where every rule then fits. So no law, need, ceiling or condition
is ever widened, and never two wishes at once: who misses a home by two rules is not brought near by one change.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from contracts.values import DwellingFacts, DwellingType
from matching.domain.application import Application
from matching.domain.explanation import Explanation, explain, reason_of
from matching.domain.near_miss import Change, ChangeCode, changes_for
from matching.domain.place import bucket, buckets_reaching
from matching.domain.policy import Basis, InForce, Policy
from matching.domain.posting import Probe, probe_for
from matching.domain.rules import Fact, Finding, Verdict, findings
from policy.model import Widening, WishStep
from reference import communes

__all__ = [
    "AFTER_ALL",
    "LOOK_AGAIN",
    "explain_called",
    "is_widened",
    "probes_one_step_away",
    "step_in",
    "widened",
    "wish_widened",
]

AFTER_ALL = 100
"""Added to the order of a ranking: whoever was widened comes after all who wish the home as it is."""
LOOK_AGAIN = dt.timedelta(days=1)
_WIDENED = "widened"
_STEPS = {
    ChangeCode.ADD_NEIGHBOURS: WishStep.NEIGHBOURS,
    ChangeCode.ACCEPT_TYPE: WishStep.TYPE,
    ChangeCode.RAISE_RENT: WishStep.RENT,
}
_REASONS = {step: f"widened_{step}" for step in WishStep}


def widened(application: Application, home: DwellingFacts, basis: Basis) -> Explanation | None:
    """Why the home is for the household once one of its wishes is widened by one step.

    None where that is not so, or where it needs no widening. The finding of that wish says that it was widened, and
    stands among those that fit; the first reason says it too.
    """
    if (widening := basis.policy.widening) is None:
        return None
    excluding = [finding for finding in findings(application, home, basis) if finding.excludes]
    if len(excluding) != 1:  # no step mends two rules
        return None
    for change in changes_for(application, home, excluding, basis):
        if _is_one_step(change, widening) and (after := explain(change.after, home, basis)).fits:
            return _told(after, excluding[0], change)
    return None


def explain_called(application: Application, home: DwellingFacts, basis: Basis, *, hard_to_let: bool) -> Explanation:
    """The explanation that a call for the home rests on: by the household's own wishes, or widened where it is hard to
    let; where neither fits, by its own.
    """
    own = explain(application, home, basis)
    if own.fits or not hard_to_let:
        return own
    return widened(application, home, basis) or own


def wish_widened(application: Application, home: DwellingFacts, basis: Basis, *, hard_to_let: bool) -> Finding | None:
    """The finding that says which wish is widened for a home that is hard to let; None where none is."""
    found = widened(application, home, basis) if hard_to_let else None
    return None if found is None else next(one for one in found.findings if is_widened(one))


def is_widened(finding: Finding) -> bool:
    return finding.code == f"{finding.rule}.{_WIDENED}"


def step_in(reasons: Sequence[str]) -> WishStep | None:
    """The step that a call's reasons name."""
    return next((step for step, reason in _REASONS.items() if reason in reasons), None)


def probes_one_step_away(
    home: DwellingFacts, basis: Basis, step: WishStep, policies: InForce
) -> Iterator[tuple[Probe, Policy]]:
    """The home as the index is asked for whom this step may bring near, each with the policy it is ranked by there.

    It finds many too many. Who wants another territory's place is posted there by that territory's grid: it is found in
    that order, and held to that territory's rent thresholds, before the home's own policy explains and ranks it. Who
    asks for nothing that the grid has for the household is posted nowhere, and is not found.

    Raises:
        UnknownCommune: the home's commune is in no list.
    """
    probe = probe_for(home, basis)
    if probe is None:
        return
    match step:
        case WishStep.NEIGHBOURS:
            yield from _beside(home, basis, policies)
        case WishStep.TYPE:
            reaching = (buckets_reaching(home.commune, kind) for kind in _types_beside(home.dwelling_type))
            yield replace(probe, buckets=tuple(chain.from_iterable(reaching))), basis.policy
        case WishStep.RENT:
            assert basis.policy.widening is not None, "the step is of a policy that widens"
            least = -(-home.rent_cents * 100 // (100 + basis.policy.widening.rent_percent))
            yield replace(probe, rent_cents=least), basis.policy


def _beside(home: DwellingFacts, basis: Basis, policies: InForce) -> Iterator[tuple[Probe, Policy]]:
    """Those who want a place beside the home's and nothing around it, territory by territory."""
    if home.dwelling_type is DwellingType.UNKNOWN:
        return
    around = communes.neighbours(home.commune) - {home.commune, communes.parent_of(home.commune)}
    found: dict[Policy, list[int]] = {}
    for place in sorted(around):
        number = bucket(place, neighbours=False, dwelling_type=home.dwelling_type)
        found.setdefault(policies.of(place), []).append(number)
    for policy, buckets in found.items():
        if probe := probe_for(home, replace(basis, policy=policy)):
            yield replace(probe, buckets=tuple(buckets)), policy


def _types_beside(kind: DwellingType) -> tuple[DwellingType, ...]:
    if kind is DwellingType.UNKNOWN:
        return ()
    order = [one for one in DwellingType if one is not DwellingType.UNKNOWN]
    at = order.index(kind)
    return (*order[max(0, at - 1) : at], *order[at + 1 : at + 2])


def _is_one_step(change: Change, widening: Widening) -> bool:
    step = _STEPS.get(change.code)
    if step not in widening.steps:
        return False
    if step is WishStep.RENT:
        rent, limit = change.facts["max_rent_cents"], change.facts["said_cents"]
        assert isinstance(rent, int), "a change of rent is in cents"
        assert isinstance(limit, int), "and so is the limit"
        return rent * 100 <= limit * (100 + widening.rent_percent)
    return change.steps == 1


def _told(after: Explanation, missed: Finding, change: Change) -> Explanation:
    """The explanation of the application as it would be, saying that it is not what the household said."""
    fitted = next(one for one in after.findings if one.rule is missed.rule)
    facts: Mapping[str, Fact] = {**fitted.facts, **missed.facts}
    said = Finding(missed.rule, Verdict.FITS, f"{missed.rule}.{_WIDENED}", facts)
    reason = _REASONS[_STEPS[change.code]]
    return replace(
        after,
        findings=tuple(said if one.rule is missed.rule else one for one in after.findings),
        order=AFTER_ALL + after.order,
        reasons=(reason, *(one for one in after.reasons if one != reason_of(fitted))),
    )
