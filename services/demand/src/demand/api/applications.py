"""Registering, reading and changing applications."""

import datetime as dt
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.auth import Agent
from chassis.http import CommandRoute, CommandWork, Conflict, IfMatch, Invalid, NotFound, check_version, etag
from chassis.work import Work
from contracts.demand import ApplicationStatus, ClosureReason, CurrentHome, EntryWay, HouseholdFacts, Wishes
from contracts.landlord import FieldError
from contracts.values import ApplicationKind, PersonId, Value
from demand import store
from demand.api.forms import FileForm, PersonForm, RegistrationForm, Why
from demand.domain import life
from demand.domain.application import (
    Application,
    Closed,
    Host,
    Situation,
    file_errors,
    registration_errors,
)
from demand.domain.days import latest_today
from demand.domain.declaration import Declaration
from demand.domain.facts import StatedBy
from demand.domain.person import Person, person_errors
from demand.domain.record import Step
from demand.domain.written import Number
from demand.handling import Did, counted, keep, open_application
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["applications"])


class ApplicationSummary(Value):
    """An answer to a command; it is kept for repetitions of the request, so it names nobody."""

    application_id: UUID
    version: int
    kind: ApplicationKind
    status: ApplicationStatus
    registered_on: dt.date
    person_ids: Annotated[tuple[PersonId, ...], Field(description="Applicant, then co-applicant.")]
    expires_on: dt.date | None = None
    closure: ClosureReason | None = None
    possible_duplicates: Annotated[
        tuple[UUID, ...], Field(description="Open applications of somebody with the same name and birth date.")
    ] = ()


class HousingDocument(Value):
    situation: Situation
    hosted_by: Host | None
    home: CurrentHome | None


class WarningDocument(Value):
    reason: ClosureReason
    told_on: dt.date
    closes_on: dt.date


class ApplicationDocument(ApplicationSummary):
    number: str | None
    way: EntryWay
    closed_on: dt.date | None
    merged_into: UUID | None
    closure_warned: WarningDocument | None
    current_housing: HousingDocument
    household: Annotated[HouseholdFacts | None, Field(description="As the rules count it.")]
    declaration: Annotated[Declaration | None, Field(description="As it was declared, in full.")]
    wishes: Wishes | None


@router.post("/applications", status_code=201)
async def register_application(
    form: RegistrationForm, agent: Agent, work: CommandWork, response: Response
) -> ApplicationSummary:
    """Register an application and the persons it is for. A paper form is dated on its reception."""
    if errors := registration_form_errors(form, work.now):
        raise Invalid(errors)
    application, persons = registered(form, work.now)
    stated_by = StatedBy.AGENT if form.way is EntryWay.PAPER else StatedBy.HOUSEHOLD
    opened = await open_application(work, application, persons, stated_by=stated_by, who=agent.subject)
    if opened is None:
        raise Conflict(f"An application with the number {form.number} is registered already; read it by its number.")
    response.headers["Location"] = f"/v1/applications/{opened.id}"
    others = await store.duplicates(work.session, opened.persons, but=opened.id)
    return summary(opened, response).model_copy(update={"possible_duplicates": tuple(other.id for other in others)})


@router.get("/applications")
async def find_application(
    number: Annotated[Number, Query()], why: Why, agent: Agent, work: CommandWork
) -> list[ApplicationDocument]:
    """The application with this number, or none. The reading is logged."""
    found = await store.application_numbered(work.session, number)
    if found is None:
        return []
    await log_reading(found, agent.subject, why, work)
    return [await _document(found, work)]


@router.get("/applications/{application_id}")
async def get_application(
    application_id: UUID, why: Why, agent: Agent, work: CommandWork, response: Response
) -> ApplicationDocument:
    """An application with its number and all that the household declared. The reading is logged."""
    found = await found_application(application_id, work)
    await log_reading(found, agent.subject, why, work)
    response.headers["ETag"] = etag(found.version)
    return await _document(found, work)


@router.put("/applications/{application_id}")
async def change_application(
    application_id: UUID, form: FileForm, expected: IfMatch, agent: Agent, work: CommandWork, response: Response
) -> ApplicationSummary:
    """Change what the household declares; the day of registration stays."""
    before = await found_application(application_id, work, lock=True)
    check_version(before.version, expected)
    errors = file_errors(form.file, applicants=len(before.persons), today=latest_today(work.now))
    if errors or (errors := _lost(before, form)):
        raise Invalid(errors)
    try:
        changed = before.change(form.file)
    except Closed as closed:
        raise Conflict(str(closed)) from closed
    if changed is before:
        return summary(before, response)
    parts = ("housing", "household", "declaration", "wishes")
    detail = {"changed": [part for part in parts if getattr(before.file, part) != getattr(changed.file, part)]}
    after = await keep(work, before, life.heard(changed), [Did(Step.CHANGED, detail)], who=agent.subject)
    return summary(after, response)


def registration_form_errors(form: RegistrationForm, now: dt.datetime) -> list[FieldError]:
    """What is wrong with a registration that its types do not say."""
    today, people = latest_today(now), _people(form)
    return [
        *registration_errors(_registered_on(form, now), today),
        *_way_errors(form),
        *file_errors(form.file, applicants=len(people), today=today),
        *(
            error
            for role, person in people.items()
            for error in person_errors(role, person.contact, person.consents, today)
        ),
    ]


def registered(form: RegistrationForm, now: dt.datetime) -> tuple[Application, list[Person]]:
    """The application that a form registers, and the persons it is for."""
    persons = [
        Person(id=uuid4(), contact=person.contact, consents=tuple(one.consent for one in person.consents))
        for person in _people(form).values()
    ]
    registered_on = _registered_on(form, now)
    application = Application(
        id=uuid4(),
        number=form.number,
        registered_on=registered_on,
        way=form.way,
        expires_on=life.first_expiry(registered_on, civil_day(now)),
        applicant=persons[0].id,
        co_applicant=persons[1].id if len(persons) > 1 else None,
        file=form.file,
    )
    return application, persons


def _people(form: RegistrationForm) -> dict[str, PersonForm]:
    return {"applicant": form.applicant} | ({"co_applicant": form.co_applicant} if form.co_applicant else {})


def _registered_on(form: RegistrationForm, now: dt.datetime) -> dt.date:
    return form.received_on or form.registered_on or civil_day(now)


async def found_application(application_id: UUID, work: Work, *, lock: bool = False) -> Application:
    """The application, or the problem that it is not here."""
    found = await store.application(work.session, application_id, lock=lock)
    if found is None:
        raise NotFound(f"No application {application_id} is registered here, or it was erased.")
    return found


async def log_reading(found: Application, who: str, why: str, work: Work) -> None:
    await store.log_reading(work.session, found.persons, who=who, why=why, now=work.now, application_id=found.id)


def _way_errors(form: RegistrationForm) -> list[FieldError]:
    if form.way is EntryWay.PAPER:
        if form.received_on is None:
            return [FieldError(field="received_on", message="say when the paper form came in: it is dated on that day")]
        if form.registered_on not in (None, form.received_on):
            message = f"a paper form is registered on its reception, {form.received_on}; leave it out"
            return [FieldError(field="registered_on", message=message)]
        return []
    if form.received_on is not None:
        return [FieldError(field="received_on", message=f"only a paper form is received; this one is {form.way.value}")]
    return []


def _lost(before: Application, form: FileForm) -> list[FieldError]:
    """An application that was complete stays so: those who match it would keep what is gone."""
    if before.status is not ApplicationStatus.ACTIVE:
        return []
    errors = []
    if form.wishes is None:
        errors.append(FieldError(field="wishes", message="an active application keeps its wishes; send them again"))
    if form.household is None and form.declaration is None:
        message = "an active application keeps its household; send declaration or household again"
        errors.append(FieldError(field="household", message=message))
    return errors


def summary(application: Application, response: Response) -> ApplicationSummary:
    response.headers["ETag"] = etag(application.version)
    return ApplicationSummary(
        application_id=application.id,
        version=application.version,
        kind=application.kind,
        status=application.status,
        registered_on=application.registered_on,
        person_ids=application.persons,
        expires_on=application.expires_on,
        closure=application.closure,
    )


async def _document(application: Application, work: Work) -> ApplicationDocument:
    housing, warned = application.file.housing, application.warned
    return ApplicationDocument(
        application_id=application.id,
        version=application.version,
        kind=application.kind,
        status=application.status,
        registered_on=application.registered_on,
        person_ids=application.persons,
        expires_on=application.expires_on,
        closure=application.closure,
        number=application.number,
        way=application.way,
        closed_on=application.closed_on,
        merged_into=application.merged_into,
        closure_warned=WarningDocument(reason=warned.reason, told_on=warned.told_on, closes_on=warned.closes_on)
        if warned
        else None,
        current_housing=HousingDocument(situation=housing.situation, hosted_by=housing.hosted_by, home=housing.home),
        household=await counted(work, application),
        declaration=application.file.declaration,
        wishes=application.file.wishes,
    )
