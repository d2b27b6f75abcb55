"""Why each household was called: what matching says on its topic, for the eyes of whoever watches the demo."""

import contextlib
from collections.abc import AsyncIterator
from uuid import UUID

from aiokafka import AIOKafkaConsumer

from contracts.matching import CallIssued
from contracts.topics import MATCHING_CALL
from stack.reader import reading_from_now


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
    async with reading_from_now(bootstrap, MATCHING_CALL) as consumer:
        yield Calls(consumer)
