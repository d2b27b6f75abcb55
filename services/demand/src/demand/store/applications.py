"""Queries on applications."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from contracts.demand import ApplicationStatus, CurrentHome, HouseholdFacts, Wishes
from demand.domain.application import Application, File, Host, Housing, Situation
from demand.store.tables import ApplicationRow


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


def housing_json(housing: Housing) -> dict[str, Any]:
    return {
        "situation": housing.situation.value,
        "hosted_by": housing.hosted_by.value if housing.hosted_by else None,
        "home": housing.home.model_dump(mode="json") if housing.home else None,
    }


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
