"""The floor: three bare hops of aiokafka and PostgreSQL in one process, nothing else (PERFORMANCE §5b).

consume → one row, commit → produce · consume → twenty rows, commit → produce twenty · consume → twenty commits of one
row each. No inbox, no outbox, no decoding, no matching, no gateway: what three services with a database each cannot
go below.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Self
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from benchmarks.pace import evenly
from benchmarks.pairing import Arrived, Published, Story, pair
from contracts.topics import PARTITIONS

ALERTS = 20
BODY = b"x" * 1000
"""About the size of a vacancy with its dwelling, and of a call."""
_PATIENCE_S = 30.0


class Floor:
    """Three hops between topics and in a database of their own."""

    def __init__(self, *, kafka: str, database: str) -> None:
        self._kafka = kafka
        self._database = database
        name = uuid4().hex[:8]
        self._topics = [f"floor.{name}.{hop}" for hop in range(3)]
        self._stack = AsyncExitStack()
        self._hops: list[asyncio.Task[None]] = []
        self._published: list[Published] = []
        self._arrived: list[Arrived] = []
        self._complete = asyncio.Event()
        self._expected = 0

    async def __aenter__(self) -> Self:
        await self._make_topics()
        self._producer = AIOKafkaProducer(bootstrap_servers=self._kafka, acks="all", enable_idempotence=True)
        await self._producer.start()
        self._stack.push_async_callback(self._producer.stop)
        for hop, work in enumerate((self._announce, self._call, self._accept)):
            connection = await asyncpg.connect(self._database)
            self._stack.push_async_callback(connection.close)
            await connection.execute(f"DROP TABLE IF EXISTS floor_{hop}")
            await connection.execute(f"CREATE TABLE floor_{hop} (id text PRIMARY KEY, body bytea NOT NULL)")
            consumer = AIOKafkaConsumer(
                self._topics[hop],
                bootstrap_servers=self._kafka,
                group_id=self._topics[hop],
                auto_offset_reset="earliest",
                enable_auto_commit=False,
            )
            await consumer.start()
            self._stack.push_async_callback(consumer.stop)
            self._hops.append(asyncio.create_task(self._consume(consumer, connection, work)))
        return self

    async def __aexit__(self, *_: object) -> None:
        for hop in self._hops:
            hop.cancel()
        await asyncio.gather(*self._hops, return_exceptions=True)
        await self._stack.aclose()
        admin = AIOKafkaAdminClient(bootstrap_servers=self._kafka)
        await admin.start()
        try:
            await admin.delete_topics(self._topics)
        finally:
            await admin.close()

    async def run(self, *, count: int, rate: float, done: Callable[[], None] = lambda: None) -> list[Story]:
        """Send `count` records, `rate` a second, and wait until every alert came out; calls `done` after each.

        Raises:
            TimeoutError: some did not.
        """
        self._published, self._arrived = [], []
        self._complete.clear()
        self._expected = count * ALERTS

        async def send(number: int) -> None:
            correlation = f"{number:06d}-{uuid4().hex}"
            await self._producer.send_and_wait(self._topics[0], BODY, key=correlation.encode())
            self._published.append(Published(correlation_id=correlation, acknowledged_ns=time.time_ns()))
            done()

        await evenly(count, rate, send)
        async with asyncio.timeout(_PATIENCE_S):
            await self._complete.wait()
        alerts = [str(number) for number in range(ALERTS)]
        return pair(self._published, self._arrived, {one.correlation_id: alerts for one in self._published})

    async def _consume(
        self,
        consumer: AIOKafkaConsumer,
        connection: asyncpg.Connection,
        work: Callable[[asyncpg.Connection, list[ConsumerRecord]], Awaitable[None]],
    ) -> None:
        while True:
            polled = await consumer.getmany(timeout_ms=1000)
            records = [record for some in polled.values() for record in some]
            if records:
                await work(connection, records)
                await consumer.commit()

    async def _announce(self, connection: asyncpg.Connection, records: list[ConsumerRecord]) -> None:
        await connection.executemany(
            "INSERT INTO floor_0 VALUES ($1, $2)", [(r.key.decode(), r.value) for r in records]
        )
        await self._send(1, [record.key for record in records])

    async def _call(self, connection: asyncpg.Connection, records: list[ConsumerRecord]) -> None:
        keys = [f"{record.key.decode()}/{number}" for record in records for number in range(ALERTS)]
        await connection.executemany("INSERT INTO floor_1 VALUES ($1, $2)", [(key, BODY) for key in keys])
        await self._send(2, [key.encode() for key in keys])

    async def _accept(self, connection: asyncpg.Connection, records: list[ConsumerRecord]) -> None:
        for record in records:
            key = record.key.decode()
            await connection.execute("INSERT INTO floor_2 VALUES ($1, $2)", key, record.value)
            correlation, _, alert = key.partition("/")
            self._arrived.append(
                Arrived(correlation_id=correlation, alert=alert, household=alert, accepted_ns=time.time_ns())
            )
        if len(self._arrived) >= self._expected:
            self._complete.set()

    async def _send(self, hop: int, keys: list[bytes]) -> None:
        flying = [await self._producer.send(self._topics[hop], BODY, key=key) for key in keys]
        await asyncio.gather(*flying)

    async def _make_topics(self) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._kafka)
        await admin.start()
        try:
            await admin.create_topics(
                [NewTopic(name=name, num_partitions=PARTITIONS, replication_factor=1) for name in self._topics]
            )
        finally:
            await admin.close()
