"""Edge: records of a topic taken in polls of a given size by a reaction that inserts one row for each.

Beside it, as its bound: the same polls by bare aiokafka, the same insert for each record, one commit a poll.
"""

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID, uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from sqlalchemy import text

from benchmarks.events import released
from benchmarks.figures import Throughput
from benchmarks.tables import make_chassis_tables
from chassis import topics
from chassis.bus import as_record, producer
from chassis.clock import SystemClock
from chassis.database import Database
from chassis.edge import Edge
from chassis.handlers import Handlers
from chassis.health import Health
from chassis.metrics import Metrics
from chassis.work import Work
from contracts.inventory import VacancyReleased
from contracts.topics import INVENTORY_VACANCY, PARTITIONS

POLLS = {1: 400, 20: 2_000, 64: 4_000, 500: 8_000}
"""Records a poll, and records in all: enough of each for a second or two."""

Take = Callable[[Sequence[ConsumerRecord]], Awaitable[None]]


async def measure(
    *, kafka: str, database: str, takes: int, done: Callable[[], None]
) -> dict[int, tuple[Throughput, Throughput]]:
    """By records a poll: (edge, bare). Calls `done` after each take of each."""
    await topics.declare(kafka)
    await make_chassis_tables(database)
    await _publish(kafka, max(POLLS.values()))
    pool = Database(database, name="benchmark")
    edge = Edge(
        service="matching",
        database=pool,
        handlers=_handlers(),
        clock=SystemClock(),
        health=Health(),
        metrics=Metrics(),
    )
    bare: asyncpg.Connection = await asyncpg.connect(database)
    results: dict[int, tuple[Throughput, Throughput]] = {}
    try:
        await bare.execute("CREATE TABLE reached (id uuid PRIMARY KEY, commune text NOT NULL)")
        for poll, rows in POLLS.items():
            seconds: tuple[list[float], list[float]] = ([], [])
            for _ in range(takes):
                for taken, take in zip(seconds, (_by_edge(edge), _by_hand(bare)), strict=True):
                    await bare.execute("TRUNCATE reached, inbox")
                    taken.append(await _consume(kafka, poll, rows, take))
                    reached = await bare.fetchval("SELECT count(*) FROM reached")
                    if reached != rows:
                        raise RuntimeError(f"{reached} rows were written for {rows} records")
                    done()
            edged, by_hand = (Throughput(rows=rows, seconds=tuple(each)) for each in seconds)
            results[poll] = (edged, by_hand)
    finally:
        await bare.close()
        await pool.close()
    return results


def _handlers() -> Handlers:
    handlers = Handlers()

    @handlers.reaction(VacancyReleased)
    async def react(event: VacancyReleased, work: Work) -> None:
        await work.session.execute(
            text("INSERT INTO reached (id, commune) VALUES (:id, :commune)"),
            {"id": event.vacancy_id, "commune": event.dwelling.commune},
        )

    return handlers


def _by_edge(edge: Edge) -> Take:
    async def take(records: Sequence[ConsumerRecord]) -> None:
        await edge.process([as_record(record) for record in records])

    return take


def _by_hand(connection: asyncpg.Connection) -> Take:
    async def take(records: Sequence[ConsumerRecord]) -> None:
        async with connection.transaction():
            for record in records:
                await connection.execute(
                    "INSERT INTO reached (id, commune) VALUES ($1, $2)", UUID(record.key.decode()), "75118"
                )

    return take


async def _publish(kafka: str, count: int) -> None:
    sender = producer(kafka, name="benchmark")
    await sender.start()
    try:
        now = dt.datetime.now(dt.UTC)
        flying = [
            await sender.send(row.topic, key=row.key.encode(), value=row.payload, headers=row.envelope.headers())
            for row in (released(now) for _ in range(count))
        ]
        await asyncio.gather(*flying)
    finally:
        await sender.stop()


async def _consume(kafka: str, poll: int, rows: int, take: Take) -> float:
    """Seconds that the first `rows` records of the topic took, acknowledged after each poll."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka, group_id=f"benchmark.{uuid4()}", enable_auto_commit=False, max_poll_records=poll
    )
    await consumer.start()
    try:
        places = [TopicPartition(INVENTORY_VACANCY.name, partition) for partition in range(PARTITIONS)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        # finds the coordinator of the group, which a running service has found long ago
        await consumer.commit({places[0]: 0})
        taken = 0
        began = time.perf_counter()
        while taken < rows:
            polled = await consumer.getmany(timeout_ms=5_000, max_records=min(poll, rows - taken))
            records = [record for some in polled.values() for record in some]
            if not records:
                raise RuntimeError(f"the topic held {taken} records instead of {rows}")
            await take(records)
            await consumer.commit({place: some[-1].offset + 1 for place, some in polled.items()})
            taken += len(records)
        return time.perf_counter() - began
    finally:
        await consumer.stop()
