"""Dead letters: rows as well as records; listed, shown, replayed or discarded with a reason.

A row from a restricted topic holds coordinates and the error, never the body: its replay reads the broker again.
"""

import base64
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from chassis.incoming import Dead
from chassis.record import Record
from chassis.work import Work
from contracts.dead_letter import DeadLetterRecorded
from contracts.topics import DEAD_LETTERS

REPLAY = "chassis.replay-dead-letter"
"""Kind of due work that takes a dead letter again, in the service whose handlers it needs."""

_SUMMARY = """
    id, topic, partition, "offset", event_id, event_source, event_type, event_time,
    reason, error, state, attempts, restricted, recorded_at, settled_at, settled_note
"""


class NoSuchDeadLetter(LookupError):
    """No dead letter has this id, or it is settled already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """What a list shows of a dead letter."""

    id: UUID
    topic: str
    partition: int
    offset: int
    event_id: str | None
    event_source: str | None
    event_type: str | None
    event_time: dt.datetime | None
    reason: str
    error: str
    state: str
    attempts: int
    restricted: bool
    recorded_at: dt.datetime
    settled_at: dt.datetime | None
    settled_note: str | None


async def record(item: Dead, work: Work) -> bool:
    """Keep a dead letter as a row and publish it; False where these coordinates are kept already."""
    raw, envelope = item.record, item.envelope
    restricted = item.topic is None or item.topic.restricted
    dead_letter_id = uuid4()
    rows = await work.session.execute(
        text(
            """
            INSERT INTO dead_letter (id, topic, partition, "offset", key, value, headers, restricted,
                event_id, event_source, event_type, event_time, reason, error, recorded_at)
            VALUES (:id, :topic, :partition, :offset, :key, :value, CAST(:headers AS jsonb), :restricted,
                :event_id, :event_source, :event_type, :event_time, :reason, :error, :now)
            ON CONFLICT (topic, partition, "offset") DO NOTHING
            RETURNING id
            """
        ),
        {
            "id": dead_letter_id,
            "topic": raw.topic,
            "partition": raw.partition,
            "offset": raw.offset,
            "key": raw.key,
            "value": None if restricted else raw.value,
            "headers": json.dumps([] if restricted else _encode_headers(raw.headers)),
            "restricted": restricted,
            "event_id": envelope and envelope.id,
            "event_source": envelope and envelope.source,
            "event_type": envelope and envelope.type,
            "event_time": envelope and envelope.time,
            "reason": item.reason.value,
            "error": _sentence(item, restricted=restricted),
            "now": work.now,
        },
    )
    if rows.first() is None:
        return False
    work.emit(
        DeadLetterRecorded(
            dead_letter_id=dead_letter_id,
            service=work.service,
            topic=raw.topic,
            partition=raw.partition,
            offset=raw.offset,
            origin_key=raw.key.decode(errors="replace") if raw.key else None,
            event_id=envelope and envelope.id,
            event_source=envelope and envelope.source,
            event_type=envelope and envelope.type,
            reason=item.reason,
            error=_sentence(item, restricted=restricted),
            body_base64=None if restricted or raw.value is None else base64.b64encode(raw.value).decode(),
            recorded_at=work.now,
        ),
        topic=DEAD_LETTERS[work.service],
        cause=envelope,
    )
    return True


async def find(
    connection: AsyncConnection | AsyncSession, *, state: str | None = "open", limit: int = 100
) -> list[DeadLetter]:
    """The newest dead letters first; all states when `state` is None."""
    rows = await connection.execute(
        text(
            f"SELECT {_SUMMARY} FROM dead_letter WHERE CAST(:state AS text) IS NULL OR state = :state "
            "ORDER BY recorded_at DESC LIMIT :limit"
        ),
        {"state": state, "limit": limit},
    )
    return [DeadLetter(**dict(row)) for row in rows.mappings()]


async def get(connection: AsyncConnection | AsyncSession, dead_letter_id: UUID) -> tuple[DeadLetter, Record]:
    """One dead letter with its record; a restricted one's record has neither body nor headers.

    Raises:
        NoSuchDeadLetter: no row has this id.
    """
    rows = await connection.execute(
        text(f"SELECT {_SUMMARY}, key, value, headers FROM dead_letter WHERE id = :id"),
        {"id": dead_letter_id},
    )
    row = rows.mappings().first()
    if row is None:
        msg = f"no dead letter has the id {dead_letter_id}; `parcours dead-letters list` shows them"
        raise NoSuchDeadLetter(msg)
    values: dict[str, Any] = dict(row)
    raw = Record(
        topic=values["topic"],
        key=values.pop("key"),
        value=values.pop("value"),
        headers=_decode_headers(values.pop("headers")),
        partition=values["partition"],
        offset=values["offset"],
    )
    return DeadLetter(**values), raw


async def request_replay(work: Work, dead_letter_id: UUID) -> None:
    """Have the service take this dead letter again.

    Raises:
        NoSuchDeadLetter: it does not exist or is settled.
    """
    await _settle(work, dead_letter_id, state="replaying", note=None)
    work.due(REPLAY, str(dead_letter_id))


async def discard(work: Work, dead_letter_id: UUID, *, reason: str) -> None:
    """Close this dead letter without taking it, and say why.

    Raises:
        NoSuchDeadLetter: it does not exist or is settled.
    """
    await _settle(work, dead_letter_id, state="discarded", note=reason)


async def mark_replayed(work: Work, dead_letter_id: UUID) -> None:
    await work.session.execute(
        text("UPDATE dead_letter SET state = 'replayed', attempts = attempts + 1, settled_at = :now WHERE id = :id"),
        {"id": dead_letter_id, "now": work.now},
    )


async def mark_failed_again(work: Work, dead_letter_id: UUID, error: str) -> None:
    await work.session.execute(
        text("UPDATE dead_letter SET state = 'open', attempts = attempts + 1, error = :error WHERE id = :id"),
        {"id": dead_letter_id, "error": error},
    )


async def _settle(work: Work, dead_letter_id: UUID, *, state: str, note: str | None) -> None:
    rows = await work.session.execute(
        text(
            "UPDATE dead_letter SET state = :state, settled_note = :note, "
            "settled_at = CASE WHEN :state = 'discarded' THEN CAST(:now AS timestamptz) END "
            "WHERE id = :id AND state = 'open' RETURNING id"
        ),
        {"id": dead_letter_id, "state": state, "note": note, "now": work.now},
    )
    if rows.first() is None:
        msg = f"no open dead letter has the id {dead_letter_id}; `parcours dead-letters list` shows the open ones"
        raise NoSuchDeadLetter(msg)


def _sentence(item: Dead, *, restricted: bool) -> str:
    """The error without what it might quote from a restricted body."""
    if restricted and item.envelope and not item.errors:
        return item.error.partition(":")[0]
    return item.error


def _encode_headers(headers: Sequence[tuple[str, bytes]]) -> list[list[str]]:
    return [[name, base64.b64encode(value).decode()] for name, value in headers]


def _decode_headers(headers: list[list[str]]) -> list[tuple[str, bytes]]:
    return [(name, base64.b64decode(value)) for name, value in headers]
