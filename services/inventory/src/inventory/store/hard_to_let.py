"""Queries on the hard-to-let queue."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from contracts.inventory import HardToLetCause
from inventory.domain.standing import VacancyState
from inventory.store.tables import HardToLetRow, VacancyRow

Queued = tuple[HardToLetRow, VacancyRow]


async def enqueue(session: AsyncSession, vacancy_id: UUID, on: dt.date, now: dt.datetime) -> bool:
    """Put a vacancy into the queue; False where it was there before."""
    if await session.get(HardToLetRow, vacancy_id):
        return False
    cause = HardToLetCause.NOT_FOUND_YET.value
    session.add(
        HardToLetRow(
            vacancy_id=vacancy_id, version=1, entered_on=on, cause=cause, next_action=None, owner=None, changed_at=now
        )
    )
    await session.flush()
    return True


async def queued(session: AsyncSession, vacancy_id: UUID) -> Queued | None:
    """A line of the queue with its vacancy, locked, whatever became of the vacancy."""
    rows = await session.execute(
        select(HardToLetRow, VacancyRow)
        .join(VacancyRow, col(VacancyRow.id) == HardToLetRow.vacancy_id)
        .where(HardToLetRow.vacancy_id == vacancy_id)
        .with_for_update(of=HardToLetRow)
    )
    row = rows.first()
    return (row[0], row[1]) if row else None


async def queue(session: AsyncSession, *, landlord: str | None, skip: int, limit: int) -> Sequence[Queued]:
    """A page of the queue, the longest vacant first; all landlords' where none is named."""
    query = (
        select(HardToLetRow, VacancyRow)
        .join(VacancyRow, col(VacancyRow.id) == HardToLetRow.vacancy_id)
        .where(VacancyRow.state == VacancyState.AVAILABLE.value, col(VacancyRow.allocated_on).is_(None))
    )
    if landlord is not None:
        query = query.where(VacancyRow.landlord == landlord)
    rows = await session.execute(query.order_by(col(VacancyRow.ready_on), col(VacancyRow.id)).offset(skip).limit(limit))
    return [(line, vacancy) for line, vacancy in rows]
