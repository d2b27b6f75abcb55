"""Where supply met an application over twelve months: what reached its places, what was missed and why (DOMAIN §11.14).

Every home is compared by the same rules as a call is, all homes at once (`matching.engine.screening`), under the policy
of the day it was first told of. The application is the one of today: the question is what today's wishes had met.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.domain.application import Application
from matching.domain.near_miss import Change, ChangeCode
from matching.domain.policy import InForce
from matching.domain.rules import Fact, Finding, Rule, Verdict, transfer, wishes
from matching.domain.rules.typology import adequate, persons_housed

__all__ = [
    "DEGREES",
    "OF_THE_HOUSEHOLD",
    "Missed",
    "Opening",
    "Supply",
    "holding_back",
    "in_order_missed",
    "openings_of",
]

DEGREES: Mapping[ChangeCode, tuple[str, bool]] = {
    ChangeCode.RAISE_RENT: ("max_rent_cents", False),
    ChangeCode.ACCEPT_LATER: ("latest_on", False),
    ChangeCode.LOWER_AREA: ("min_area_m2", True),
    ChangeCode.PROVE_INCOME: ("income_euros", True),
}
"""Changes of degree: the fact that says how far, and whether further means less."""
OF_THE_HOUSEHOLD: tuple[Callable[[Application, Any, Any], Finding], ...] = (
    wishes.standing,
    transfer.conditions,
    transfer.light,
)
"""Rules that read no home: one that excludes keeps the application out of every list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Homes that a rule excluded, and those of them that nothing else did.

    Needs of access are counted together, as None: which of them it was tells of somebody's health.
    """

    rule: Rule | None
    homes: int
    alone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A single change and how many more homes it would have let in."""

    code: ChangeCode
    facts: Mapping[str, Fact]
    homes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    compared: int
    """Of the homes that reached a wanted place."""
    fitted: int
    missed: tuple[Missed, ...]
    """The rule that excluded most first."""
    openings: tuple[Opening, ...]
    """The change that opens most first; of a change of degree as far as opens half, and as far as opens all."""


def in_order_missed(missed: Iterable[Missed]) -> tuple[Missed, ...]:
    order = [None, *Rule]
    return tuple(sorted(missed, key=lambda one: (-one.homes, order.index(one.rule))))


def openings_of(
    changes: Iterable[tuple[Change, int]], degrees: Mapping[ChangeCode, Sequence[Any]]
) -> tuple[Opening, ...]:
    """Of changes, each with how many homes it opens, and of how far each change of degree goes, home by home."""
    homes: Counter[tuple[ChangeCode, Fact]] = Counter()
    facts: dict[tuple[ChangeCode, Fact], Mapping[str, Fact]] = {}
    for change, number in changes:
        what = change.code, next(iter(change.facts.values()), None)
        homes[what] += number
        facts.setdefault(what, change.facts)
    found = [Opening(code=what[0], facts=facts[what], homes=number) for what, number in homes.items()]
    found += [opening for code, values in degrees.items() if len(values) for opening in _by_degree(code, values)]
    order = list(ChangeCode)
    return tuple(sorted(found, key=lambda one: (-one.homes, order.index(one.code), str(one.facts))))


def holding_back(application: Application, policies: InForce) -> tuple[Finding, ...]:
    """What keeps the application out of every list now, whatever the home; nothing where it is matched."""
    found = [finding for rule in OF_THE_HOUSEHOLD if (finding := rule(application, None, None)).excludes]
    if not any(_in_grid(application, policies)):
        found.append(Finding(Rule.TYPOLOGY, Verdict.POLICY, "typology.none_wanted"))
    return tuple(found)


def _in_grid(application: Application, policies: InForce) -> Iterator[bool]:
    persons = persons_housed(application)
    for wanted in application.wishes.places:
        for policy in policies.reached(wanted.commune, neighbours=wanted.neighbours):
            yield any(adequate(kind, persons, policy) for kind in application.wishes.dwelling_types)


def _by_degree(code: ChangeCode, values: Sequence[Any]) -> Iterator[Opening]:
    name, less = DEGREES[code]
    degrees = sorted(values, reverse=less)
    for degree in dict.fromkeys((degrees[(len(degrees) - 1) // 2], degrees[-1])):
        opened = sum(one >= degree if less else one <= degree for one in degrees)
        yield Opening(code=code, facts={name: degree}, homes=opened)
