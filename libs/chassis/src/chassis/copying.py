"""Rows as lines of COPY: made anywhere, in a process of its own for instance, and written where the transaction is.

For bulk loads, whose events are the first of aggregates that the transaction makes: nobody else can know their keys,
so they need none of the outbox's locks (see `chassis.outbox`). Their numbers are drawn where they are written.
"""

import datetime as dt
import os
import time
from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from chassis.outbox import MAX_PAYLOAD_BYTES, Unsendable, encode_shared, has_zero
from chassis.telemetry import current_traceparent
from chassis.work import follow_up
from contracts.event import Envelope, Event
from contracts.topics import topic_of

NULL = "\\N"
_OUTBOX = ("id", "aggregatetype", "aggregateid", "type", "payload", "headers", "occurred_at")
_DUE = ("due_at", "id", "kind", "subject", "payload", "traceparent", "cause_id", "correlation_id", "story_time")
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def text_cell(text: str | None) -> str:
    """A text as COPY takes it."""
    return NULL if text is None else text.translate(_ESCAPED)


def json_cell(text: str | None) -> str:
    """JSON as COPY takes it: whoever made it has escaped all control characters."""
    return NULL if text is None else text.replace("\\", "\\\\")


class Ids:
    """Fresh UUIDs of version 7 (RFC 9562): those made together lie together in an index.

    The first of them draws 71 bits, the others count on from it (§6.2, method 2).
    """

    def __init__(self) -> None:
        now, signs = f"{time.time_ns() // 1_000_000:012x}", os.urandom(3).hex()
        self._head = f"{now[:8]}-{now[8:]}-7{signs[:3]}-8{signs[3:]}-"
        self._next = int.from_bytes(os.urandom(6)) >> 1  # room to count on

    def __call__(self) -> str:
        self._next += 1
        return f"{self._head}{self._next:012x}"


class EventLines:
    """Events of a type that a service publishes because of `cause`, as lines of the outbox without their numbers."""

    def __init__(self, event: type[Event], *, service: str, now: dt.datetime, cause: Envelope) -> None:
        self._event = event
        self._ids = Ids()
        self._between = f"\t{topic_of(event).name}\t"
        shared = encode_shared(follow_up(event.TYPE, "", service=service, now=now, cause=cause))
        self._headers = json_cell(shared)
        self._time = f"\t{now.isoformat()}\n"

    def line(self, key: str, payload: str) -> bytes:
        """The event with this body. Raise `Unsendable` where it fits into no record, or not into the event log."""
        if len(payload) * 4 > MAX_PAYLOAD_BYTES and len(payload.encode()) > MAX_PAYLOAD_BYTES:
            msg = f"{self._event.TYPE} of {key} is larger than {MAX_PAYLOAD_BYTES} bytes, which fit into a record"
            raise Unsendable(msg)
        if has_zero(payload):
            msg = f"{self._event.TYPE} of {key} has a zero byte in a text, which the event log does not take"
            raise Unsendable(msg)
        own = self._ids()
        return (
            f"{own}{self._between}{key}\t{self._event.TYPE}\t{json_cell(payload)}"
            f'\t{{"ce_id":"{own}","ce_subject":"{key}",{self._headers}{self._time}'
        ).encode()


class DueLines:
    """Due work that is left because of `cause`, as lines of its table."""

    def __init__(self, cause: Envelope) -> None:
        self._ids = Ids()
        story = (cause.story_time or cause.time).isoformat()
        trace = text_cell(current_traceparent() or cause.traceparent)
        self._cause = f"\t{{}}\t{trace}\t{text_cell(cause.id)}\t{text_cell(cause.correlation_id)}\t{story}\n"

    def line(self, kind: str, subject: str, at: dt.datetime) -> bytes:
        return f"{_written(at)}\t{self._ids()}\t{kind}\t{subject}{self._cause}".encode()


@lru_cache(maxsize=1024)
def _written(at: dt.datetime) -> str:
    return at.isoformat()


async def tell(session: AsyncSession, lines: Sequence[bytes]) -> None:
    """Write lines of `EventLines` in their order: the first events of aggregates that this transaction made."""
    await sql.copy_lines(session, "outbox", _OUTBOX, lines)


async def leave_due(session: AsyncSession, lines: Sequence[bytes]) -> None:
    """Write lines of `DueLines`."""
    await sql.copy_lines(session, "due_work", _DUE, lines)
