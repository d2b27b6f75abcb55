"""Registering, reading, changing and withdrawing applications."""

import datetime as dt
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.auth import Agent
from chassis.http import CommandRoute, CommandWork, Conflict, IfMatch, Invalid, NotFound, check_version, etag
from chassis.work import Work
from contracts.demand import ApplicationStatus, CurrentHome, HouseholdFacts, Wishes
from contracts.landlord import FieldError
from contracts.values import ApplicationKind, PersonId, Value
from demand import store
from demand.api.forms import FileForm, Number, PersonForm, RegistrationForm, Why
from demand.domain.application import (
    Application,
    Closed,
    Host,
    Situation,
    file_errors,
    registration_errors,
)
from demand.domain.days import latest_today
from demand.domain.person import Person, consent_errors, contact_errors
from demand.domain.retention import ERASE_APPLICATION, erase_on

router = APIRouter(route_class=CommandRoute, tags=["applications"])


class ApplicationSummary(Value):
    """An answer to a command; it is kept for repetitions of the request, so it names nobody."""

    application_id: UUID
    version: int
    kind: ApplicationKind
    status: ApplicationStatus
    registered_on: dt.date
    person_ids: Annotated[tuple[PersonId, ...], Field(description="Applicant, then co-applicant.")]


class HousingDocument(Value):
    situation: Situation
    hosted_by: Host | None
    home: CurrentHome | None


class ApplicationDocument(ApplicationSummary):
    number: str | None
    closed_on: dt.date | None
    current_housing: HousingDocument
    household: HouseholdFacts
    wishes: Wishes


@router.post("/applications", status_code=201)
async def register_application(
    form: RegistrationForm, _: Agent, work: CommandWork, response: Response
) -> ApplicationSummary:
    """Register an application and the persons it is for."""
    today = latest_today(work.now)
    people = {"applicant": form.applicant} | ({"co_applicant": form.co_applicant} if form.co_applicant else {})
    registered_on = form.registered_on or work.now.date()
    errors = [
        *registration_errors(registered_on, today),
        *file_errors(form.file, applicants=len(people)),
        *(error for role, person in people.items() for error in _person_errors(role, person, today)),
    ]
    if errors:
        raise Invalid(errors)
    persons = [
        Person(id=uuid4(), contact=person.contact, consents=tuple(one.consent for one in person.consents))
        for person in people.values()
    ]
    application = Application(
        id=uuid4(),
        number=form.number,
        registered_on=registered_on,
        applicant=persons[0].id,
        co_applicant=persons[1].id if len(persons) > 1 else None,
        file=form.file,
    )
    if not await store.add_application(work.session, application, work.now):
        raise Conflict(f"An application with the number {form.number} is registered already; read it by its number.")
    for person in persons:
        await store.add_person(work.session, person, work.now)
        work.emit(person.recorded())
    work.emit(application.recorded())
    response.headers["Location"] = f"/v1/applications/{application.id}"
    return _summary(application, response)


@router.get("/applications")
async def find_application(
    number: Annotated[Number, Query()], why: Why, agent: Agent, work: CommandWork
) -> list[ApplicationDocument]:
    """The application with this number, or none. The reading is logged."""
    found = await store.application_numbered(work.session, number)
    if found is None:
        return []
    await _log(found, agent.subject, why, work)
    return [_document(found)]


@router.get("/applications/{application_id}")
async def get_application(
    application_id: UUID, why: Why, agent: Agent, work: CommandWork, response: Response
) -> ApplicationDocument:
    """An application with its number and all that the household declared. The reading is logged."""
    found = await _found(application_id, work)
    await _log(found, agent.subject, why, work)
    response.headers["ETag"] = etag(found.version)
    return _document(found)


@router.put("/applications/{application_id}")
async def change_application(
    application_id: UUID, form: FileForm, expected: IfMatch, _: Agent, work: CommandWork, response: Response
) -> ApplicationSummary:
    """Change what the household declares; the day of registration stays."""
    before = await _found(application_id, work, lock=True)
    check_version(before.version, expected)
    if errors := file_errors(form.file, applicants=len(before.persons)):
        raise Invalid(errors)
    try:
        after = before.change(form.file)
    except Closed as closed:
        raise Conflict(str(closed)) from closed
    return await _save(before, after, work, response)


@router.post("/applications/{application_id}/withdraw")
async def withdraw_application(
    application_id: UUID, _: Agent, work: CommandWork, response: Response
) -> ApplicationSummary:
    """Close an application at the household's wish; it is erased when its time of retention is over."""
    before = await _found(application_id, work, lock=True)
    after = before.withdraw(work.now.date())
    if after is not before:
        day = erase_on(work.now.date())
        at = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
        work.due(ERASE_APPLICATION, str(after.id), at=at)
    return await _save(before, after, work, response)


async def _found(application_id: UUID, work: Work, *, lock: bool = False) -> Application:
    found = await store.application(work.session, application_id, lock=lock)
    if found is None:
        raise NotFound(f"No application {application_id} is registered here, or it was erased.")
    return found


async def _save(before: Application, after: Application, work: Work, response: Response) -> ApplicationSummary:
    if after is not before:
        await store.save_application(work.session, after, work.now)
        work.emit(after.recorded())
    return _summary(after, response)


async def _log(found: Application, who: str, why: str, work: Work) -> None:
    await store.log_reading(work.session, found.persons, who=who, why=why, now=work.now, application_id=found.id)


def _person_errors(role: str, form: PersonForm, today: dt.date) -> list[FieldError]:
    errors = [*contact_errors(form.contact, today), *consent_errors(form.consents, today)]
    return [FieldError(field=f"{role}.{error.field}", message=error.message) for error in errors]


def _summary(application: Application, response: Response) -> ApplicationSummary:
    response.headers["ETag"] = etag(application.version)
    return ApplicationSummary(
        application_id=application.id,
        version=application.version,
        kind=application.kind,
        status=application.status,
        registered_on=application.registered_on,
        person_ids=application.persons,
    )


def _document(application: Application) -> ApplicationDocument:
    housing = application.file.housing
    return ApplicationDocument(
        application_id=application.id,
        version=application.version,
        kind=application.kind,
        status=application.status,
        registered_on=application.registered_on,
        person_ids=application.persons,
        number=application.number,
        closed_on=application.closed_on,
        current_housing=HousingDocument(situation=housing.situation, hosted_by=housing.hosted_by, home=housing.home),
        household=application.file.household,
        wishes=application.file.wishes,
    )
