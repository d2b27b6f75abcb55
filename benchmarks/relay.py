"""Relay: an outbox full of rows, until all of them are in the event log and acknowledged by the broker.

Beside it, as its bound: aiokafka sending the same records from memory, and nothing else.
"""

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Sequence

import asyncpg

from benchmarks.events import released
from benchmarks.figures import Throughput
from benchmarks.relaying import relay_of
from benchmarks.tables import make_chassis_tables
from chassis import outbox, topics
from chassis.bus import producer
from chassis.work import Outgoing

_POLL_S = 0.005
_PATIENCE_S = 300.0


async def measure(
    *, kafka: str, database: str, rows: int, takes: int, done: Callable[[], None]
) -> tuple[Throughput, Throughput, Throughput]:
    """(outbox filled by `bulk_insert`, relay, bare producer); calls `done` after each take of each."""
    await topics.declare(kafka)
    await make_chassis_tables(database)
    filled: list[float] = []
    relayed: list[float] = []
    bare: list[float] = []
    connection: asyncpg.Connection = await asyncpg.connect(database)
    try:
        for _ in range(takes):
            events = [released(dt.datetime.now(dt.UTC)) for _ in range(rows)]
            filled.append(await _fill(connection, events))
            done()
            relayed.append(await _relay(connection, kafka, database))
            done()
            bare.append(await _bare(kafka, events))
            done()
    finally:
        await connection.close()
    return tuple(Throughput(rows=rows, seconds=tuple(each)) for each in (filled, relayed, bare))  # type: ignore[return-value]


async def _fill(connection: asyncpg.Connection, events: Sequence[Outgoing]) -> float:
    began = time.perf_counter()
    for first in range(0, len(events), 5000):
        async with connection.transaction():
            await outbox.bulk_insert(connection, events[first : first + 5000])
    return time.perf_counter() - began


async def _relay(connection: asyncpg.Connection, kafka: str, database: str) -> float:
    """From the moment the relay leads: a replica that starts into a full outbox."""
    relay = relay_of(database, kafka)
    running = asyncio.create_task(relay.run())
    try:
        await relay.leading.wait()
        began = time.perf_counter()
        async with asyncio.timeout(_PATIENCE_S):
            while await connection.fetchval("SELECT EXISTS (SELECT FROM outbox)"):  # noqa: ASYNC110 - another connection empties it
                await asyncio.sleep(_POLL_S)
        return time.perf_counter() - began
    finally:
        await relay.stop()
        await running


async def _bare(kafka: str, events: Sequence[Outgoing]) -> float:
    sender = producer(kafka, name="benchmark.bare")
    await sender.start()
    try:
        began = time.perf_counter()
        flying = [
            await sender.send(row.topic, key=row.key.encode(), value=row.payload, headers=row.envelope.headers())
            for row in events
        ]
        await asyncio.gather(*flying)
        return time.perf_counter() - began
    finally:
        await sender.stop()
