"""Demand as a whole replica: a landlord's record on its tenancy topic, the receipt and the person on theirs."""

import asyncio
import datetime as dt
from uuid import uuid4

from aiokafka import AIOKafkaConsumer
from tenancy_samples import LANDLORD, lease

from chassis import migrations, topics
from chassis.bus import producer
from contracts.event import Envelope
from contracts.landlord import ReceiptIssued
from contracts.topics import DEMAND_CONTACT, LANDLORD_RECEIPT, LANDLORD_TENANCY
from demand.main import service
from demand.settings import Settings


async def test_a_lease_on_the_landlords_topic_is_answered_and_its_leaseholder_told(database, kafka):
    event, name = lease(tenancy_reference=f"B-{uuid4()}"), str(uuid4())
    envelope = Envelope.new(event.TYPE, source=f"//{name}", time=dt.datetime.now(dt.UTC))
    await migrations.upgrade(database, "demand")
    await topics.declare(kafka, landlords=[LANDLORD])
    app = service.app(Settings(database_url=database, kafka_url=kafka, instance=f"i{name}"))
    reader = AIOKafkaConsumer(
        LANDLORD_RECEIPT.name, DEMAND_CONTACT.name, bootstrap_servers=kafka, auto_offset_reset="earliest"
    )
    sender = producer(kafka, name="landlord")
    async with app.router.lifespan_context(app), asyncio.timeout(60):
        await reader.start()
        await sender.start()
        try:
            await sender.send_and_wait(
                LANDLORD_TENANCY.of(LANDLORD), key=event.key.encode(), value=event.encode(), headers=envelope.headers()
            )
            receipt = contact = None
            while receipt is None or contact is None:
                record = await reader.getone()
                headers = dict(record.headers)
                if headers.get("causationid") != envelope.id.encode():
                    continue
                if record.topic == LANDLORD_RECEIPT.name:
                    receipt = ReceiptIssued.decode(record.value)
                else:
                    contact = record
        finally:
            await sender.stop()
            await reader.stop()
    assert (receipt.outcome, receipt.landlord, receipt.errors) == ("accepted", LANDLORD, ())
    assert b"Garnier" in contact.value
    assert b"Garnier" not in contact.key
