"""Queries on persons and on who read their files."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from contracts.demand import Consent, PostalAddress
from contracts.values import Channel, Language
from demand.domain.person import Contact, Person
from demand.store.tables import ApplicationRow, PersonRow, ReadingRow


async def person(session: AsyncSession, person_id: UUID, *, lock: bool = False) -> Person | None:
    """The person; `lock` keeps her as she is until the transaction ends."""
    row = await session.get(PersonRow, person_id, with_for_update=lock or None, populate_existing=True)
    return _person(row) if row else None


async def persons_born(session: AsyncSession, on: Collection[dt.date]) -> list[Person]:
    """Everybody who was born on one of these days: some forty of a million each."""
    rows = await session.scalars(select(PersonRow).where(col(PersonRow.birth_date).in_(on)))
    return [_person(row) for row in rows]


async def add_person(session: AsyncSession, person: Person, now: dt.datetime) -> None:
    await session.execute(insert(PersonRow).values(id=person.id, **_person_values(person, now)))


async def save_person(session: AsyncSession, person: Person, now: dt.datetime) -> None:
    await session.execute(update(PersonRow).where(col(PersonRow.id) == person.id).values(**_person_values(person, now)))


async def helps_others(session: AsyncSession, helper: UUID) -> bool:
    """Whether somebody is helped by this person."""
    return await session.scalar(select(PersonRow.id).where(PersonRow.helper == helper).limit(1)) is not None


async def erase_person(session: AsyncSession, person_id: UUID) -> None:
    """Forget who she is; of her applications, the number by which the national file knows her."""
    await session.execute(delete(PersonRow).where(col(PersonRow.id) == person_id))
    await session.execute(update(ApplicationRow).where(col(ApplicationRow.applicant) == person_id).values(number=None))


async def log_reading(
    session: AsyncSession,
    persons: Sequence[UUID],
    *,
    who: str,
    why: str,
    now: dt.datetime,
    application_id: UUID | None = None,
) -> None:
    """Note that a file naming these persons is being read."""
    session.add_all(
        ReadingRow(person_id=person_id, application_id=application_id, who=who, why=why, read_at=now)
        for person_id in persons
    )
    await session.flush()


async def readings(session: AsyncSession, person_id: UUID, *, limit: int) -> Sequence[ReadingRow]:
    """The latest readings of a person's file, the latest first."""
    query = select(ReadingRow).where(ReadingRow.person_id == person_id)
    return (await session.scalars(query.order_by(col(ReadingRow.id).desc()).limit(limit))).all()


def _person_values(person: Person, now: dt.datetime) -> dict[str, Any]:
    return {
        "version": person.version,
        "given_name": person.contact.given_name,
        "family_name": person.contact.family_name,
        "birth_date": person.contact.birth_date,
        "email": person.contact.email,
        "phone": person.contact.phone,
        "language": person.contact.language.value,
        "consents": [consent.model_dump(mode="json") for consent in person.consents],
        "address": person.contact.address.model_dump(mode="json") if person.contact.address else None,
        "safe_contact": person.contact.safe_contact,
        "shared": [channel.value for channel in person.contact.shared],
        "helper": person.helper,
        "changed_at": now,
    }


def _person(row: PersonRow) -> Person:
    return Person(
        id=row.id,
        version=row.version,
        contact=Contact(
            given_name=row.given_name,
            family_name=row.family_name,
            birth_date=row.birth_date,
            email=row.email,
            phone=row.phone,
            language=Language(row.language),
            address=PostalAddress.model_validate(row.address) if row.address else None,
            safe_contact=row.safe_contact,
            shared=tuple(Channel(channel) for channel in row.shared),
        ),
        helper=row.helper,
        consents=tuple(Consent.model_validate(consent) for consent in row.consents),
    )
