"""What the broker knows of topics and groups: partitions, and how far each group is behind."""

import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import KafkaError

from stack.errors import CommandError


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLag:
    """How far a group is behind on one topic. `lag` counts records not acknowledged yet."""

    group: str
    topic: str
    lag: int
    partitions: int
    """That the group reads now; 0 where none of its members is there."""


class Broker:
    def __init__(self, admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer) -> None:
        self._admin = admin
        self._consumer = consumer

    async def partitions(self) -> dict[str, int]:
        """How many partitions each topic has; the broker's own topics are left out."""
        names = [name for name in await self._admin.list_topics() if not name.startswith("__")]
        described = await self._admin.describe_topics(names) if names else []
        return {topic["topic"]: len(topic["partitions"]) for topic in described}

    async def groups(self) -> list[str]:
        return sorted(name for name, *_ in await self._admin.list_consumer_groups())

    async def assigned(self, group: str) -> set[TopicPartition]:
        """The partitions that members of the group read now."""
        found: set[TopicPartition] = set()
        for answer in await self._admin.describe_consumer_groups([group]):
            for description in answer.groups:
                for member in description[5]:
                    if member[-1]:
                        assignment = ConsumerProtocolMemberAssignment.decode(member[-1]).assignment
                        found |= {TopicPartition(topic, one) for topic, many in assignment for one in many}
        return found

    async def topics_read_by(self, group: str) -> set[str]:
        return {place.topic for place in await self.assigned(group)}

    async def lag(self, group: str) -> list[GroupLag]:
        """By topic, of all that the group reads or has ever acknowledged."""
        committed = {
            place: found.offset
            for place, found in (await self._admin.list_consumer_group_offsets(group)).items()
            if found.offset >= 0
        }
        assigned = await self.assigned(group)
        places = committed.keys() | assigned
        ends = await self._consumer.end_offsets(list(places)) if places else {}
        fresh = [place for place in places if place not in committed]
        starts = await self._consumer.beginning_offsets(fresh) if fresh else {}
        by_topic: dict[str, int] = {}
        for place, end in ends.items():
            behind = max(0, end - committed.get(place, starts.get(place, end)))
            by_topic[place.topic] = by_topic.get(place.topic, 0) + behind
        return [
            GroupLag(group=group, topic=topic, lag=lag, partitions=sum(place.topic == topic for place in assigned))
            for topic, lag in sorted(by_topic.items())
        ]

    async def lags(self, groups: Iterable[str]) -> list[GroupLag]:
        return [one for group in groups for one in await self.lag(group)]


@contextlib.asynccontextmanager
async def broker_at(bootstrap: str) -> AsyncIterator[Broker]:
    """Raises CommandError where it cannot be reached."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    try:
        await admin.start()
        await consumer.start()
    except KafkaError as error:
        await admin.close()
        await consumer.stop()
        raise CommandError(f"Kafka at {bootstrap} cannot be reached ({error}).") from error
    try:
        yield Broker(admin, consumer)
    finally:
        await consumer.stop()
        await admin.close()
