"""The inbox: which events a reaction has had, so that a repetition changes nothing.

The key is (consumer, ce_source, ce_id) with the body's hash; rows lie in partitions by the day of `ce_time`,
which comes again with the event, and are dropped a week after the topic has forgotten it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import ARRAY, Date, LargeBinary, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

KEPT = dt.timedelta(days=30 + 7)
"""As long as fact topics keep records, and a week."""


class Seen(Enum):
    """What the inbox says of an event."""

    NEW = "new"
    SAME = "same"
    OTHER_BODY = "other body"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Mark:
    """What identifies an event in the inbox."""

    day: dt.date
    source: str
    event_id: str
    body_hash: bytes

    @property
    def key(self) -> tuple[dt.date, str, str]:
        return (self.day, self.source, self.event_id)


_ARRAYS = (
    bindparam("days", type_=ARRAY(Date)),
    bindparam("sources", type_=ARRAY(Text)),
    bindparam("ids", type_=ARRAY(Text)),
    bindparam("hashes", type_=ARRAY(LargeBinary)),
)
_CLAIM = text(
    """
    INSERT INTO inbox (day, consumer, source, event_id, body_hash)
    SELECT day, :consumer, source, event_id, body_hash
    FROM unnest(:days, :sources, :ids, :hashes) AS m(day, source, event_id, body_hash)
    ON CONFLICT DO NOTHING
    RETURNING day, source, event_id
    """
).bindparams(*_ARRAYS)
_KNOWN = text(
    """
    SELECT i.day, i.source, i.event_id, i.body_hash, i.dead
    FROM inbox i JOIN unnest(:days, :sources, :ids) AS m(day, source, event_id)
      ON (i.day, i.source, i.event_id) = (m.day, m.source, m.event_id)
    WHERE i.consumer = :consumer
    """
).bindparams(*_ARRAYS[:3])


async def claim(session: AsyncSession, consumer: str, marks: Sequence[Mark]) -> list[Seen]:
    """Enter these events and say for each whether it is new, in the order given.

    Of an event that stands twice in `marks` the first is new and the second a repetition.
    """
    if not marks:
        return []
    # Two polls that hold the same events lock them in one order.
    ordered = sorted({mark.key: mark for mark in reversed(marks)}.values(), key=lambda mark: mark.key)
    rows = await session.execute(_CLAIM, {"consumer": consumer, **_columns(ordered, hashes=True)})
    new = {(day, source, event_id) for day, source, event_id in rows}
    known: dict[tuple[dt.date, str, str], tuple[bytes, bool]] = {}
    if len(new) < len(marks):
        old = [mark for mark in ordered if mark.key not in new]
        if old:
            rows = await session.execute(_KNOWN, {"consumer": consumer, **_columns(old)})
            known = {(day, source, event_id): (digest, dead) for day, source, event_id, digest, dead in rows}
    seen: list[Seen] = []
    for mark in marks:
        if mark.key in new:
            new.remove(mark.key)
            known[mark.key] = (mark.body_hash, False)
            seen.append(Seen.NEW)
            continue
        digest, dead = known[mark.key]
        if digest != mark.body_hash:
            seen.append(Seen.OTHER_BODY)
        else:
            seen.append(Seen.DEAD if dead else Seen.SAME)
    return seen


async def set_dead(session: AsyncSession, consumer: str, mark: Mark, *, dead: bool) -> None:
    """Mark an event as one that could not be taken, or, by its replay, as taken after all."""
    await session.execute(
        text(
            """
            INSERT INTO inbox (day, consumer, source, event_id, body_hash, dead)
            VALUES (:day, :consumer, :source, :event_id, :body_hash, :dead)
            ON CONFLICT (day, consumer, source, event_id) DO UPDATE SET dead = excluded.dead
            WHERE inbox.body_hash = excluded.body_hash
            """
        ),
        {
            "day": mark.day,
            "consumer": consumer,
            "source": mark.source,
            "event_id": mark.event_id,
            "body_hash": mark.body_hash,
            "dead": dead,
        },
    )


def _columns(marks: Iterable[Mark], *, hashes: bool = False) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = {"days": [], "sources": [], "ids": []}
    if hashes:
        columns["hashes"] = []
    for mark in marks:
        columns["days"].append(mark.day)
        columns["sources"].append(mark.source)
        columns["ids"].append(mark.event_id)
        if hashes:
            columns["hashes"].append(mark.body_hash)
    return columns
