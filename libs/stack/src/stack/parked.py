"""Outbox rows that the broker refused for good: they wait, with all later rows of their key, for somebody to look."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_LIST = text(
    """
    SELECT o.id, o.aggregatetype AS topic, o.aggregateid AS key, o.type, o.occurred_at, o.parked_at, o.parked_reason,
           (SELECT count(*) FROM outbox later WHERE later.aggregatetype = o.aggregatetype
            AND later.aggregateid = o.aggregateid AND later.seq > o.seq) AS held_back
    FROM outbox o WHERE o.parked_at IS NOT NULL ORDER BY o.seq LIMIT :limit
    """
)
_RELEASE = text(
    "UPDATE outbox SET parked_at = NULL, parked_reason = NULL WHERE id = :id AND parked_at IS NOT NULL RETURNING id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    id: UUID
    topic: str
    key: str
    type: str
    occurred_at: dt.datetime
    parked_at: dt.datetime
    parked_reason: str
    held_back: int
    """Later rows of its key that wait behind it."""


async def parked_rows(session: AsyncSession, *, limit: int = 100) -> list[Parked]:
    rows = await session.execute(_LIST, {"limit": limit})
    return [Parked(**dict(row)) for row in rows.mappings()]


async def release(session: AsyncSession, row_id: UUID) -> bool:
    """Have the relay try this row again, once what it was refused for is mended. False where none is parked."""
    return (await session.execute(_RELEASE, {"id": row_id})).first() is not None
