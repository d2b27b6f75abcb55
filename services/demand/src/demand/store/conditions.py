"""Queries on the conditions on which landlords let their tenants move."""

import datetime as dt

from sqlalchemy import func, insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from contracts.demand import ConditionsRecorded
from demand.store.tenancy_tables import TransferConditionsRow


async def conditions_of(session: AsyncSession, landlord: str, *, lock: bool = False) -> list[ConditionsRecorded]:
    """Every version a landlord published, oldest first; `lock` keeps others from adding one meanwhile."""
    if lock:
        await session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended('transfer-conditions/' || :landlord, 0))"),
            {"landlord": landlord},
        )
    rows = await session.scalars(
        select(TransferConditionsRow)
        .where(TransferConditionsRow.landlord == landlord)
        .order_by(col(TransferConditionsRow.version))
    )
    return [ConditionsRecorded.model_validate(row.body) for row in rows]


async def last_conditions(session: AsyncSession, *, after: str | None, limit: int) -> list[ConditionsRecorded]:
    """The last version of each landlord after `after`, by SIREN."""
    newest = (
        select(TransferConditionsRow.landlord, func.max(TransferConditionsRow.version).label("version"))
        .group_by(col(TransferConditionsRow.landlord))
        .subquery()
    )
    query = select(TransferConditionsRow).join(
        newest,
        (newest.c.landlord == TransferConditionsRow.landlord) & (newest.c.version == TransferConditionsRow.version),
    )
    if after is not None:
        query = query.where(col(TransferConditionsRow.landlord) > after)
    rows = await session.scalars(query.order_by(col(TransferConditionsRow.landlord)).limit(limit))
    return [ConditionsRecorded.model_validate(row.body) for row in rows]


async def add_conditions(session: AsyncSession, conditions: ConditionsRecorded, *, who: str, now: dt.datetime) -> None:
    await session.execute(
        insert(TransferConditionsRow).values(
            landlord=conditions.landlord,
            version=conditions.version,
            body=conditions.model_dump(mode="json"),
            recorded_by=who,
            recorded_at=now,
        )
    )
