"""Queries on measures."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from contracts.demand import ApplicationStatus
from contracts.household import Light
from contracts.values import CommuneCode, Siren
from demand.domain.application import Application
from demand.domain.measure import Measure, Place, Stage, light_of
from demand.domain.wear import WorksItem
from demand.store.measure_tables import MeasureRow, PlaceRow
from demand.store.tables import ApplicationRow

_OPEN = (ApplicationStatus.REGISTERED.value, ApplicationStatus.ACTIVE.value)
_Rows = Select[MeasureRow, str]


async def measure(session: AsyncSession, measure_id: UUID, *, lock: bool = False) -> Measure | None:
    """The measure; `lock` keeps it as it is until the transaction ends."""
    query = _all().where(col(MeasureRow.id) == measure_id)
    found = await _measures(session, query.with_for_update(of=MeasureRow) if lock else query)
    return found[0] if found else None


async def add_measure(session: AsyncSession, measure: Measure, now: dt.datetime) -> bool:
    """Keep a new measure; False where one of that household is under way."""
    row = insert(MeasureRow).values(id=measure.id, **_values(measure, now))
    added = await session.execute(row.on_conflict_do_nothing().returning(col(MeasureRow.id)))
    return added.first() is not None


async def save_measure(session: AsyncSession, measure: Measure, now: dt.datetime) -> None:
    await session.execute(update(MeasureRow).where(col(MeasureRow.id) == measure.id).values(**_values(measure, now)))


async def measures_of(
    session: AsyncSession, *, application_id: UUID | None = None, tenancy_id: UUID | None = None, lock: bool = False
) -> list[Measure]:
    """All measures of a household, by its application or its tenancy."""
    named = []
    if application_id is not None:
        named.append(col(MeasureRow.application_id) == application_id)
    if tenancy_id is not None:
        named.append(col(MeasureRow.tenancy_id) == tenancy_id)
    if not named:
        return []
    query = _all().where(or_(*named)).order_by(col(MeasureRow.id))
    return await _measures(session, query.with_for_update(of=MeasureRow) if lock else query)


async def lit_by(session: AsyncSession, measure: Measure) -> list[UUID]:
    """The open applications that a measure's light falls on: its own, and those of its tenancy."""
    named = [col(ApplicationRow.id) == measure.application_id] if measure.application_id else []
    if measure.tenancy_id is not None:
        named.append(col(ApplicationRow.tenancy_id) == measure.tenancy_id)
    query = select(col(ApplicationRow.id)).where(or_(*named), col(ApplicationRow.status).in_(_OPEN))
    return sorted(await session.scalars(query))


async def light_for(session: AsyncSession, application: Application) -> Light | None:
    """The light of the measures that an application came to."""
    return light_of(await measures_of(session, application_id=application.id, tenancy_id=application.tenancy_id))


async def measures_listed(
    session: AsyncSession,
    *,
    partner: Siren | None,
    landlord: Siren | None,
    communes: Sequence[CommuneCode],
    stage: Stage | None,
    application_id: UUID | None,
    tenancy_id: UUID | None,
    limit: int,
) -> list[Measure]:
    """Measures that fit all that is given, the latest step first."""
    query = _all()
    if partner is not None:
        query = query.where(col(PlaceRow.partner) == partner)
    if landlord is not None:
        query = query.where(col(MeasureRow.landlord) == landlord)
    if communes:
        query = query.where(col(MeasureRow.commune).in_(communes))
    if stage is not None:
        query = query.where(col(MeasureRow.stage) == stage.value)
    if application_id is not None:
        query = query.where(col(MeasureRow.application_id) == application_id)
    if tenancy_id is not None:
        query = query.where(col(MeasureRow.tenancy_id) == tenancy_id)
    return await _measures(session, query.order_by(col(MeasureRow.stage_on).desc(), col(MeasureRow.id)).limit(limit))


def _all() -> _Rows:
    return select(MeasureRow, col(PlaceRow.partner)).outerjoin(PlaceRow, col(PlaceRow.id) == col(MeasureRow.place_id))


async def _measures(session: AsyncSession, query: _Rows) -> list[Measure]:
    rows = await session.execute(query, execution_options={"populate_existing": True})
    return [_measure(row, partner) for row, partner in rows]


def _values(measure: Measure, now: dt.datetime) -> dict[str, Any]:
    return {
        "version": measure.version,
        "landlord": measure.landlord,
        "commune": measure.commune,
        "in_priority_district": measure.in_priority_district,
        "tenancy_id": measure.tenancy_id,
        "application_id": measure.application_id,
        "opened_on": measure.opened_on,
        "stage": measure.stage.value,
        "stage_on": measure.stage_on,
        "works": [asdict(item) for item in measure.works],
        "blocks": measure.blocks,
        "visited_on": measure.visited_on,
        "valid_until": measure.valid_until,
        "place_id": measure.place.id if measure.place else None,
        "reason": measure.reason,
        "light": measure.light.value if measure.light else None,
        "changed_at": now,
    }


def _measure(row: MeasureRow, partner: str) -> Measure:
    return Measure(
        id=row.id,
        version=row.version,
        landlord=row.landlord,
        commune=row.commune,
        in_priority_district=row.in_priority_district,
        tenancy_id=row.tenancy_id,
        application_id=row.application_id,
        opened_on=row.opened_on,
        stage=Stage(row.stage),
        stage_on=row.stage_on,
        works=tuple(WorksItem(**item) for item in row.works),
        blocks=row.blocks,
        visited_on=row.visited_on,
        valid_until=row.valid_until,
        place=Place(id=row.place_id, partner=partner) if row.place_id else None,
        reason=row.reason,
        light=Light(row.light) if row.light else None,
    )
