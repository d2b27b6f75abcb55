"""The inbox: which events a reaction has had, so that a repetition changes nothing.

The key is (consumer, ce_source, ce_id) with the body's hash; rows lie in partitions by the day of `ce_time`,
which comes again with the event, and are dropped a week after the topic has forgotten it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from operator import itemgetter

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql

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


_CLAIM = """
    INSERT INTO inbox (day, consumer, source, event_id, body_hash)
    SELECT day, $1, source, event_id, body_hash
    FROM unnest($2::date[], $3::text[], $4::text[], $5::bytea[]) AS m(day, source, event_id, body_hash)
    ON CONFLICT DO NOTHING
    RETURNING day, source, event_id
"""
_KNOWN = """
    SELECT i.day, i.source, i.event_id, i.body_hash, i.dead
    FROM inbox i JOIN unnest($2::date[], $3::text[], $4::text[]) AS m(day, source, event_id)
      ON (i.day, i.source, i.event_id) = (m.day, m.source, m.event_id)
    WHERE i.consumer = $1
"""
_SET_DEAD = """
    INSERT INTO inbox (day, consumer, source, event_id, body_hash, dead) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (day, consumer, source, event_id) DO UPDATE SET dead = excluded.dead
    WHERE inbox.body_hash = excluded.body_hash
"""


async def claim(session: AsyncSession, consumer: str, marks: Sequence[Mark]) -> list[Seen]:
    """Enter these events and say for each whether it is new, in the order given.

    Of an event that stands twice in `marks` the first is new and the second a repetition.
    """
    if not marks:
        return []
    keys = [(mark.day, mark.source, mark.event_id) for mark in marks]
    # Two polls that hold the same events lock them in one order.
    ordered = sorted(dict(zip(reversed(keys), reversed(marks), strict=True)).items(), key=itemgetter(0))
    hashes = [mark.body_hash for _, mark in ordered]
    claimed = await sql.fetch(session, _CLAIM, consumer, *_columns(key for key, _ in ordered), hashes)
    if len(claimed) == len(marks):
        return [Seen.NEW] * len(marks)
    new = set(map(tuple, claimed))
    known: dict[tuple[dt.date, str, str], tuple[bytes, bool]] = {}
    if old := [key for key, _ in ordered if key not in new]:
        rows = await sql.fetch(session, _KNOWN, consumer, *_columns(old))
        known = {(day, source, event_id): (digest, dead) for day, source, event_id, digest, dead in rows}
    seen: list[Seen] = []
    for key, mark in zip(keys, marks, strict=True):
        if key in new:
            new.remove(key)
            known[key] = (mark.body_hash, False)
            seen.append(Seen.NEW)
            continue
        digest, dead = known[key]
        if digest != mark.body_hash:
            seen.append(Seen.OTHER_BODY)
        else:
            seen.append(Seen.DEAD if dead else Seen.SAME)
    return seen


async def set_dead(session: AsyncSession, consumer: str, mark: Mark, *, dead: bool) -> None:
    """Mark an event as one that could not be taken, or, by its replay, as taken after all."""
    await sql.execute(session, _SET_DEAD, mark.day, consumer, mark.source, mark.event_id, mark.body_hash, dead)


def _columns(keys: Iterable[tuple[dt.date, str, str]]) -> Iterable[list[object]]:
    return map(list, zip(*keys, strict=True))
