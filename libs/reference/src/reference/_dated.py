"""Rows of which one holds on a day: each from its own day until the next one's."""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import Generic, TypeVar

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)


class Dated(Generic[Row]):
    """One row or more, oldest first."""

    def __init__(self, rows: Iterable[Row], since: Callable[[Row], date]) -> None:
        self.rows = tuple(sorted(rows, key=since))
        self.days = tuple(map(since, self.rows))

    @property
    def first(self) -> Row:
        return self.rows[0]

    @property
    def newest(self) -> Row:
        return self.rows[-1]

    def on(self, day: date) -> Row | None:
        """The row in force on a day; None before the first."""
        passed = bisect_right(self.days, day)
        return self.rows[passed - 1] if passed else None


def dated_by(rows: Iterable[Row], key: Callable[[Row], Key], since: Callable[[Row], date]) -> dict[Key, Dated[Row]]:
    """Rows of each key, in the order in which the keys first come."""
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {name: Dated(of_it, since) for name, of_it in found.items()}
