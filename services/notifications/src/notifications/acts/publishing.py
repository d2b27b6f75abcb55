"""What deliveries became, as events."""

from collections.abc import Iterable

from chassis.work import Work
from notifications.store.deliveries import Fact


def publish(facts: Iterable[Fact], work: Work) -> None:
    """Each under the cause that its delivery came of."""
    for fact in facts:
        work.emit(fact.event, cause=fact.cause)
