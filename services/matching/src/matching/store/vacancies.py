"""Vacancies. Whoever changes one, or a call for it, holds its row's lock."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from matching.store.tables import VacancyRow

__all__ = ["hold", "hold_new", "load", "reached_by"]

_REACHED = text(
    """
    SELECT DISTINCT v.id
    FROM vacancy AS v CROSS JOIN unnest(v.buckets) AS reached JOIN posting AS p ON p.bucket = reached
    WHERE v.status IN ('announced', 'released') AND v.standing < :at_once AND p.application_id = ANY(:ids)
        AND (p.max_rent_cents IS NULL OR p.max_rent_cents >=
            (v.dwelling->>'base_rent_cents')::int + (v.dwelling->>'service_charges_cents')::int)
        AND p.needed_area <= ceil((v.dwelling->>'living_area_m2')::float8 * 100)
        AND NOT EXISTS (SELECT FROM call WHERE call.vacancy_id = v.id AND call.application_id = p.application_id)
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("at_once", type_=Integer))


async def hold(session: AsyncSession, vacancy_id: UUID) -> VacancyRow | None:
    """The vacancy as committed last, locked until this transaction ends."""
    return await session.scalar(
        select(VacancyRow)
        .where(col(VacancyRow.id) == vacancy_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def hold_new(session: AsyncSession, vacancy_id: UUID) -> VacancyRow:
    """The same for a vacancy that may not have been heard of: then it is there afterwards, with nothing known."""
    if known := await hold(session, vacancy_id):
        return known
    nothing = VacancyRow(id=vacancy_id).model_dump()
    await session.execute(insert(VacancyRow).values(nothing).on_conflict_do_nothing())
    held = await hold(session, vacancy_id)
    assert held is not None
    return held


async def load(session: AsyncSession, vacancy_id: UUID) -> VacancyRow | None:
    return await session.get(VacancyRow, vacancy_id)


async def reached_by(session: AsyncSession, application_ids: Sequence[UUID], *, at_once: int) -> Sequence[UUID]:
    """Open vacancies with a free place that one of these applications may fit: none is missed, a few are too many."""
    found = await session.scalars(_REACHED, {"ids": list(application_ids), "at_once": at_once})
    return found.all()
