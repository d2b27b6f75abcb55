"""A territory's line of conduct, as far as demand asks it: who counts for a dwelling type, which groups are targets."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from contracts.demand import CurrentHome, HouseholdFacts
from contracts.values import ApplicationKind
from law.households import Share


@dataclass(frozen=True, slots=True)
class Who:
    """An application as a policy's predicates read it."""

    kind: ApplicationKind
    household: HouseholdFacts
    current_home: CurrentHome | None


def _no_group(_who: Who, _on: dt.date) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    births: bool = True
    """Whether expected children count for a dwelling type."""
    custody: Share = Share.FULL
    """What a child in shared custody, or with a right of visit, counts for."""
    first_quartile_euros: int | None = None
    """A year and consumption unit, as the territory says the order in force; None where it does not."""
    target_groups: Callable[[Who, dt.date], tuple[str, ...]] = _no_group
