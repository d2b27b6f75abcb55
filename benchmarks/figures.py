"""Numbers out of measurements. Nothing here reads a clock."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: the smallest value that at least `share` (0 to 1) of all do not exceed.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values: a percentile needs at least one measurement")
    rank = max(1, math.ceil(share * len(values)))
    return sorted(values)[rank - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A distribution by the percentiles that are reported."""

    n: int
    p50: float
    p95: float
    p99: float
    largest: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        values = sorted(values)
        return cls(
            n=len(values),
            p50=percentile(values, 0.50),
            p95=percentile(values, 0.95),
            p99=percentile(values, 0.99),
            largest=values[-1] if values else 0.0,
        )

    def __truediv__(self, other: "Spread") -> "Ratio":
        return Ratio(p50=self.p50 / other.p50, p95=self.p95 / other.p95, p99=self.p99 / other.p99)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """`rows` moved in each of several takes of `seconds`."""

    rows: int
    seconds: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Of the take in the middle."""
        return self.rows / percentile(self.seconds, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """How evenly calls fall: of the households called at all, the calls of the middle one and of the most called."""

    households: int
    calls: int
    median: float
    most: int

    @classmethod
    def of(cls, called: Iterable[str]) -> Self:
        """From the household of each call."""
        counts = Counter(called)
        return cls(
            households=len(counts),
            calls=counts.total(),
            median=percentile(list(counts.values()), 0.5) if counts else 0,
            most=max(counts.values(), default=0),
        )
