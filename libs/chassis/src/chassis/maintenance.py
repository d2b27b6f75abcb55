"""What keeps tables and topics small: partitions made ahead and dropped behind, idle topic partitions cleaned."""

import datetime as dt

from aiokafka import AIOKafkaProducer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import purge_revoked
from chassis.http import idempotency
from chassis.inbox import KEPT
from chassis.incoming import KEEP_ALIVE
from contracts.topics import Topic

DAYS_AHEAD = 3
MONTHS_AHEAD = 2
EVERY = dt.timedelta(hours=1)


async def tend_partitions(session: AsyncSession, today: dt.date) -> None:
    """Make the inbox's days and the event log's months that come, and drop the inbox's days that are past.

    An event dated outside of what exists lies in the default partition until its day is past as well.
    """
    for day in (today + dt.timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)):
        await _partition(session, "inbox", f"inbox_{day:%Y%m%d}", day, day + dt.timedelta(days=1))
    month = today.replace(day=1)
    for _ in range(MONTHS_AHEAD + 1):
        following = (month + dt.timedelta(days=32)).replace(day=1)
        await _partition(session, "event_log", f"event_log_{month:%Y%m}", month, following)
        month = following
    oldest = today - KEPT
    children = await session.execute(
        text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'inbox'::regclass")
    )
    for name in children.scalars():
        if name != "inbox_default" and dt.datetime.strptime(name[-8:], "%Y%m%d").date() < oldest:  # noqa: DTZ007 - a day
            await session.execute(text(f"DROP TABLE {name}"))
    await session.execute(text("DELETE FROM inbox_default WHERE received_at < :oldest"), {"oldest": oldest})


async def _partition(session: AsyncSession, table: str, name: str, first: dt.date, end: dt.date) -> None:
    exists = await session.scalar(text("SELECT to_regclass(:name) IS NOT NULL"), {"name": name})
    if exists:
        return
    column = "day" if table == "inbox" else "occurred_at"
    # Rows of that span that came too early lie in the default partition, where they would forbid the new one.
    early = (
        f"WITH early AS (DELETE FROM {table}_default WHERE {column} >= '{first}' AND {column} < '{end}' RETURNING *)"
    )
    await session.execute(text(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS)"))
    await session.execute(text(f"{early} INSERT INTO {name} SELECT * FROM early"))
    await session.execute(text(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{first}') TO ('{end}')"))


async def forget_keys(session: AsyncSession, now: dt.datetime) -> None:
    """Forget idempotency keys after their day, and revocations of tokens that have expired by themselves."""
    await idempotency.purge(session, now - idempotency.KEEP)
    await purge_revoked(session, now)


async def keep_alive(producer: AIOKafkaProducer, topic: Topic) -> None:
    """Write one empty record into each partition: the broker never cleans one that nobody writes to (measured)."""
    for partition in await producer.partitions_for(topic.name):
        await producer.send_and_wait(topic.name, key=KEEP_ALIVE, value=None, partition=partition)
