"""Tables of demand and every query on them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, delete, or_, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, col, select

from contracts.demand import ApplicationStatus, Consent, CurrentHome, HouseholdFacts, Wishes
from contracts.values import Language
from demand.domain.application import Application, File, Host, Housing, Situation
from demand.domain.person import Contact, Person


class Table(SQLModel, registry=registry()):
    """The tables of demand have a registry of their own: other services use the same names in their databases."""


class PersonRow(Table, table=True):
    __tablename__ = "person"

    id: UUID = Field(primary_key=True)
    version: int
    given_name: str
    family_name: str
    birth_date: dt.date | None
    email: str | None
    phone: str | None
    language: str
    consents: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    changed_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class ApplicationRow(Table, table=True):
    __tablename__ = "application"

    id: UUID = Field(primary_key=True)
    number: str | None = Field(unique=True)
    version: int
    kind: str
    status: str
    registered_on: dt.date
    closed_on: dt.date | None
    applicant: UUID
    co_applicant: UUID | None
    housing: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    household: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    wishes: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    changed_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class ReadingRow(Table, table=True):
    """Who read a file that names a person, and for what."""

    __tablename__ = "reading"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    person_id: UUID
    application_id: UUID | None = None
    who: str
    why: str
    read_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


async def person(session: AsyncSession, person_id: UUID, *, lock: bool = False) -> Person | None:
    """The person; `lock` keeps her as she is until the transaction ends."""
    row = await session.get(PersonRow, person_id, with_for_update=lock or None, populate_existing=True)
    return _person(row) if row else None


async def add_person(session: AsyncSession, person: Person, now: dt.datetime) -> None:
    await session.execute(insert(PersonRow).values(id=person.id, **_person_values(person, now)))


async def save_person(session: AsyncSession, person: Person, now: dt.datetime) -> None:
    await session.execute(update(PersonRow).where(col(PersonRow.id) == person.id).values(**_person_values(person, now)))


async def erase_person(session: AsyncSession, person_id: UUID) -> None:
    """Forget who she is; of her applications, the number by which the national file knows her."""
    await session.execute(delete(PersonRow).where(col(PersonRow.id) == person_id))
    await session.execute(update(ApplicationRow).where(col(ApplicationRow.applicant) == person_id).values(number=None))


async def application(session: AsyncSession, application_id: UUID, *, lock: bool = False) -> Application | None:
    """The application; `lock` keeps it as it is until the transaction ends."""
    row = await session.get(ApplicationRow, application_id, with_for_update=lock or None, populate_existing=True)
    return _application(row) if row else None


async def application_numbered(session: AsyncSession, number: str) -> Application | None:
    row = await session.scalar(select(ApplicationRow).where(ApplicationRow.number == number))
    return _application(row) if row else None


async def applications_of(session: AsyncSession, person_id: UUID) -> list[Application]:
    """All that a person applies for, or applied for, kept as they are until the transaction ends."""
    named = or_(col(ApplicationRow.applicant) == person_id, col(ApplicationRow.co_applicant) == person_id)
    rows = await session.scalars(select(ApplicationRow).where(named).with_for_update())
    return [_application(row) for row in rows]


async def add_application(session: AsyncSession, application: Application, now: dt.datetime) -> bool:
    """Keep a new application; False where its number is another's."""
    names = {
        "id": application.id,
        "number": application.number,
        "registered_on": application.registered_on,
        "applicant": application.applicant,
        "co_applicant": application.co_applicant,
    }
    row = insert(ApplicationRow).values(**names, **_application_values(application, now))
    added = await session.execute(
        row.on_conflict_do_nothing(index_elements=["number"]).returning(col(ApplicationRow.id))
    )
    return added.first() is not None


async def save_application(session: AsyncSession, application: Application, now: dt.datetime) -> None:
    await session.execute(
        update(ApplicationRow)
        .where(col(ApplicationRow.id) == application.id)
        .values(**_application_values(application, now))
    )


async def erase_application(session: AsyncSession, application_id: UUID) -> None:
    await session.execute(delete(ApplicationRow).where(col(ApplicationRow.id) == application_id))


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


def housing_json(housing: Housing) -> dict[str, Any]:
    return {
        "situation": housing.situation.value,
        "hosted_by": housing.hosted_by.value if housing.hosted_by else None,
        "home": housing.home.model_dump(mode="json") if housing.home else None,
    }


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
        ),
        consents=tuple(Consent.model_validate(consent) for consent in row.consents),
    )


def _application_values(application: Application, now: dt.datetime) -> dict[str, Any]:
    return {
        "version": application.version,
        "kind": application.kind.value,
        "status": application.status.value,
        "closed_on": application.closed_on,
        "housing": housing_json(application.file.housing),
        "household": application.file.household.model_dump(mode="json"),
        "wishes": application.file.wishes.model_dump(mode="json"),
        "changed_at": now,
    }


def _application(row: ApplicationRow) -> Application:
    housing = row.housing
    return Application(
        id=row.id,
        number=row.number,
        version=row.version,
        status=ApplicationStatus(row.status),
        registered_on=row.registered_on,
        closed_on=row.closed_on,
        applicant=row.applicant,
        co_applicant=row.co_applicant,
        file=File(
            housing=Housing(
                situation=Situation(housing["situation"]),
                hosted_by=Host(housing["hosted_by"]) if housing["hosted_by"] else None,
                home=CurrentHome.model_validate(housing["home"]) if housing["home"] else None,
            ),
            household=HouseholdFacts.model_validate(row.household),
            wishes=Wishes.model_validate(row.wishes),
        ),
    )
