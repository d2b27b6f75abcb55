"""Queries on applications."""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from chassis import sql
from contracts.demand import ApplicationStatus, ClosureReason, CurrentHome, EntryWay, HouseholdFacts, Wishes
from contracts.household import Light
from contracts.values import Value
from demand.domain.application import Application, File, Host, Housing, Situation, Warned
from demand.domain.declaration import Declaration
from demand.domain.person import same_person
from demand.store.persons import person, persons_born
from demand.store.record import subjects
from demand.store.tables import ApplicationRow, FactRow, HandlingRow

_ADD = """
    INSERT INTO application SELECT * FROM jsonb_populate_recordset(NULL::application, $1::jsonb)
    ON CONFLICT (number) DO NOTHING RETURNING id
"""


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
    values = {
        "id": application.id,
        "number": application.number,
        "applicant": application.applicant,
        "co_applicant": application.co_applicant,
        **application_values(application, now),
    }
    return bool(await sql.column(session, _ADD, json.dumps([values], default=str)))


async def save_application(session: AsyncSession, application: Application, now: dt.datetime) -> None:
    await session.execute(
        update(ApplicationRow)
        .where(col(ApplicationRow.id) == application.id)
        .values(**application_values(application, now))
    )


async def erase_application(session: AsyncSession, application_id: UUID) -> None:
    """Forget it, its facts, and the record of its handling with all that was told of its calls and notices."""
    about = await subjects(session, application_id)
    told = col(HandlingRow.application_id).is_(None) & col(HandlingRow.about).in_(about)
    await session.execute(delete(HandlingRow).where(told))
    await session.execute(delete(HandlingRow).where(col(HandlingRow.application_id) == application_id))
    await session.execute(delete(FactRow).where(col(FactRow.application_id) == application_id))
    await session.execute(delete(ApplicationRow).where(col(ApplicationRow.id) == application_id))


async def open_applications_of(session: AsyncSession, persons: Collection[UUID], *, but: UUID) -> list[Application]:
    """What any of these persons applies for now, the eldest first; not the application `but`."""
    rows = await session.scalars(
        select(ApplicationRow)
        .where(
            or_(col(ApplicationRow.applicant).in_(persons), col(ApplicationRow.co_applicant).in_(persons)),
            ApplicationRow.id != but,
            col(ApplicationRow.status).in_([ApplicationStatus.ACTIVE.value, ApplicationStatus.REGISTERED.value]),
        )
        .order_by(col(ApplicationRow.registered_on), col(ApplicationRow.id))
    )
    return [_application(row) for row in rows]


async def duplicates(session: AsyncSession, persons: Sequence[UUID], *, but: UUID) -> list[Application]:
    """Open applications of somebody with the name and birth date of one of these persons, the eldest first."""
    known = [one for person_id in persons if (one := await person(session, person_id))]
    born = {one.contact.birth_date for one in known if one.contact.birth_date}
    same = {
        one.id
        for one in await persons_born(session, born)
        if any(same_person(one.contact, mine.contact) for mine in known)
    }
    return await open_applications_of(session, same, but=but) if same else []


def housing_json(housing: Housing) -> dict[str, Any]:
    return {
        "situation": housing.situation.value,
        "hosted_by": housing.hosted_by.value if housing.hosted_by else None,
        "home": housing.home.model_dump(mode="json") if housing.home else None,
    }


def application_values(application: Application, now: dt.datetime) -> dict[str, Any]:
    """The columns that change with an application; its id, number and persons do not."""
    file, warned = application.file, application.warned
    return {
        "version": application.version,
        "kind": application.kind.value,
        "status": application.status.value,
        "way": application.way.value,
        "registered_on": application.registered_on,
        "housing": housing_json(file.housing),
        "household": _said(file.household),
        "wishes": _json(file.wishes),
        "declaration": _said(file.declaration),
        "facts": _json(application.facts),
        "expires_on": application.expires_on,
        "notified_on": application.notified_on,
        "reminded_on": application.reminded_on,
        "warned": {
            "reason": warned.reason.value,
            "told_on": warned.told_on.isoformat(),
            "closes_on": warned.closes_on.isoformat(),
        }
        if warned
        else None,
        "closed_on": application.closed_on,
        "closure": application.closure.value if application.closure else None,
        "merged_into": application.merged_into,
        "tenancy_id": application.tenancy_id,
        "light": application.light.value if application.light else None,
        "meets_transfer_conditions": application.meets_transfer_conditions,
        "refused_offers": application.refused_offers or None,
        "changed_at": now,
    }


def _json(value: Value | None) -> dict[str, Any] | None:
    return value.model_dump(mode="json") if value else None


def _said(value: Value | None) -> dict[str, Any] | None:
    """Without what was not said: of the long form that is most, and a row is then short enough to lie in one piece."""
    return value.model_dump(mode="json", exclude_none=True) if value else None


def _application(row: ApplicationRow) -> Application:
    housing, warned = row.housing, row.warned
    return Application(
        id=row.id,
        number=row.number,
        version=row.version,
        status=ApplicationStatus(row.status),
        way=EntryWay(row.way),
        registered_on=row.registered_on,
        expires_on=row.expires_on,
        notified_on=row.notified_on,
        reminded_on=row.reminded_on,
        warned=Warned(
            reason=ClosureReason(warned["reason"]),
            told_on=dt.date.fromisoformat(warned["told_on"]),
            closes_on=dt.date.fromisoformat(warned["closes_on"]),
        )
        if warned
        else None,
        closed_on=row.closed_on,
        closure=ClosureReason(row.closure) if row.closure else None,
        merged_into=row.merged_into,
        tenancy_id=row.tenancy_id,
        light=Light(row.light) if row.light else None,
        meets_transfer_conditions=row.meets_transfer_conditions,
        refused_offers=row.refused_offers or 0,
        applicant=row.applicant,
        co_applicant=row.co_applicant,
        facts=HouseholdFacts.model_validate(row.facts) if row.facts else None,
        file=File(
            housing=Housing(
                situation=Situation(housing["situation"]),
                hosted_by=Host(housing["hosted_by"]) if housing["hosted_by"] else None,
                home=CurrentHome.model_validate(housing["home"]) if housing["home"] else None,
            ),
            household=HouseholdFacts.model_validate(row.household) if row.household else None,
            wishes=Wishes.model_validate(row.wishes) if row.wishes else None,
            declaration=Declaration.model_validate(row.declaration) if row.declaration else None,
        ),
    )
