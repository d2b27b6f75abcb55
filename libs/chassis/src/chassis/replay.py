"""Replay: projections made again from the start of their topics, while reactions stay silent."""

from collections.abc import Callable, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis import topics
from chassis.bus import STATE_POLL, as_record, subscribed_topics
from chassis.edge import Edge
from chassis.handlers import Handlers
from chassis.record import Record
from contracts.topics import Topic

Progress = Callable[[int, int], None]
"""Called with (records read, records there were at the start)."""


class RecordGone(LookupError):
    """The broker no longer has the record at these coordinates."""


def projected_topics(handlers: Handlers) -> list[Topic]:
    """The topics that a projection or an erasure reads."""
    return [
        topic
        for topic in subscribed_topics(handlers)
        if topic.name in handlers.erasures or any(event.TYPE in handlers.projections for event in topic.events)
    ]


async def replay(bootstrap: str, edge: Edge, handlers: Handlers, *, progress: Progress | None = None) -> int:
    """Bring every projection through its topics again, from the start to where they end now.

    Joins no group and commits no offset, so that the running service goes on undisturbed. Returns how many records
    the projections took.
    """
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        places = await topics.places_of(consumer, projected_topics(handlers))
        consumer.assign(places)
        starts = await consumer.beginning_offsets(places)
        ends = await consumer.end_offsets(places)
        for place, offset in starts.items():
            consumer.seek(place, offset)
        total = sum(ends[place] - starts[place] for place in places)
        open_places = {place for place in places if ends[place] > starts[place]}
        taken = read = 0
        while open_places:
            polled = await consumer.getmany(*open_places, timeout_ms=1000, max_records=STATE_POLL)
            for records in polled.values():
                read += len(records)
                taken += await edge.replay([as_record(record) for record in records])
            for place in list(open_places):
                if await consumer.position(place) >= ends[place]:
                    open_places.discard(place)
            if progress:
                progress(min(read, total), total)
        return taken
    finally:
        await consumer.stop()


async def fetch_record(bootstrap: str, *, topic: str, partition: int, offset: int) -> Record:
    """Read one record again by its coordinates: the dead letter of a restricted topic keeps no body.

    Raises:
        RecordGone: the broker has cleaned it away.
    """
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        place = TopicPartition(topic, partition)
        consumer.assign([place])
        first = (await consumer.beginning_offsets([place]))[place]
        end = (await consumer.end_offsets([place]))[place]
        if first <= offset < end:
            consumer.seek(place, offset)
            found: Sequence[Any] = (await consumer.getmany(place, timeout_ms=5000, max_records=1)).get(place, [])
            if found and found[0].offset == offset:
                return as_record(found[0])
        msg = f"{topic} no longer has offset {offset} of partition {partition}: the dead letter can only be discarded"
        raise RecordGone(msg)
    finally:
        await consumer.stop()
