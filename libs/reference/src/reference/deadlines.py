"""How long things may and must take: spans of time set by a text or by practice, each with its date and source."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from reference._dated import Dated, dated_by
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
def _tables() -> dict[str, Dated[Deadline]]:
    rows = (
        Deadline(
            **{**row, "effective_from": date.fromisoformat(row["effective_from"]), "origin": Origin(row["origin"])}
        )
        for row in packed("deadlines")["deadlines"]
    )
    return dated_by(rows, key=lambda one: one.name, since=lambda one: one.effective_from)


def deadline(name: str, on: date) -> Deadline:
    """The deadline in force on a day; before the first one known, that one. Raises `UnknownDeadline`."""
    try:
        dated = _tables()[name]
    except KeyError:
        raise UnknownDeadline(f"No deadline is called {name!r}; known are {', '.join(sorted(_tables()))}.") from None
    return dated.on(on) or dated.first
