"""Reading along on a topic without being part of any group: from now on, and nothing is acknowledged."""

import contextlib
from collections.abc import AsyncIterator

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from chassis import topics
from contracts.topics import Topic
from stack.errors import CommandError


@contextlib.asynccontextmanager
async def reading_from_now(bootstrap: str, topic: Topic) -> AsyncIterator[AIOKafkaConsumer]:
    """Every record that is written to the topic from now on, by `async for`.

    Raises:
        CommandError: the broker, or the topic, is not there.
    """
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    try:
        await consumer.start()
        places = await topics.places_of(consumer, [topic])
        consumer.assign(places)
        for place, end in (await consumer.end_offsets(places)).items():
            consumer.seek(place, end)
    except KafkaError as error:
        await consumer.stop()
        raise CommandError(
            f"{topic.name} at {bootstrap} cannot be read ({error}): `parcours topics check` says whether it is there."
        ) from error
    try:
        yield consumer
    finally:
        await consumer.stop()
