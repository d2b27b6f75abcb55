"""What was published, what must arrive and what did: the demo's verdict, without clock or network."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.values import Channel
from stack.territory.expected import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message of the mailbox that belongs to this run."""

    alert: Alert
    received_ns: int
    """Wall clock when the mailbox answered that it has it."""
    latency_ms: float
    """Since Kafka acknowledged the landlord's event."""
    expected: bool
    copy: bool
    """The same alert had arrived before."""


class Ledger:
    """`expected` are the alerts that must arrive exactly once."""

    def __init__(self, expected: Collection[Alert]) -> None:
        self.expected = frozenset(expected)
        self._application_of = {(alert.vacancy_id, alert.person_id): alert.application_id for alert in expected}
        self._published: dict[str, tuple[UUID, int]] = {}
        self.arrivals: list[Arrival] = []
        self._arrived: set[Alert] = set()

    def published(self, event_id: str, vacancy_id: UUID, acknowledged_ns: int) -> None:
        """An event of the landlord's, acknowledged by Kafka at this wall-clock time."""
        self._published[event_id] = vacancy_id, acknowledged_ns

    def take(self, message: Mapping[str, Any], applications: Mapping[tuple[UUID, UUID], UUID]) -> Arrival | None:
        """Note a message as the mailbox lists it; None where it is not of this run.

        `applications` says whose application a (vacancy, person) that nobody expected belongs to, where that is known.
        """
        origin = self._published.get(message["correlation_id"] or "")
        if origin is None or message["person"] is None:
            return None
        vacancy_id, acknowledged_ns = origin
        who = vacancy_id, UUID(message["person"])
        application_id = self._application_of.get(who) or applications.get(who) or UUID(int=0)
        alert = Alert(vacancy_id, application_id, who[1], Channel(message["kind"]))
        arrival = Arrival(
            alert=alert,
            received_ns=message["received_ns"],
            latency_ms=(message["received_ns"] - acknowledged_ns) / 1e6,
            expected=alert in self.expected,
            copy=alert in self._arrived,
        )
        self.arrivals.append(arrival)
        self._arrived.add(alert)
        return arrival

    @property
    def missing(self) -> set[Alert]:
        return set(self.expected - self._arrived)

    @property
    def unexpected(self) -> set[Alert]:
        return self._arrived - self.expected

    @property
    def duplicates(self) -> int:
        return sum(arrival.copy for arrival in self.arrivals)

    @property
    def delivered(self) -> int:
        """Expected alerts that arrived, each counted once."""
        return len(self.expected & self._arrived)

    @property
    def exact(self) -> bool:
        """Whether every expected alert arrived exactly once, and nothing else did."""
        return not self.missing and not self.unexpected and not self.duplicates

    def latencies_ms(self) -> list[float]:
        """Of every alert, its first copy, in rising order."""
        return sorted(arrival.latency_ms for arrival in self.arrivals if not arrival.copy)

    def first_latencies_ms(self) -> list[float]:
        """Of the first alert of each vacancy, in rising order."""
        first: dict[UUID, float] = {}
        for arrival in self.arrivals:
            vacancy_id = arrival.alert.vacancy_id
            first[vacancy_id] = min(arrival.latency_ms, first.get(vacancy_id, arrival.latency_ms))
        return sorted(first.values())


def quantile(rising: list[float], share: float) -> float | None:
    """The smallest value that at least `share` (0 to 1) of them do not exceed; None of an empty list."""
    if not rising:
        return None
    rank = -(-len(rising) * round(share * 1000) // 1000)
    return rising[max(1, rank) - 1]
