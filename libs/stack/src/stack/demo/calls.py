"""Why each household was called: what matching says on its topic, for the eyes of whoever watches the demo."""

import contextlib
from collections.abc import AsyncIterator
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.matching import CallIssued
from contracts.topics import MATCHING_CALL


class Calls:
    """The calls issued since this was opened, by vacancy and person."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._by_person: dict[tuple[UUID, UUID], CallIssued] = {}
        self.applications: dict[tuple[UUID, UUID], UUID] = {}

    async def follow(self) -> None:
        async for record in self._consumer:
            if record.value is None or ("ce_type", CallIssued.TYPE.encode()) not in record.headers:
                continue
            call = CallIssued.decode(record.value)
            for person_id in call.person_ids:
                self._by_person[call.vacancy_id, person_id] = call
                self.applications[call.vacancy_id, person_id] = call.application_id

    def of(self, vacancy_id: UUID, person_id: UUID) -> CallIssued | None:
        return self._by_person.get((vacancy_id, person_id))


@contextlib.asynccontextmanager
async def calls(bootstrap: str) -> AsyncIterator[Calls]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        await consumer.topics()
        partitions = consumer.partitions_for_topic(MATCHING_CALL.name) or set()
        places = [TopicPartition(MATCHING_CALL.name, partition) for partition in sorted(partitions)]
        consumer.assign(places)
        for place, end in (await consumer.end_offsets(places)).items():
            consumer.seek(place, end)
        yield Calls(consumer)
    finally:
        await consumer.stop()
