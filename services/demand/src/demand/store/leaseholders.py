"""Persons that leases name, many at a time."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from demand.domain.person import Person
from demand.store.persons import _person, _person_values
from demand.store.tables import PersonRow
from demand.store.tenancy_tables import LEASEHOLDER

# Built once, and run for many rows: a statement of as many values is compiled anew for each number of persons.
_NEW = insert(PersonRow)
_KEEP = _NEW.on_conflict_do_update(
    index_elements=["id"],
    set_={name: _NEW.excluded[name] for name in PersonRow.model_fields if name != "id"},
)


async def persons(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Person]:
    """Those of these persons who are known, kept as they are until the transaction ends."""
    rows = await session.scalars(
        select(PersonRow)
        .where(col(PersonRow.id).in_(ids))
        .order_by(col(PersonRow.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: _person(row) for row in rows}


async def keep_persons(session: AsyncSession, persons: Sequence[Person], now: dt.datetime) -> None:
    """Add or change these persons."""
    if not persons:
        return
    await session.execute(_KEEP, [{"id": person.id, **_person_values(person, now)} for person in persons])


async def tenancies_of_person(session: AsyncSession, person_id: UUID) -> list[UUID]:
    """The leases that name this person."""
    query = select(LEASEHOLDER.c.tenancy_id).where(LEASEHOLDER.c.person_id == person_id)
    return list(await session.scalars(query))


async def forget_leaseholder(session: AsyncSession, person_id: UUID) -> None:
    """No lease names this person any more."""
    await session.execute(delete(LEASEHOLDER).where(LEASEHOLDER.c.person_id == person_id))
