"""A service's handlers, commands and jobs on a real database, without a broker: what its tests run on."""

import datetime as dt
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from fastapi import APIRouter
from sqlalchemy import Connection, MetaData, Text, make_url, text
from sqlmodel.sql.sqltypes import AutoString

from chassis import auth
from chassis.auth import PublicKeys, Role
from chassis.clock import ManualClock
from chassis.database import Database, asyncpg_url
from chassis.due import DueWork
from chassis.edge import Edge
from chassis.handlers import Handlers
from chassis.health import Health
from chassis.http import create_app
from chassis.jobs import Jobs
from chassis.metrics import Metrics
from chassis.migrations import upgrade
from chassis.record import Record
from chassis.work import Work
from contracts.event import Envelope, Event
from contracts.topics import topic_of

_KEY = auth.generate_key()
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

    async def unlike_migrations(self, tables: MetaData) -> list[Any]:
        """How these tables differ from what the migrations made: columns, their types and nullability.

        Indexes, checks, comments and generated columns are the migrations' own.
        """
        async with self.database.engine.connect() as connection:
            return await connection.run_sync(_differences, tables)

    @asynccontextmanager
    async def http(self, *routers: APIRouter, **state: Any) -> AsyncIterator[httpx.AsyncClient]:
        """A client of these routes behind the chassis's door; `state` goes to `app.state`."""
        app = create_app(
            title=self.edge.service,
            version="1",
            routers=routers,
            health=self.health,
            edge=self.edge,
            public_keys=PublicKeys([_KEY.public_key()]),
            clock=self.clock,
        )
        for name, value in state.items():
            setattr(app.state, name, value)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{self.edge.service}") as client:
            yield client

    async def close(self) -> None:
        await self.database.close()


@asynccontextmanager
async def edge_harness(
    url: str, service: str, handlers: Handlers | None = None, jobs: Jobs | None = None
) -> AsyncIterator[EdgeHarness]:
    """A harness on the service's own migrations."""
    await _migrated(url, service)
    harness = EdgeHarness(url, service=service, handlers=handlers, jobs=jobs)
    try:
        yield harness
    finally:
        await harness.close()


_TEMPLATES: dict[tuple[str, str], str] = {}
"""By server and service: a database that holds what the migrations make, for the next test to copy."""


async def _migrated(url: str, service: str) -> None:
    """Bring a database to the service's newest revision; an empty one becomes a copy of the first that got there."""
    if not await _is_empty(url):
        await upgrade(url, service)
        return
    where = make_url(asyncpg_url(url))
    name, server = where.database, where.set(database="postgres").render_as_string(hide_password=False)
    template = _TEMPLATES.get((server, service))
    if template is None:
        await upgrade(url, service)
        template = _TEMPLATES[server, service] = f"migrated_{service}_{uuid4().hex}"
        copies = [f"CREATE DATABASE {template} TEMPLATE {name} STRATEGY FILE_COPY"]
    else:
        copies = [
            f"DROP DATABASE {name} WITH (FORCE)",
            f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY",
        ]
    connection = await asyncpg.connect(server)
    try:
        for statement in copies:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _is_empty(url: str) -> bool:
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        return await connection.fetchval("SELECT to_regclass('alembic_version') IS NULL")  # type: ignore[no-any-return]
    finally:
        await connection.close()


def bearer(role: Role, siren: str | None = None, *, subject: str = "agent Martin") -> dict[str, str]:
    """The header of a token that a harness's `http` accepts, for a thousand days from noon."""
    jti = f"{role}{siren or ''}"
    ttl = dt.timedelta(days=1000)
    token = auth.issue(_KEY, subject=subject, roles=[role], siren=siren, ttl=ttl, jti=jti, now=NOON)
    return {"Authorization": f"Bearer {token}"}


def _differences(connection: Connection, tables: MetaData) -> list[Any]:
    context = MigrationContext.configure(
        connection,
        opts={
            "include_object": lambda _, name, kind, *__: kind != "table" or name in tables.tables,
            "compare_type": lambda *types: False if _both_text(*types[-2:]) else None,
        },
    )
    found = compare_metadata(context, tables)
    changes = [change for one in found for change in (one if isinstance(one, list) else [one])]
    return [
        one for one in changes if not one[0].endswith(("_comment", "_index", "_constraint")) and not _generated(one)
    ]


def _generated(change: Any) -> bool:
    """Whether the database has a column, made from others, that no row is written with."""
    return change[0] == "remove_column" and change[-1].computed is not None


def _both_text(in_database: Any, in_model: Any) -> bool:
    """SQLModel says VARCHAR where we say text: PostgreSQL keeps both the same way."""
    return isinstance(in_database, Text) and isinstance(in_model, AutoString)


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
