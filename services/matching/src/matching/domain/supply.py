"""Where supply met an application over twelve months: what reached its places, what was missed and why (DOMAIN §11.14).

Every home is compared by the same rules as a call is, under the policy of the day it was first told of. The application
is the one of today: the question is what today's wishes would have met.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from contracts.values import DwellingFacts
from matching.domain.application import Application
from matching.domain.evidence import HEALTH
from matching.domain.near_miss import Change, ChangeCode, opens
from matching.domain.place import place_rank
from matching.domain.policy import Basis, InForce
from matching.domain.rules import Fact, Finding, Rule, Verdict, findings, transfer, wishes
from matching.domain.rules.typology import adequate, persons_housed

__all__ = ["Missed", "Opening", "PastHome", "Supply", "holding_back"]

_DEGREES: Mapping[ChangeCode, tuple[str, bool]] = {
    ChangeCode.RAISE_RENT: ("max_rent_cents", False),
    ChangeCode.ACCEPT_LATER: ("latest_on", False),
    ChangeCode.LOWER_AREA: ("min_area_m2", True),
    ChangeCode.PROVE_INCOME: ("income_euros", True),
}
"""Changes of degree: the fact that says how far, and whether further means less."""
_OF_THE_HOUSEHOLD: tuple[Callable[[Application, Any, Any], Finding], ...] = (
    wishes.standing,
    transfer.conditions,
    transfer.light,
)
"""Rules that read no home: one that excludes keeps the application out of every list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastHome:
    vacancy_id: UUID
    told_on: dt.date
    landlord: str
    dwelling: DwellingFacts
    available_on: dt.date | None


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


@dataclass(slots=True)
class Supply:
    """Counts home by home, so that whoever compares thousands can pause between two."""

    compared: int = 0
    """Of the homes that reached a wanted place."""
    fitted: int = 0
    _missed: Counter[Rule | None] = field(default_factory=Counter)
    _alone: Counter[Rule | None] = field(default_factory=Counter)
    _opened: dict[tuple[ChangeCode, Fact], list[Change]] = field(default_factory=lambda: defaultdict(list))

    def add(self, application: Application, home: PastHome, basis: Basis) -> None:
        """Compare one home. One outside of all wanted places counts only for what a change would open."""
        excluding = [finding for finding in findings(application, home.dwelling, basis) if finding.excludes]
        if place_rank(application.wishes, home.dwelling.commune) is not None:
            self.compared += 1
            self.fitted += not excluding
            rules = {None if finding.rule in HEALTH else finding.rule for finding in excluding}
            self._missed.update(rules)
            if len(rules) == 1:
                self._alone.update(rules)
        for change in opens(application, home.dwelling, excluding, basis):
            self._opened[_what(change)].append(change)

    @property
    def missed(self) -> tuple[Missed, ...]:
        """The rule that excluded most first."""
        order = [None, *Rule]
        found = [Missed(rule=rule, homes=homes, alone=self._alone[rule]) for rule, homes in self._missed.items()]
        return tuple(sorted(found, key=lambda one: (-one.homes, order.index(one.rule))))

    @property
    def openings(self) -> tuple[Opening, ...]:
        """The change that opens most first; of a change of degree as far as opens half, and as far as opens all."""
        found = [opening for changes in self._opened.values() for opening in _openings(changes)]
        order = list(ChangeCode)
        return tuple(sorted(found, key=lambda one: (-one.homes, order.index(one.code), str(one.facts))))


def holding_back(application: Application, policies: InForce) -> tuple[Finding, ...]:
    """What keeps the application out of every list now, whatever the home; nothing where it is matched."""
    found = [finding for rule in _OF_THE_HOUSEHOLD if (finding := rule(application, None, None)).excludes]
    if not any(_in_grid(application, policies)):
        found.append(Finding(Rule.TYPOLOGY, Verdict.POLICY, "typology.none_wanted"))
    return tuple(found)


def _in_grid(application: Application, policies: InForce) -> Iterator[bool]:
    persons = persons_housed(application)
    for wanted in application.wishes.places:
        for policy in policies.reached(wanted.commune, neighbours=wanted.neighbours):
            yield any(adequate(kind, persons, policy) for kind in application.wishes.dwelling_types)


def _what(change: Change) -> tuple[ChangeCode, Fact]:
    """Changes that are one and the same for several homes: those of degree by their code, the others by their facts."""
    return change.code, None if change.code in _DEGREES else next(iter(change.facts.values()), None)


def _openings(changes: list[Change]) -> Iterator[Opening]:
    first = changes[0]
    if first.code not in _DEGREES:
        yield Opening(code=first.code, facts=first.facts, homes=len(changes))
        return
    name, less = _DEGREES[first.code]
    degrees: list[Any] = sorted((change.facts[name] for change in changes), reverse=less)
    for degree in dict.fromkeys((degrees[(len(degrees) - 1) // 2], degrees[-1])):
        opened = sum(one >= degree if less else one <= degree for one in degrees)
        yield Opening(code=first.code, facts={name: degree}, homes=opened)
