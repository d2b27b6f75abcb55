"""Which alert answers which vacancy, and whether every one of them came exactly once."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A vacancy whose event the broker acknowledged to its producer."""

    correlation_id: str
    acknowledged_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An alert the gateway accepted. `alert` says which of its vacancy's it is, the same for a second copy."""

    correlation_id: str
    alert: str
    household: str
    accepted_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One vacancy with all its alerts; milliseconds since the acknowledgement.

    A household may be told more than once, by e-mail and SMS and each of its applicants: `told_ms` is when the last
    household had its first alert, `last_ms` when the last alert of all was accepted.
    """

    correlation_id: str
    households: int
    alerts: int
    first_ms: float
    told_ms: float
    last_ms: float


class NotExactlyOnce(Exception):
    """Alerts are missing, doubled or nobody's: what was measured is not the system's work, so there is no number."""


def pair(
    published: Iterable[Published], arrived: Iterable[Arrived], expected: Mapping[str, Collection[str]]
) -> list[Story]:
    """The stories of all vacancies that have alerts, in the order they were published.

    `expected` gives the alerts of each vacancy by its correlation id; a vacancy without any is absent or empty.

    Raises:
        NotExactlyOnce: some alert is missing, came twice, or nobody expected it.
    """
    published = list(published)
    came: dict[str, list[Arrived]] = defaultdict(list)
    for one in arrived:
        came[one.correlation_id].append(one)
    wrong: list[str] = []
    stories: list[Story] = []
    for vacancy in published:
        alerts = came.pop(vacancy.correlation_id, [])
        wrong += _differences(vacancy.correlation_id, alerts, set(expected.get(vacancy.correlation_id, ())))
        if alerts:
            stories.append(_story(vacancy, alerts))
    wrong += [f"{name}: {len(left)} alerts answer no vacancy of this run" for name, left in came.items()]
    if wrong:
        shown = "; ".join(wrong[:5]) + ("; …" if len(wrong) > 5 else "")
        raise NotExactlyOnce(f"{len(published)} vacancies were not served exactly once: {shown}")
    return stories


def _story(vacancy: Published, alerts: Collection[Arrived]) -> Story:
    after = [(one.household, (one.accepted_ns - vacancy.acknowledged_ns) / 1e6) for one in alerts]
    told: dict[str, float] = {}
    for household, ms in after:
        told[household] = min(ms, told.get(household, ms))
    return Story(
        correlation_id=vacancy.correlation_id,
        households=len(told),
        alerts=len(after),
        first_ms=min(told.values()),
        told_ms=max(told.values()),
        last_ms=max(ms for _, ms in after),
    )


def _differences(name: str, alerts: Collection[Arrived], expected: set[str]) -> list[str]:
    counts = Counter(one.alert for one in alerts)
    doubled = counts.total() - len(counts)
    missing, unexpected = len(expected - counts.keys()), len(counts.keys() - expected)
    said = ((missing, "are missing"), (doubled, "came twice"), (unexpected, "nobody expected"))
    return [f"{name}: {number} alerts {what}" for number, what in said if number]
