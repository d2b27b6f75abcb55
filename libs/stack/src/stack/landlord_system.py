"""What a landlord's information system does, with nothing but a Kafka client: publish facts, read the receipts."""

import asyncio
import contextlib
import datetime as dt
import uuid
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from contracts.event import Envelope
from contracts.landlord import LandlordEvent, ReceiptIssued
from contracts.tenancy import TenancyEvent
from contracts.topics import LANDLORD_RECEIPT, LANDLORD_TENANCY, LANDLORD_VACANCY, Topic
from stack.errors import CommandError
from stack.reader import reading_from_now

SystemEvent = LandlordEvent | TenancyEvent
"""What it says of a vacancy, or of a tenancy."""


def topic_of(event: SystemEvent) -> Topic:
    return LANDLORD_TENANCY if isinstance(event, TenancyEvent) else LANDLORD_VACANCY


class LandlordSystem:
    """Publishes to `landlord.<siren>.vacancy.v1` and `….tenancy.v1`, any number of landlords' over one connection."""

    def __init__(self, bootstrap: str, *, name: str) -> None:
        """`name` says which system it is: the events' `ce_source`."""
        self._bootstrap = bootstrap
        self._name = name
        self._producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, client_id=name.strip("/"), acks="all", enable_idempotence=True
        )

    async def __aenter__(self) -> Self:
        try:
            await self._producer.start()
        except KafkaError as error:
            raise CommandError(f"Kafka at {self._bootstrap} cannot be reached ({error}); is the stack up?") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._producer.stop()

    async def known(self, siren: str, topic: Topic = LANDLORD_VACANCY) -> bool:
        """Whether this landlord has a topic."""
        cluster = await self._producer.client.fetch_all_metadata()
        return topic.of(siren) in cluster.topics()

    async def publish(
        self, siren: str, event: SystemEvent, *, event_id: str | None = None, time: dt.datetime | None = None
    ) -> Envelope:
        """Publish one event and return its envelope once Kafka has acknowledged it.

        Raises:
            CommandError: Kafka refuses it.
        """
        topic = topic_of(event).of(siren)
        envelope = envelope_of(event, siren, source=self._name, event_id=event_id, time=time)
        try:
            await self._producer.send_and_wait(
                topic, key=event.key.encode(), value=event.encode(), headers=envelope.headers()
            )
        except KafkaError as error:
            raise CommandError(f"Kafka refused the event for {topic}: {error}.") from error
        return envelope


def envelope_of(
    event: SystemEvent, siren: str, *, source: str, event_id: str | None = None, time: dt.datetime | None = None
) -> Envelope:
    event_id = event_id or str(uuid.uuid4())
    return Envelope(
        id=event_id,
        type=event.TYPE,
        source=f"{source}/{siren}",
        time=time or dt.datetime.now(dt.UTC),
        subject=event.key,
        correlation_id=event_id,
    )


@contextlib.asynccontextmanager
async def receipts(bootstrap: str) -> AsyncIterator["Receipts"]:
    """The receipts that inventory and demand issue from now on."""
    async with reading_from_now(bootstrap, LANDLORD_RECEIPT) as consumer:
        yield Receipts(consumer)


class Receipts:
    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def of(self, envelope: Envelope, *, timeout_s: float) -> ReceiptIssued | None:
        """The next receipt for this event; None where none came in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                async for record in self._consumer:
                    receipt = ReceiptIssued.decode(record.value)
                    if (receipt.event_id, receipt.event_source) == (envelope.id, envelope.source):
                        return receipt
        return None
