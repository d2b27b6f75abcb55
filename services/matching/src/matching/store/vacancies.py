"""Vacancies. Whoever changes one, or a call for it, holds its row's lock."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from chassis import sql
from contracts.inventory import Designation
from contracts.values import DwellingFacts
from matching.domain.place import buckets_reaching
from matching.domain.pool import likeness
from matching.domain.rules.wishes import hundredths
from matching.domain.vacancy import Vacancy, VacancyStatus
from matching.store import postings
from matching.store.tables import VacancyRow

__all__ = [
    "Held",
    "hold",
    "hold_pool",
    "keep",
    "load",
    "meet",
    "open_with_free_places",
    "reached_by",
    "with_free_places",
]

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
_DATED = (
    *("told_on", "announced_on", "released_on", "ended_on", "ended_because", "home_left_denied"),
    *("chain_id", "follows_vacancy_id", "checked_version"),
)
_TOLD = (
    *("status", "status_version", "landlord", "dwelling_id", "dwelling", "dwelling_version"),
    *("available_on", "available_version", "designation", "named", "named_version"),
    "hard_to_let_on",
)
_MEET = f"""
    INSERT INTO vacancy (id, status, status_version, landlord, dwelling_version, available_version, buckets)
    VALUES ($1, 'unknown', 0, '', 0, 0, '{{}}')
    ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING {", ".join((*_TOLD, *_DATED, "deciding", "standing"))}
"""  # noqa: S608 - constants
"""The row as it is, locked as by `_HOLD`, in one statement whether it is new or not."""
_KEPT = (*_TOLD, *_DATED, "buckets", "rent_cents", "area", "likeness")
_KEEP = f"""
    UPDATE vacancy SET {", ".join(f"{name} = ${place}" for place, name in enumerate(_KEPT, start=2))} WHERE id = $1
"""  # noqa: S608 - constants


@dataclass(slots=True, kw_only=True)
class Held:
    """A vacancy and when its steps were told, its row locked: every event of every home passes here."""

    vacancy: Vacancy
    told_on: dt.date | None
    announced_on: dt.date | None
    released_on: dt.date | None
    ended_on: dt.date | None
    ended_because: str | None
    home_left_denied: str | None
    chain_id: UUID | None
    follows_vacancy_id: UUID | None
    checked_version: int
    standing: int
    """Calls that hold a place: only read here."""


async def meet(session: AsyncSession, vacancy_id: UUID) -> Held:
    """What is known of a vacancy that may not have been heard of: then its row is there afterwards."""
    row = await sql.first(session, _MEET, vacancy_id)
    assert row is not None, "the statement has one row"
    vacancy = Vacancy(
        id=vacancy_id,
        status=VacancyStatus(row["status"]),
        status_version=row["status_version"],
        landlord=row["landlord"],
        dwelling_id=row["dwelling_id"],
        dwelling=None if row["dwelling"] is None else DwellingFacts.model_validate(row["dwelling"]),
        dwelling_version=row["dwelling_version"],
        available_on=row["available_on"],
        available_version=row["available_version"],
        deciding=row["deciding"],
        designation=None if row["designation"] is None else Designation.model_validate(row["designation"]),
        named=frozenset(row["named"]),
        named_version=row["named_version"],
        hard_to_let_on=row["hard_to_let_on"],
    )
    return Held(vacancy=vacancy, standing=row["standing"], **{name: row[name] for name in _DATED})


async def keep(session: AsyncSession, held: Held) -> None:
    """Write what events told.

    Raises:
        UnknownCommune: the home lies in no commune of the list.
    """
    vacancy = held.vacancy
    home, turn = vacancy.dwelling, vacancy.designation
    await sql.execute(
        session,
        _KEEP,
        *(vacancy.id, vacancy.status.value, vacancy.status_version, vacancy.landlord, vacancy.dwelling_id),
        *(home.model_dump_json() if home else None, vacancy.dwelling_version),
        *(vacancy.available_on, vacancy.available_version, turn.model_dump_json() if turn else None),
        *(sorted(vacancy.named), vacancy.named_version, vacancy.hard_to_let_on),
        *(getattr(held, name) for name in _DATED),
        buckets_reaching(home.commune, home.dwelling_type) if home else (),
        *((home.rent_cents, hundredths(home.living_area_m2)) if home else (None, None)),
        likeness(vacancy.landlord, home) if home else None,
    )


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
