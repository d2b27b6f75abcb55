"""A service's handlers, commands and jobs on a real database, without a broker: what its tests run on."""

import datetime as dt
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import text

from chassis.clock import ManualClock
from chassis.database import Database
from chassis.due import DueWork
from chassis.edge import Edge
from chassis.handlers import Handlers
from chassis.health import Health
from chassis.jobs import Jobs
from chassis.metrics import Metrics
from chassis.migrations import upgrade
from chassis.record import Record
from chassis.work import Work
from contracts.event import Envelope, Event
from contracts.topics import topic_of

NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A row of the outbox."""

    topic: str
    key: str
    type: str
    payload: dict[str, Any] | None
    headers: dict[str, str]


class EdgeHarness:
    """The edge of one service on a database of the test's own, with a clock moved by hand."""

    def __init__(self, url: str, *, service: str, handlers: Handlers | None = None, jobs: Jobs | None = None) -> None:
        self.clock = ManualClock(NOON)
        self.health = Health(clock=self.clock)
        self.database = Database(url, name=f"{service}.test")
        self.edge = Edge(
            service=service,
            database=self.database,
            handlers=handlers or Handlers(),
            clock=self.clock,
            health=self.health,
            metrics=Metrics(),
        )
        self._due = DueWork(self.edge, jobs or Jobs())

    async def handle(self, *events: Event, topic: str | None = None, envelope: Envelope | None = None) -> None:
        """Take these events as one poll, each with an envelope of its own (or the one given)."""
        await self.edge.process(
            [self.record(event, topic=topic, offset=offset, envelope=envelope) for offset, event in enumerate(events)]
        )

    def record(
        self, event: Event, *, topic: str | None = None, offset: int = 0, envelope: Envelope | None = None
    ) -> Record:
        """The record this event would be on the broker."""
        envelope = envelope or Envelope.new(event.TYPE, source="test", time=self.clock.now(), subject=event.key)
        return Record(
            topic=topic or topic_of(type(event)).name,
            key=event.key.encode(),
            value=event.encode(),
            headers=replace(envelope, type=event.TYPE).headers(),
            partition=0,
            offset=offset,
        )

    async def run_due(self) -> int:
        """Run what is due by the harness's clock until nothing is; return how many pieces ran."""
        ran = 0
        while await self._due.run_once():
            ran += 1
        return ran

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """One committed unit of work."""
        async with self.edge.unit("test") as work:
            yield work

    async def outbox(self, event_type: str | None = None) -> list[Published]:
        """What was published so far, in the relay's order; of one type when given."""
        async with self.database.session() as session:
            rows = await session.execute(
                text("SELECT aggregatetype, aggregateid, type, payload, headers FROM outbox ORDER BY seq")
            )
            published = [
                Published(topic=topic, key=key, type=kind, payload=_json(payload), headers=_json(headers))
                for topic, key, kind, payload, headers in rows
            ]
        return [one for one in published if event_type in (None, one.type)]

    async def scalar(self, query: str, **values: Any) -> Any:
        """One value of the database, for assertions."""
        async with self.database.session() as session:
            return await session.scalar(text(query), values)

    async def close(self) -> None:
        await self.database.close()


@asynccontextmanager
async def edge_harness(
    url: str, service: str, handlers: Handlers | None = None, jobs: Jobs | None = None
) -> AsyncIterator[EdgeHarness]:
    """A harness on the service's own migrations."""
    await upgrade(url, service)
    harness = EdgeHarness(url, service=service, handlers=handlers, jobs=jobs)
    try:
        yield harness
    finally:
        await harness.close()


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
