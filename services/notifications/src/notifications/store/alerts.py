"""The switch that holds every message back, and the count that can throw it."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from chassis import sql
from notifications.store.deliveries import WRITTEN
from notifications.store.tables import HoldRow, MinuteRow

_COUNT = """
    INSERT INTO alert_minute AS m (minute, handed) VALUES (date_trunc('minute', $1::timestamptz), $2)
    ON CONFLICT (minute) DO UPDATE SET handed = m.handed + excluded.handed RETURNING handed
"""
_FORGET = "DELETE FROM alert_minute WHERE minute < $1"
_BEGIN_ANEW = "UPDATE alert_minute SET handed = 0 WHERE minute = date_trunc('minute', $1::timestamptz)"
_RESERVE = """
    INSERT INTO alert_minute AS m (minute, handed)
    SELECT date_trunc('minute', $1::timestamptz), $2::int
    WHERE $2 <= $3 AND NOT coalesce((SELECT held FROM alert_hold ORDER BY id DESC LIMIT 1), false)
    ON CONFLICT (minute) DO UPDATE SET handed = m.handed + excluded.handed WHERE m.handed + excluded.handed <= $3
    RETURNING handed
"""
_KEPT = dt.timedelta(days=1)


async def hold(session: AsyncSession) -> HoldRow | None:
    """The last turn of the switch, None where it was never touched."""
    found: HoldRow | None = await session.scalar(select(HoldRow).order_by(col(HoldRow.id).desc()).limit(1))
    return found


async def turn(session: AsyncSession, *, held: bool, who: str, why: str, now: dt.datetime) -> HoldRow:
    """Hold or resume. A resume starts the minute's count anew: who resumes has seen what was waiting."""
    row = HoldRow(held=held, who=who, why=why, at=now)
    session.add(row)
    await session.flush()
    if not held:
        session.info[WRITTEN] = True
        await count(session, 0, now)
        await sql.execute(session, _BEGIN_ANEW, now)
    return row


async def count(session: AsyncSession, handed: int, now: dt.datetime) -> int:
    """Add to this minute's count and return it. Replicas wait here for one another until the claim commits."""
    (total,) = await sql.column(session, _COUNT, now, handed)
    if total == handed:
        await sql.execute(session, _FORGET, now - _KEPT)
    return int(total)


async def reserve(session: AsyncSession, handed: int, *, ceiling: int, now: dt.datetime) -> bool:
    """Count these messages in this minute, all or none: none where alerts are held or the ceiling would be passed."""
    total = await sql.first(session, _RESERVE, now, handed, ceiling)
    if total is not None and total["handed"] == handed:
        await sql.execute(session, _FORGET, now - _KEPT)
    return total is not None


async def handed_this_minute(session: AsyncSession, now: dt.datetime) -> int:
    minute = now.replace(second=0, microsecond=0)
    return int(await session.scalar(select(MinuteRow.handed).where(MinuteRow.minute == minute)) or 0)
