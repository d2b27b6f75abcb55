"""Seeds of draws, sealed and told, and what was drawn. The seed leaves this module for the ranking alone."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from matching.domain.draw import Draw, Tie

__all__ = ["insert", "keep", "kept", "load", "told"]

_INSERT = """
    INSERT INTO draw (vacancy_id, landlord, seed, commitment, committed_at) VALUES ($1, $2, $3, $4, $5)
"""
_LOAD = "SELECT vacancy_id, seed, committed_at, revealed_at FROM draw WHERE vacancy_id = $1"
_TOLD = "UPDATE draw SET revealed_at = $2 WHERE vacancy_id = $1"
_KEEP = """
    INSERT INTO draw_tie (vacancy_id, drawn_at, place, application_ids)
    SELECT $1, $2, place, ids::uuid[] FROM unnest($3::text[]) WITH ORDINALITY AS r(ids, place)
    ON CONFLICT DO NOTHING
"""
_KEPT = "SELECT drawn_at, application_ids FROM draw_tie WHERE vacancy_id = $1 ORDER BY drawn_at, place"


async def insert(session: AsyncSession, drawn: Draw, landlord: str) -> None:
    values = (drawn.vacancy_id, landlord, drawn.seed, drawn.commitment, drawn.committed_at)
    await sql.execute(session, _INSERT, *values)


async def load(session: AsyncSession, vacancy_id: UUID) -> Draw | None:
    row = await sql.first(session, _LOAD, vacancy_id)
    return None if row is None else Draw(vacancy_id=row[0], seed=row[1], committed_at=row[2], revealed_at=row[3])


async def told(session: AsyncSession, drawn: Draw) -> None:
    await sql.execute(session, _TOLD, drawn.vacancy_id, drawn.revealed_at)


async def keep(session: AsyncSession, vacancy_id: UUID, found: Sequence[Tie], now: dt.datetime) -> None:
    """Note those whom the lot parted, in the order it gave."""
    if found:
        lists = ["{" + ",".join(map(str, tie)) + "}" for tie in found]
        await sql.execute(session, _KEEP, vacancy_id, now, lists)


async def kept(session: AsyncSession, vacancy_id: UUID) -> list[tuple[dt.datetime, Tie]]:
    return [(row[0], tuple(row[1])) for row in await sql.fetch(session, _KEPT, vacancy_id)]
