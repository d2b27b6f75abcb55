"""The outbox: what a transaction tells the world, written in it and sent after it.

Only the edge writes here, last in its transaction, in one statement. That statement takes an advisory lock on each
(topic, key) before it draws the sequence number: without the lock two transactions on one key can commit in the
other order than their numbers (measured), and the relay would send the older state last.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import due, sql
from chassis.work import Outgoing, Task
from contracts.event import Envelope, Event
from contracts.topics import TOPICS, topic_of

MAX_PAYLOAD_BYTES = 900_000
"""Under the broker's limit for a record (1 MiB) with room for headers."""

_ZERO = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_TOPIC_NAMES = {topic.name for topic in TOPICS}

_ARRAYS = "unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])"
_INSERT = f"""
    INSERT INTO outbox (seq, id, aggregatetype, aggregateid, type, payload, headers, occurred_at)
    SELECT nextval('outbox_seq'), id, topic, key, type, payload::json, headers::json, occurred_at
    FROM (
        SELECT r.*, pg_advisory_xact_lock(hashtextextended(topic || '/' || key, 0))
        FROM {_ARRAYS} WITH ORDINALITY AS r(id, topic, key, type, payload, headers, occurred_at, place)
        ORDER BY topic, key, place
    ) AS locked
"""  # noqa: S608 - constants
_WITH_TASKS = f"WITH left_due AS ({due.inserting(8)}) {_INSERT}"
_NEW_KEYS = f"""
    INSERT INTO outbox (seq, id, aggregatetype, aggregateid, type, payload, headers, occurred_at)
    SELECT nextval('outbox_seq'), id, topic, key, type, payload::json, headers::json, occurred_at
    FROM {_ARRAYS} AS r(id, topic, key, type, payload, headers, occurred_at)
"""  # noqa: S608 - constants
"""Without locks, which are few (`max_locks_per_transaction`), for keys that nobody else can know yet."""


class Unsendable(ValueError):
    """An event that nobody would take: larger than a record, for no topic of the table, or with a zero byte in it."""


def check(outgoing: Outgoing) -> None:
    """Refuse now what the broker would refuse later.

    Raises:
        Unsendable: the topic is unknown or the payload larger than `MAX_PAYLOAD_BYTES`.
    """
    if outgoing.topic not in _TOPIC_NAMES:
        msg = f"{outgoing.topic} is not in the topic table (contracts.topics)"
        raise Unsendable(msg)
    size = len(outgoing.payload or b"")
    if size > MAX_PAYLOAD_BYTES:
        msg = f"{outgoing.envelope.type} of {outgoing.key} has {size} bytes; {MAX_PAYLOAD_BYTES} fit into a record"
        raise Unsendable(msg)


async def insert(session: AsyncSession, rows: Sequence[Outgoing], tasks: Sequence[Task] = ()) -> None:
    """Write what a unit of work emitted, and the tasks that it left, in one statement.

    Raises:
        Unsendable: no broker would take a row.
    """
    if rows and tasks:
        await sql.execute(session, _WITH_TASKS, *columns(rows), *due.columns(tasks))
    elif rows:
        await sql.execute(session, _INSERT, *columns(rows))
    else:
        await due.insert(session, tasks)


async def bulk_insert(connection: Any, rows: Sequence[Outgoing]) -> None:
    """Write the first events of aggregates that this transaction made, through a direct asyncpg connection.

    For bulk loads: a key that already existed needs `insert`, which takes its lock.
    """
    if rows:
        await connection.execute(_NEW_KEYS, *columns(rows))


async def insert_selected(
    session: AsyncSession, rows: str, *values: object, event: type[Event], envelope: Envelope, new: bool
) -> None:
    """Write an event for each row that a query gives: `key` (text) and `payload` (json).

    For bulk loads, where the database has what the events say and need not hear it again. `envelope` is what they
    share; each gets an id and its key as subject. `new` are the first events of aggregates that this transaction
    made: nobody else can know their keys, and they need no lock.
    """
    first = len(values) + 1
    lock = "" if new else f", pg_advisory_xact_lock(hashtextextended(${first} || '/' || key, 0))"
    await sql.execute(
        session,
        f"""
        INSERT INTO outbox (seq, id, aggregatetype, aggregateid, type, payload, headers, occurred_at)
        SELECT nextval('outbox_seq'), id, ${first}, key, ${first + 1}, payload,
               json(concat('{{"ce_id":"', id, '","ce_subject":', to_json(key), ',', ${first + 2}::text)), ${first + 3}
        FROM (SELECT r.*, gen_random_uuid() AS id{lock} FROM ({rows}) AS r ORDER BY key) AS told
        """,  # noqa: S608 - a constant of the caller's and numbers of our own
        *values,
        topic_of(event).name,
        event.TYPE,
        encode_shared(envelope),
        envelope.time,
    )


def columns(rows: Iterable[Outgoing]) -> tuple[list[Any], ...]:
    """The rows as the arrays that the statement takes."""
    ids: list[UUID] = []
    topics: list[str] = []
    keys: list[str] = []
    types: list[str] = []
    payloads: list[str | None] = []
    headers: list[str] = []
    times: list[Any] = []
    for row in rows:
        check(row)
        ids.append(UUID(row.envelope.id))
        topics.append(row.topic)
        keys.append(row.key)
        types.append(row.envelope.type)
        payload, header = row.payload.decode() if row.payload else None, encode_headers(row.envelope)
        if has_zero(payload or "") or has_zero(header):
            msg = f"{row.envelope.type} of {row.key} has a zero byte in a text, which the event log does not take"
            raise Unsendable(msg)
        payloads.append(payload)
        headers.append(header)
        times.append(row.envelope.time)
    return ids, topics, keys, types, payloads, headers, times


def has_zero(encoded: str) -> bool:
    """Whether this JSON says a zero byte, which is all of JSON that the event log's jsonb does not take."""
    return "\\u0000" in encoded and _ZERO.search(encoded) is not None


def encode_headers(envelope: Envelope) -> str:
    """The record's headers as the JSON object the row keeps."""
    return to_json(envelope.attributes()).decode()


def encode_shared(envelope: Envelope) -> str:
    """The same without what each event has of its own, `ce_id` and `ce_subject`: the rest of an object they begin."""
    shared = {name: value for name, value in envelope.attributes().items() if name not in {"ce_id", "ce_subject"}}
    return to_json(shared).decode()[1:]
