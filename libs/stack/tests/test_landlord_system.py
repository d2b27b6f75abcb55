"""What a landlord's system sends, read back from a real broker."""

import asyncio
import datetime as dt
import uuid
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaProducer

from chassis import topics
from contracts.event import Envelope
from contracts.landlord import DwellingAvailable, Outcome, ReceiptIssued
from contracts.tenancy import TenancyEnded
from contracts.topics import LANDLORD_RECEIPT, LANDLORD_TENANCY, LANDLORD_VACANCY
from stack.broker import broker_at
from stack.errors import CommandError
from stack.landlord_system import LandlordSystem, receipts
from stack.reader import reading_from_now

SIREN = "552032708"
EVENT = DwellingAvailable(
    dwelling_reference="7500123456", vacancy_reference="V-1", available_on=dt.date(2026, 12, 1), base_rent_cents=51_234
)


@pytest.fixture
async def declared(kafka):
    await topics.declare(kafka, landlords=[SIREN])
    return kafka


async def test_a_published_event_is_a_cloudevent_under_the_dwellings_key(declared):
    topic = LANDLORD_VACANCY
    concrete = replace(topic, name=topic.of(SIREN))
    async with reading_from_now(declared, concrete) as consumer, LandlordSystem(declared, name="//erp") as system:
        envelope = await system.publish(SIREN, EVENT)
        async with asyncio.timeout(20):
            record = await consumer.getone()
    assert record.key == b"7500123456"
    assert DwellingAvailable.decode(record.value) == EVENT
    read = Envelope.from_headers(record.headers)
    assert (read.id, read.type, read.source) == (envelope.id, DwellingAvailable.TYPE, f"//erp/{SIREN}")
    assert read.correlation_id == read.id


async def test_what_is_said_of_a_tenancy_goes_to_its_own_topic(declared):
    said = TenancyEnded(dwelling_reference="7500123456", tenancy_reference="B-1", ended_on=dt.date(2026, 11, 1))
    concrete = replace(LANDLORD_TENANCY, name=LANDLORD_TENANCY.of(SIREN))
    async with reading_from_now(declared, concrete) as consumer, LandlordSystem(declared, name="//erp") as system:
        assert await system.known(SIREN, LANDLORD_TENANCY)
        await system.publish(SIREN, said)
        async with asyncio.timeout(20):
            record = await consumer.getone()
    assert (record.key, TenancyEnded.decode(record.value)) == (b"7500123456", said)


async def test_a_landlord_without_a_topic_is_not_known(declared):
    async with LandlordSystem(declared, name="//erp") as system:
        assert await system.known(SIREN)
        assert not await system.known("999123456")


async def test_the_receipt_is_the_one_for_this_event_and_system(declared):
    async with (
        receipts(declared) as answers,
        LandlordSystem(declared, name="//erp") as system,
        producer_at(declared) as producer,
    ):
        envelope = await system.publish(SIREN, EVENT)
        for event_id, source, outcome in (
            (str(uuid.uuid4()), envelope.source, Outcome.REJECTED),
            (envelope.id, "//another", Outcome.REJECTED),
            (envelope.id, envelope.source, Outcome.ACCEPTED),
        ):
            receipt = ReceiptIssued(
                landlord=SIREN,
                event_id=event_id,
                event_source=source,
                event_type=envelope.type,
                outcome=outcome,
                received_at=dt.datetime.now(dt.UTC),
            )
            await producer.send_and_wait(LANDLORD_RECEIPT.name, key=SIREN.encode(), value=receipt.encode())
        found = await answers.of(envelope, timeout_s=20)
    assert found
    assert found.outcome is Outcome.ACCEPTED


async def test_no_receipt_in_time_is_none(declared):
    async with receipts(declared) as answers, LandlordSystem(declared, name="//erp") as system:
        envelope = await system.publish(SIREN, EVENT)
        assert await answers.of(envelope, timeout_s=0.2) is None


async def test_a_broker_that_is_not_there_is_a_sentence():
    with pytest.raises(CommandError, match=r"Kafka at 127\.0\.0\.1:1 cannot be reached"):
        async with LandlordSystem("127.0.0.1:1", name="//erp"):
            pass


async def test_lag_counts_what_a_group_has_not_acknowledged(declared):
    from aiokafka import AIOKafkaConsumer

    topic, group = LANDLORD_VACANCY.of(SIREN), f"group-{uuid.uuid4()}"
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=declared, group_id=group, enable_auto_commit=False, auto_offset_reset="latest"
    )
    await consumer.start()
    try:
        for place in consumer.assignment():
            await consumer.position(place)
        async with LandlordSystem(declared, name="//erp") as system, asyncio.timeout(30):
            await system.publish(SIREN, EVENT)
            record = await consumer.getone()
            await consumer.commit()
            for _ in range(3):
                await system.publish(SIREN, EVENT)
            async with broker_at(declared) as broker:
                assert topic in await broker.topics_read_by(group)
                [found] = await broker.lag(group)
                assert (found.topic, found.lag, found.partitions) == (record.topic, 3, 1)
                assert (await broker.partitions())[topic] == 1
    finally:
        await consumer.stop()


class producer_at:  # noqa: N801 - reads as a function
    def __init__(self, bootstrap):
        self._producer = AIOKafkaProducer(bootstrap_servers=bootstrap)

    async def __aenter__(self):
        await self._producer.start()
        return self._producer

    async def __aexit__(self, *_):
        await self._producer.stop()
