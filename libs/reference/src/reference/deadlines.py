"""How long things may and must take: spans of time set by a text or by practice, each with its date and source."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from reference._packed import packed
from reference.days import add_months

__all__ = ["Deadline", "Origin", "UnknownDeadline", "deadline"]


class UnknownDeadline(LookupError):
    """No deadline has this name."""


class Origin(StrEnum):
    LAW = "law"
    PRACTICE = "practice"
    """Ours to set, inside what the law says."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A span in months, counted date to date, and days; in force from a day on."""

    name: str
    effective_from: date
    months: int
    days: int
    origin: Origin
    source: str

    def after(self, day: date) -> date:
        """The day this span after `day`."""
        return add_months(day, self.months) + timedelta(days=self.days)

    def before(self, day: date) -> date:
        """The last day from which this span reaches no further than `day`."""
        found = add_months(day, -self.months) - timedelta(days=self.days)
        while self.after(found) > day:
            found -= timedelta(days=1)
        while self.after(found + timedelta(days=1)) <= day:  # the 28th to the 31st may reach the same last of a month
            found += timedelta(days=1)
        return found


@cache
def _tables() -> dict[str, tuple[Deadline, ...]]:
    """Deadlines of each name, oldest first."""
    tables: dict[str, list[Deadline]] = {}
    for row in packed("deadlines")["deadlines"]:
        since, origin = date.fromisoformat(row["effective_from"]), Origin(row["origin"])
        one = Deadline(row["name"], since, row["months"], row["days"], origin, row["source"])
        tables.setdefault(one.name, []).append(one)
    return {name: tuple(sorted(dated, key=lambda one: one.effective_from)) for name, dated in tables.items()}


def deadline(name: str, on: date) -> Deadline:
    """The deadline in force on a day; before the first one known, that one. Raises `UnknownDeadline`."""
    try:
        dated = _tables()[name]
    except KeyError:
        raise UnknownDeadline(f"No deadline is called {name!r}; known are {', '.join(sorted(_tables()))}.") from None
    return next((one for one in reversed(dated) if one.effective_from <= on), dated[0])
