"""Vacancies. Whoever changes one, or a call for it, holds its row's lock."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from chassis import sql
from matching.domain.vacancy import Vacancy, VacancyStatus
from matching.store import postings
from matching.store.tables import VacancyRow

__all__ = ["hold", "hold_new", "hold_pool", "load", "open_with_free_places", "reached_by", "with_free_places"]

# One look into the index of buckets for all that is wanted: bucket by bucket, the plan that PostgreSQL keeps after five
# executions reads every vacancy.
_REACHED = """
    SELECT DISTINCT ON (v.id) v.id, wanted.application_id
    FROM vacancy AS v
    JOIN unnest($1::uuid[], $2::int[], $3::int[], $4::int[]) AS wanted(application_id, bucket, max_rent, needed_area)
        ON wanted.bucket = ANY (v.buckets)
    WHERE v.buckets && $2 AND v.status IN ('announced', 'released') AND v.standing < $5
        AND (wanted.max_rent < 0 OR wanted.max_rent >= v.rent_cents) AND wanted.needed_area <= v.area
        AND NOT EXISTS (SELECT FROM call
            WHERE call.pool_id = coalesce(v.pool_id, v.id) AND call.application_id = wanted.application_id)
"""
_HOLD = select(VacancyRow).where(col(VacancyRow.id) == bindparam("vacancy_id")).with_for_update()
"""Built once: building it takes longer than running it."""
_HOLD_NEW = select(VacancyRow).from_statement(
    text(
        """
        INSERT INTO vacancy (id, status, status_version, landlord, dwelling_version, available_version, buckets)
        VALUES (:vacancy_id, 'unknown', 0, '', 0, 0, '{}')
        ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING *
        """
    )
)
"""The row as it is, locked as by `_HOLD`, in one statement whether it is new or not."""


async def hold(session: AsyncSession, vacancy_id: UUID) -> VacancyRow | None:
    """The vacancy as committed last, locked until this transaction ends."""
    return await session.scalar(_HOLD, {"vacancy_id": vacancy_id}, execution_options={"populate_existing": True})


async def hold_pool(session: AsyncSession, pool_id: UUID) -> list[VacancyRow]:
    """All homes of a pool as committed last, locked in the order of ids."""
    found = await session.scalars(
        select(VacancyRow)
        .where(col(VacancyRow.pool_id) == pool_id)
        .order_by(col(VacancyRow.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found)


async def hold_new(session: AsyncSession, vacancy_id: UUID) -> VacancyRow:
    """The same for a vacancy that may not have been heard of: then it is there afterwards, with nothing known."""
    held: VacancyRow | None = await session.scalar(
        _HOLD_NEW, {"vacancy_id": vacancy_id}, execution_options={"populate_existing": True}
    )
    assert held is not None, "the statement has one row"
    return held


async def load(session: AsyncSession, vacancy_id: UUID) -> VacancyRow | None:
    return await session.get(VacancyRow, vacancy_id)


async def reached_by(
    session: AsyncSession, application_ids: Sequence[UUID], *, at_once: int
) -> list[tuple[UUID, UUID]]:
    """Open vacancies with a free place that one of these applications may fit, each with one such application.

    None is missed, a few are too many.
    """
    wanted = await postings.wanted(session, application_ids)
    if not wanted:
        return []
    columns = zip(*((application_id, *one) for application_id, one in wanted), strict=True)
    return [(vacancy_id, by) for vacancy_id, by in await sql.fetch(session, _REACHED, *map(list, columns), at_once)]


async def with_free_places(session: AsyncSession, *, at_once: int) -> Sequence[UUID]:
    """Every open vacancy that more households may be called for."""
    return (await session.scalars(select(col(VacancyRow.id)).where(*_has_free_places(at_once)))).all()


async def open_with_free_places(session: AsyncSession, *, at_once: int) -> list[Vacancy]:
    """The same, with what is known of each."""
    return [row.vacancy() for row in await session.scalars(select(VacancyRow).where(*_has_free_places(at_once)))]


def _has_free_places(at_once: int) -> tuple[ColumnElement[bool], ...]:
    status = [VacancyStatus.ANNOUNCED.value, VacancyStatus.RELEASED.value]
    return col(VacancyRow.status).in_(status), col(VacancyRow.standing) < at_once
