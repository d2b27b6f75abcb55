"""The edge: one poll, one command or one piece of due work is one transaction, opened, filled and committed here.

Nobody else commits. What the code inside emitted and left due is written last; then comes the commit, and only then
is anything acknowledged. A poll that fails is halved until the record that fails stands alone, so that only this
record takes its failure class: what passes by itself is waited for in place, order kept; the rest is a dead letter.
"""

import asyncio
import datetime as dt
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from chassis import outbox
from chassis.clock import Clock
from chassis.database import Database, is_transient
from chassis.dispatch import Dispatch
from chassis.failures import said
from chassis.handlers import Handlers, RuleBroken
from chassis.health import Health
from chassis.incoming import Dead, Ignored, Incoming, Item, read
from chassis.metrics import Metrics
from chassis.record import Record
from chassis.telemetry import span_for_poll
from chassis.work import Work
from contracts.dead_letter import DeadLetterReason
from contracts.event import Envelope
from contracts.landlord import FieldError

log = logging.getLogger(__name__)

FIRST_WAIT_S = 0.05
LONGEST_WAIT_S = 5.0


class EdgeClosed(Exception):
    """The service is stopping; nothing was committed and nothing may be acknowledged."""


class RecordRefused(Exception):
    """The HTTP door's answer to what Kafka's door makes a dead letter; `errors` name the fields."""

    def __init__(self, error: str, errors: Sequence[FieldError]) -> None:
        super().__init__(error)
        self.errors = tuple(errors)


class Edge:
    """The transactions of one service. `handlers` say what each incoming event does."""

    def __init__(
        self,
        *,
        service: str,
        database: Database,
        handlers: Handlers,
        clock: Clock,
        health: Health,
        metrics: Metrics,
    ) -> None:
        self.service = service
        self.clock = clock
        self.after_commit: list[Callable[[Work], None]] = []
        """Called with each committed unit of work: what wakes the relay and the runner of due work."""
        self._handlers = handlers
        self._metrics = metrics
        self._dispatch = Dispatch(service, handlers, metrics)
        self._database = database
        self._health = health
        self._closing = asyncio.Event()

    def close(self) -> None:
        """End all waiting: what is in hand is neither committed nor acknowledged, and comes again."""
        self._closing.set()

    async def process(self, records: Sequence[Record]) -> None:
        """Take one poll. Returns when all of it is committed, as effects or as dead letters.

        Raises:
            EdgeClosed: the service stops; do not acknowledge.
        """
        items = [read(record, self._handlers) for record in records]
        with span_for_poll(self.service, records):
            await self._take([item for item in items if not isinstance(item, Ignored)])
        self._count(items)

    async def replay(self, records: Sequence[Record]) -> int:
        """Run only the projections and erasures of these records and return how many they took.

        Reactions stay silent and nothing becomes a dead letter: the version guard makes it harmless at any time.
        """
        items = [read(record, self._handlers) for record in records]
        async with self._transaction(_cause("replay", self.service, self.clock.now())) as work:
            return await self._dispatch.project_only(items, work)

    @asynccontextmanager
    async def unit(self, name: str, *, envelope: Envelope | None = None) -> AsyncIterator[Work]:
        """One command or job: commits when the block ends cleanly, rolls back when it raises."""
        async with self._transaction(envelope or _cause(name, self.service, self.clock.now())) as work:
            yield work

    async def accept(self, record: Record, work: Work, *, unmark: bool = False) -> None:
        """Take one record inside an open unit: the HTTP door, with the same inbox and handlers as Kafka's.

        `unmark` is for the replay of a dead letter: its mark is flipped in the same transaction.

        Raises:
            RecordRefused: Kafka's door would make it a dead letter.
            RuleBroken: the handler says that this event can never be taken.
        """
        item = read(record, self._handlers)
        if isinstance(item, Dead):
            raise RecordRefused(item.error, item.errors)
        if isinstance(item, Ignored):
            error = FieldError(field="ce_type", message=f"{item.event_type} is not a type that is taken here")
            raise RecordRefused(f"{error.field}: {error.message}", [error])
        await self._dispatch.run([item], work, unmark=unmark)

    async def _take(self, items: list[Item]) -> None:
        wait_s = FIRST_WAIT_S
        while items:
            try:
                async with self._transaction(_first_cause(items, self.service, self.clock.now())) as work:
                    await self._dispatch.run(items, work)
            except Exception as error:
                if is_transient(error):
                    await self._wait(error, wait_s)
                    wait_s = min(wait_s * 2, LONGEST_WAIT_S)
                elif len(items) > 1:
                    middle = len(items) // 2
                    await self._take(items[:middle])
                    await self._take(items[middle:])
                    return
                elif isinstance(items[0], Dead):
                    # Passing over a dead letter that cannot be written would lose the record without a trace.
                    log.exception("a dead letter could not be written; waiting")
                    await self._wait(error, LONGEST_WAIT_S)
                else:
                    log.warning("dead letter: %s", error, exc_info=not isinstance(error, RuleBroken))
                    items = [_failed(items[0], error)]
            else:
                self._health.clear("edge")
                return

    async def _wait(self, error: Exception, seconds: float) -> None:
        reason = said(error).partition("\n")[0]
        self._health.degrade("edge", f"Waiting with the order kept: {reason}")
        log.warning("waiting %.2f s: %s", seconds, reason)
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return
        raise EdgeClosed

    def _count(self, items: Sequence[Item]) -> None:
        """Once a type, not a record: an instrument costs as much as a small handler."""
        now = self.clock.now()
        ignored = Counter(item.event_type for item in items if isinstance(item, Ignored))
        for event_type, count in ignored.items():
            self._metrics.ignored_types.add(count, {"type": event_type})
        oldest: dict[str, dt.datetime] = {}
        for item in items:
            if isinstance(item, Incoming):
                oldest[item.envelope.type] = min(item.envelope.time, oldest.get(item.envelope.type, item.envelope.time))
        for event_type, time in oldest.items():
            self._metrics.event_latency.record(max(0.0, (now - time).total_seconds()), {"type": event_type})

    @asynccontextmanager
    async def _transaction(self, cause: Envelope) -> AsyncIterator[Work]:
        async with self._database.session() as session:
            work = Work(session=session, service=self.service, now=self.clock.now(), cause=cause)
            yield work
            # What the session holds is written before, by the statement's own way to it.
            await outbox.insert(session, work.outgoing, work.tasks)
            await session.commit()
        for wake in self.after_commit:
            wake(work)


def _failed(item: Item, error: Exception) -> Dead:
    assert not isinstance(item, Dead | Ignored)
    broken = isinstance(error, RuleBroken)
    return Dead(
        record=item.record,
        topic=item.topic,
        reason=DeadLetterReason.RULE_BROKEN if broken else DeadLetterReason.HANDLER_FAILED,
        error=str(error) if broken else said(error),
        envelope=item.envelope if isinstance(item, Incoming) else None,
        mark=item.mark if isinstance(item, Incoming) else None,
    )


def _cause(name: str, service: str, now: dt.datetime) -> Envelope:
    return Envelope.new(f"{service}.{name}", source=service, time=now)


def _first_cause(items: Sequence[Item], service: str, now: dt.datetime) -> Envelope:
    found = next((item.envelope for item in items if isinstance(item, Incoming | Dead) and item.envelope), None)
    return found or _cause("poll", service, now)
