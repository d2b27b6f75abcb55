"""What a year of homes comes to for an application: counted from the rules' bits, not home by home."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from contracts.values import DwellingFacts
from matching.domain.application import Application
from matching.domain.evidence import HEALTH
from matching.domain.near_miss import Change, ChangeCode, changes_for
from matching.domain.policy import Basis, InForce
from matching.domain.rules import Fact, Finding, Rule, comforts, income, transfer, wishes
from matching.domain.supply import Missed, Supply, in_order_missed, openings_of
from matching.engine.layout import Array
from matching.engine.past_homes import Homes, days_of, home_of
from matching.engine.screening import BITS, ceilings_of, excluded_from

__all__ = ["supply_of"]

_HEALTH = sum(BITS[rule] for rule in Rule if rule in HEALTH)
_TOLD_TOGETHER = 1 << len(Rule)
"""Needs of access, whichever they are."""
_Decides = Callable[[Application, DwellingFacts, Basis], Finding]
_MENDED: Mapping[Rule, tuple[_Decides, Callable[[Homes], Array]]] = {
    Rule.STANDING: (wishes.standing, lambda homes: homes.alike),
    Rule.PLACE: (wishes.place, lambda homes: homes.commune),
    Rule.DWELLING_TYPE: (wishes.dwelling_type, lambda homes: homes.kind),
    Rule.TRANSFER_CONDITIONS: (transfer.conditions, lambda homes: homes.alike),
    Rule.LIGHT: (transfer.light, lambda homes: homes.alike),
    Rule.WANTED_FLOOR: (comforts.floor, lambda homes: homes.columns["floor"]),
    Rule.WANTED_LIFT: (comforts.lift, lambda homes: homes.alike),
    Rule.OUTDOOR_SPACE: (comforts.outdoor_space, lambda homes: homes.alike),
    Rule.PARKING: (comforts.parking, lambda homes: homes.alike),
}
"""Rules that one change mends, the same for homes that are alike in what is named."""
_BY_DEGREE: Mapping[Rule, tuple[ChangeCode, Callable[[Homes], list[Any]]]] = {
    Rule.MAX_RENT: (ChangeCode.RAISE_RENT, lambda homes: homes.rent.tolist()),
    Rule.MIN_AREA: (ChangeCode.LOWER_AREA, lambda homes: homes.columns["area"].tolist()),
    Rule.LATEST: (ChangeCode.ACCEPT_LATER, lambda homes: [one.isoformat() for one in homes.free_on]),
}
"""Rules that one change mends, as far as each home asks."""


def supply_of(application: Application, columns: Array, eras: Sequence[InForce]) -> Supply:
    """Count homes of the past (`past_homes`).

    `eras` are the policies in force on the days when one of them, or a figure of the law, took effect, oldest first;
    the first holds for whatever comes before the second.
    Homes outside of all wanted places count only for what a change would open.
    """
    homes = Homes.of(columns)
    era = np.searchsorted([days_of(one.on) for one in eras[1:]], columns["told_on"], side="right")
    bits, proven = np.zeros(len(columns), dtype=np.int64), []
    for number in np.unique(era):
        during = homes.where(era == number)
        of_era = bits[era == number] = excluded_from(application, during, eras[number])
        proven += _incomes(application, during.where(of_era == BITS[Rule.INCOME]), eras[number])
    degrees = {code: far(homes.where(bits == BITS[rule])) for rule, (code, far) in _BY_DEGREE.items()}
    reached = bits[bits & BITS[Rule.PLACE] == 0]
    return Supply(
        compared=len(reached),
        fitted=int((reached == 0).sum()),
        missed=in_order_missed(_missed(reached)),
        openings=openings_of(
            _changes(application, homes, bits, eras[-1]), {**degrees, ChangeCode.PROVE_INCOME: proven}
        ),
    )


def _missed(reached: Array) -> Iterator[Missed]:
    told = np.where(reached & _HEALTH, reached & ~_HEALTH | _TOLD_TOGETHER, reached)
    for rule, bit in [*BITS.items(), (None, _TOLD_TOGETHER)]:
        if homes := int((told & bit != 0).sum()):
            yield Missed(rule=rule, homes=homes, alone=int((told == bit).sum()))


def _changes(application: Application, homes: Homes, bits: Array, policies: InForce) -> Iterator[tuple[Change, int]]:
    """The single changes that mend the one rule that excludes a home, with how many homes each mends it for.

    No other rule reads what such a change touches: so it opens them, and all that are alike in what it follows from.
    """
    for rule, (decides, read) in _MENDED.items():
        closed = bits == BITS[rule]
        if not closed.any():
            continue
        alone = homes.where(closed)
        for home, number in _kinds(alone, read(alone)):
            basis = Basis(policy=policies.national, on=policies.on)
            for change in changes_for(application, home, [decides(application, home, basis)], basis):
                yield change, number


def _incomes(application: Application, homes: Homes, policies: InForce) -> list[Fact]:
    """The income to prove for each home that is closed by the ceiling alone."""
    found: list[Fact] = []
    if not len(homes):
        return found
    for home, number in _kinds(homes, ceilings_of(application, homes, policies)):
        basis = Basis(policy=policies.national, on=policies.on)
        for change in changes_for(application, home, [income.income(application, home, basis)], basis):
            found += [change.facts["income_euros"]] * number
    return found


def _kinds(homes: Homes, alike: Array) -> Iterator[tuple[DwellingFacts, int]]:
    """A home of each kind, and how many there are of it."""
    _, first, number = np.unique(alike, return_index=True, return_counts=True)
    for at, homes_of_kind in zip(first.tolist(), number.tolist(), strict=True):
        yield home_of(homes.columns[at]), homes_of_kind
