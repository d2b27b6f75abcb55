"""What the consumers promise, said once and kept on both brokers: FastStream's in memory (every save) and Apache Kafka.

In memory nothing can crash and nobody keeps offsets: what a crash may do is in test_bus.py, on Kafka alone.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from aiokafka import ConsumerRecord
from faststream.kafka import TestKafkaBroker

from chassis import topics
from chassis.bus import Bus, producer
from chassis.handlers import Handlers
from chassis.metrics import Metrics
from chassis.record import Record
from chassis.testing import EdgeHarness
from chassis.work import Work
from contracts.event import Envelope
from contracts.inventory import DwellingRecorded, VacancyLet
from contracts.topics import INVENTORY_DWELLING

from .events import let, note, noted

Send = Callable[..., object]
"""Puts records on the broker, in this order and on one partition."""


class InMemory:
    """FastStream's own broker for tests: a record passes its parser, middleware and our subscriber, all in one task."""

    @asynccontextmanager
    async def consuming(self, edge: EdgeHarness, handlers: Handlers) -> AsyncIterator[Send]:
        bus = Bus(bootstrap="nowhere:1", service="s", instance="0", handlers=handlers, metrics=Metrics())
        acknowledged: list[ConsumerRecord] = []

        async def acknowledge(_: object, records: list[ConsumerRecord]) -> None:
            acknowledged.extend(records)

        bus._acknowledge = acknowledge  # type: ignore[method-assign]
        async with TestKafkaBroker(bus._broker):
            await bus.start(edge.edge)

            async def send(*records: Record) -> None:
                polled = [as_polled(record, offset) for offset, record in enumerate(records, len(acknowledged))]
                for subscriber in bus._broker.subscribers:
                    mine = [record for record in polled if record.topic in subscriber.topic_names]
                    if mine:
                        await subscriber.process_message(mine)
                assert acknowledged[-len(polled) :] == polled, "what was taken, or refused, is acknowledged"

            yield send


class Kafka:
    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap

    @asynccontextmanager
    async def consuming(self, edge: EdgeHarness, handlers: Handlers) -> AsyncIterator[Send]:
        await topics.declare(self._bootstrap)
        group = f"delivery-{uuid4()}"
        bus = Bus(bootstrap=self._bootstrap, service=group, instance="0", handlers=handlers, metrics=Metrics())
        sender = producer(self._bootstrap, name="test")
        await sender.start()
        await bus.start(edge.edge)

        async def send(*records: Record) -> None:
            for record in records:
                await sender.send_and_wait(
                    record.topic, key=record.key, value=record.value, headers=list(record.headers), partition=0
                )

        try:
            yield send
        finally:
            await bus.stop()
            await sender.stop()


def as_polled(record: Record, offset: int) -> ConsumerRecord:
    return ConsumerRecord(
        topic=record.topic, partition=0, offset=offset, timestamp=0, timestamp_type=0, key=record.key,
        value=record.value, checksum=None, serialized_key_size=-1, serialized_value_size=-1,
        headers=tuple(record.headers),
    )  # fmt: skip


@pytest.fixture(params=["memory", "kafka"])
def broker(request: pytest.FixtureRequest) -> InMemory | Kafka:
    return InMemory() if request.param == "memory" else Kafka(request.getfixturevalue("kafka"))


class Taken:
    """Handlers that note what they were given of one vacancy: Kafka's topic holds those of other tests as well."""

    def __init__(self) -> None:
        self.vacancy = uuid4()
        self.handlers = Handlers()

        @self.handlers.reaction(VacancyLet)
        async def react(event: VacancyLet, work: Work) -> None:
            if event.vacancy_id == self.vacancy:
                await note(work, str(event.version))

    def let(self, version: int) -> VacancyLet:
        return let(self.vacancy, version)


async def until(edge: EdgeHarness, *expected: str) -> None:
    async with asyncio.timeout(15):
        while list(await noted(edge)) != list(expected):
            await asyncio.sleep(0.02)


async def dead(edge: EdgeHarness, key: UUID) -> int:
    return await edge.scalar("SELECT count(*) FROM dead_letter WHERE key = :key", key=str(key).encode())


async def test_records_are_taken_in_their_order(harness, broker):
    taken = Taken()
    edge = harness(taken.handlers)
    async with broker.consuming(edge, taken.handlers) as send:
        await send(*(edge.record(taken.let(version)) for version in (3, 1, 2)))
        await until(edge, "3", "1", "2")


async def test_a_repetition_is_taken_once_and_another_body_under_its_id_is_a_dead_letter(harness, broker):
    taken = Taken()
    edge = harness(taken.handlers)
    envelope = Envelope.new(VacancyLet.TYPE, source="test", time=edge.clock.now())
    first = edge.record(taken.let(1), envelope=envelope)
    other = edge.record(taken.let(2), envelope=envelope)
    async with broker.consuming(edge, taken.handlers) as send:
        await send(first, first)
        await send(first, other, edge.record(taken.let(3)))
        await until(edge, "1", "3")
    assert await dead(edge, taken.vacancy) == 1


@pytest.mark.parametrize(
    "poison",
    [
        lambda good: replace(good, value=b"{"),
        lambda good: replace(good, value=b'{"version": 1}'),
        lambda good: replace(good, value=None),
        lambda good: replace(good, headers=[*good.headers, ("ce_subject", b"\xff")]),
        lambda good: replace(good, headers=[]),
    ],
    ids=["bad JSON", "wrong shape", "null on a fact topic", "bad header bytes", "no headers"],
)
async def test_poison_is_a_dead_letter_and_the_next_record_is_taken(harness, broker, poison):
    taken = Taken()
    edge = harness(taken.handlers)
    good = [edge.record(taken.let(version)) for version in (1, 2, 3)]
    async with broker.consuming(edge, taken.handlers) as send:
        await send(good[0], poison(good[1]), good[2])
        await until(edge, "1", "3")
    assert await dead(edge, taken.vacancy) == 1


async def test_null_on_a_state_topic_is_the_fact_erased(harness, broker):
    mine: UUID = uuid4()
    handlers = Handlers()

    @handlers.projection(DwellingRecorded)
    async def keep(events, work: Work) -> None:
        """Nothing is kept; the type is handled, so that its topic is read."""

    @handlers.erasure(INVENTORY_DWELLING)
    async def forget(keys, work: Work) -> None:
        if str(mine) in keys:
            await note(work, "erased")

    edge = harness(handlers)
    async with broker.consuming(edge, handlers) as send:
        await send(Record(topic=INVENTORY_DWELLING.name, key=str(mine).encode(), value=None, headers=[]))
        await until(edge, "erased")
    assert await dead(edge, mine) == 0
