"""Declare topics from the table, and compare the broker with it: a client never creates one by accident."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from contracts.topics import EARLIER_PARTITIONS, TOPICS, Topic

TIMEOUT_MS = 10_000
_AGAIN_S = 0.1


class TopicsRefused(Exception):
    """The broker would not create a topic; the sentence names it and the broker's reason."""


async def declare(bootstrap: str, *, landlords: Iterable[str] = (), replication: int = 1) -> list[str]:
    """Create what is missing, with the table's partitions and settings; return the names of the new ones.

    Raises:
        TopicsRefused: the broker refuses one.
    """
    wanted = {topic.name: topic for topic in TOPICS if not topic.per_landlord}
    wanted |= {topic.of(siren): topic for siren in landlords for topic in TOPICS if topic.per_landlord}
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=TIMEOUT_MS)
    await admin.start()
    try:
        missing = sorted(set(wanted) - set(await admin.list_topics()))
        if not missing:
            return []
        answer = await admin.create_topics(
            [
                NewTopic(
                    name=name,
                    num_partitions=wanted[name].partitions,
                    replication_factor=replication,
                    topic_configs=wanted[name].settings(),
                )
                for name in missing
            ]
        )
        for name, code, *rest in answer.topic_errors:
            if code and for_code(code) is not TopicAlreadyExistsError:
                msg = f"topic {name} could not be created: {rest[0] if rest and rest[0] else for_code(code).__name__}"
                raise TopicsRefused(msg)
        await _until_told(admin, missing)
        return missing
    finally:
        await admin.close()


async def _until_told(admin: AIOKafkaAdminClient, names: list[str]) -> None:
    """Wait until the broker tells clients of new topics, a moment after its controller made them.

    One that takes longer than ten seconds is left: services wait for their topics and say so.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TIMEOUT_MS / 1000):
            while not set(names) <= set(await admin.list_topics()):  # noqa: ASYNC110 - a broker does not call back
                await asyncio.sleep(_AGAIN_S)


async def compare(bootstrap: str, topics: Iterable[Topic]) -> list[str]:
    """Say in sentences how the broker's topics differ from the table; an empty list means that they do not."""
    wanted = {topic.name: topic for topic in topics if not topic.per_landlord}
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=TIMEOUT_MS)
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        wrong = [
            f"topic {name} does not exist: run `parcours topics declare`" for name in sorted(set(wanted) - existing)
        ]
        present = sorted(set(wanted) & existing)
        if not present:
            return wrong
        for described in await admin.describe_topics(present):
            count, table = len(described["partitions"]), wanted[described["topic"]].partitions
            if count not in {table, EARLIER_PARTITIONS}:
                wrong.append(
                    f"topic {described['topic']} has {count} partitions instead of {table}: "
                    "keys would lie in other partitions; make the topic anew"
                )
        settings = await _settings(admin, present)
        for name in present:
            for setting, value in wanted[name].settings().items():
                actual = settings[name].get(setting)
                if actual != value:
                    wrong.append(f"topic {name} has {setting}={actual} instead of {value}")
        return wrong
    finally:
        await admin.close()


async def places_of(consumer: AIOKafkaConsumer, topics: Iterable[Topic]) -> list[TopicPartition]:
    """Every partition that the broker has of these topics; of one that it does not know, the first."""
    cluster = await consumer._client.fetch_all_metadata()  # noqa: SLF001 - by name aiokafka tells only what it reads
    return [
        TopicPartition(topic.name, partition)
        for topic in topics
        for partition in sorted(cluster.partitions_for_topic(topic.name) or {0})
    ]


async def _settings(admin: AIOKafkaAdminClient, names: list[str]) -> Mapping[str, Mapping[str, str]]:
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    return {
        resource[3]: {entry[0]: entry[1] for entry in resource[4]}
        for answer in answers
        for resource in answer.resources
    }
