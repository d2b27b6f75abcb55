"""The switch that holds every message back, and the count that can throw it."""

import datetime as dt

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from notifications.store.deliveries import WRITTEN
from notifications.store.tables import HoldRow, MinuteRow

_COUNT = text(
    """
    INSERT INTO alert_minute AS m (minute, handed) VALUES (date_trunc('minute', CAST(:now AS timestamptz)), :handed)
    ON CONFLICT (minute) DO UPDATE SET handed = m.handed + excluded.handed RETURNING handed
    """
)
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
        await session.execute(
            text("UPDATE alert_minute SET handed = 0 WHERE minute = date_trunc('minute', CAST(:now AS timestamptz))"),
            {"now": now},
        )
    return row


async def count(session: AsyncSession, handed: int, now: dt.datetime) -> int:
    """Add to this minute's count and return it. Replicas wait here for one another until the claim commits."""
    total = int(await session.scalar(_COUNT, {"now": now, "handed": handed}) or 0)
    if total == handed:
        await session.execute(text("DELETE FROM alert_minute WHERE minute < :before"), {"before": now - _KEPT})
    return total


async def handed_this_minute(session: AsyncSession, now: dt.datetime) -> int:
    minute = now.replace(second=0, microsecond=0)
    return int(await session.scalar(select(MinuteRow.handed).where(MinuteRow.minute == minute)) or 0)
