"""Which alert answers which vacancy, and whether every one of them came exactly once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A vacancy whose event the broker acknowledged to its producer."""

    correlation_id: str
    acknowledged_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An alert the gateway accepted. `identity` is the same for a second copy of one alert."""

    correlation_id: str
    identity: str
    accepted_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One vacancy with all its alerts; milliseconds since the acknowledgement."""

    correlation_id: str
    alerts: int
    first_ms: float
    last_ms: float


class NotExactlyOnce(Exception):
    """Alerts are missing, doubled or nobody's: what was measured is not the system's work, so there is no number."""


def pair(published: Iterable[Published], arrived: Iterable[Arrived], expected: Mapping[str, int] | int) -> list[Story]:
    """The stories of all vacancies that have alerts, in the order they were published.

    `expected` is how many alerts each vacancy must have, by correlation id or the same for all.

    Raises:
        NotExactlyOnce: some alert is missing, came twice, or answers no vacancy of ours.
    """
    published = list(published)
    alerts: dict[str, list[Arrived]] = defaultdict(list)
    for one in arrived:
        alerts[one.correlation_id].append(one)
    wrong: list[str] = []
    stories: list[Story] = []
    for vacancy in published:
        got = alerts.pop(vacancy.correlation_id, [])
        wanted = expected if isinstance(expected, int) else expected.get(vacancy.correlation_id, 0)
        distinct = {one.identity for one in got}
        if len(got) > len(distinct):
            wrong.append(f"{vacancy.correlation_id}: {len(got) - len(distinct)} alerts came twice")
        if len(distinct) != wanted:
            wrong.append(f"{vacancy.correlation_id}: {len(distinct)} alerts instead of {wanted}")
        if got:
            times = [(one.accepted_ns - vacancy.acknowledged_ns) / 1e6 for one in got]
            stories.append(
                Story(
                    correlation_id=vacancy.correlation_id,
                    alerts=len(got),
                    first_ms=min(times),
                    last_ms=max(times),
                )
            )
    strangers = sum(len(left) for left in alerts.values())
    if strangers:
        wrong.append(f"{strangers} alerts answer no vacancy of this run")
    if wrong:
        shown = "; ".join(wrong[:5]) + ("; …" if len(wrong) > 5 else "")
        raise NotExactlyOnce(f"{len(wrong)} of {len(published)} vacancies were not served exactly once: {shown}")
    return stories
