"""The persons behind applications: how to reach them, what they consent to, who read their file, their erasure."""

import datetime as dt
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Response

from chassis.auth import Agent
from chassis.http import CommandRoute, CommandWork, Conflict, IfMatch, Invalid, NotFound, check_version, etag
from chassis.work import Work
from contracts.demand import Consent, PostalAddress
from contracts.values import Channel, Language, PersonId, Value
from demand import store
from demand.api.forms import ConsentsForm, ContactForm, PersonForm, Why
from demand.domain.days import latest_today
from demand.domain.person import Person, consent_errors, contact_errors
from demand.handling import forget_person

router = APIRouter(route_class=CommandRoute, tags=["persons"])


class PersonDocument(Value):
    person_id: PersonId
    version: int
    given_name: str
    family_name: str
    birth_date: dt.date | None
    email: str | None
    phone: str | None
    language: Language
    consents: tuple[Consent, ...]
    address: PostalAddress | None
    safe_contact: bool
    shared: tuple[Channel, ...]
    helper: PersonId | None


class PersonSummary(Value):
    person_id: PersonId
    version: int


class Reading(Value):
    who: str
    why: str
    read_at: dt.datetime
    application_id: UUID | None


@router.get("/persons/{person_id}")
async def get_person(person_id: UUID, why: Why, agent: Agent, work: CommandWork, response: Response) -> PersonDocument:
    """Who a person is, how to reach her and what she consents to. The reading is logged."""
    found = await _found(person_id, work)
    await store.log_reading(work.session, [person_id], who=agent.subject, why=why, now=work.now)
    response.headers["ETag"] = etag(found.version)
    contact = found.contact
    return PersonDocument(
        person_id=found.id,
        version=found.version,
        given_name=contact.given_name,
        family_name=contact.family_name,
        birth_date=contact.birth_date,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
        consents=found.consents,
        address=contact.address,
        safe_contact=contact.safe_contact,
        shared=contact.shared,
        helper=found.helper,
    )


@router.put("/persons/{person_id}/contact")
async def change_contact(
    person_id: UUID, form: ContactForm, expected: IfMatch, _: Agent, work: CommandWork, response: Response
) -> PersonSummary:
    """Change a person's name, addresses or language."""
    if errors := contact_errors(form.contact, latest_today(work.now)):
        raise Invalid(errors)
    before = await _found(person_id, work, lock=True)
    check_version(before.version, expected)
    return await _save(before, before.reach(form.contact), work, response)


@router.put("/persons/{person_id}/consents")
async def change_consents(
    person_id: UUID, form: ConsentsForm, expected: IfMatch, _: Agent, work: CommandWork, response: Response
) -> PersonSummary:
    """Say on which channels a person accepts messages, since when, and where she said so."""
    if errors := consent_errors(form.consents, latest_today(work.now)):
        raise Invalid(errors)
    before = await _found(person_id, work, lock=True)
    check_version(before.version, expected)
    return await _save(before, before.consent([one.consent for one in form.consents]), work, response)


@router.put("/persons/{person_id}/helper")
async def mandate_helper(
    person_id: UUID, form: PersonForm, expected: IfMatch, _: Agent, work: CommandWork, response: Response
) -> PersonSummary:
    """Name who acts and is told on a person's behalf; whoever did so before does no longer."""
    today = latest_today(work.now)
    if errors := [*contact_errors(form.contact, today), *consent_errors(form.consents, today)]:
        raise Invalid(errors)
    before = await _found(person_id, work, lock=True)
    check_version(before.version, expected)
    helper = Person(id=uuid4(), contact=form.contact, consents=tuple(one.consent for one in form.consents))
    await store.add_person(work.session, helper, work.now)
    work.emit(helper.recorded())
    summary = await _save(before, before.help_by(helper.id), work, response)
    await _dismiss(before.helper, work)
    return summary


@router.delete("/persons/{person_id}/helper")
async def dismiss_helper(
    person_id: UUID, expected: IfMatch, _: Agent, work: CommandWork, response: Response
) -> PersonSummary:
    """End the mandate of a person's helper, who is forgotten where she helps nobody else."""
    before = await _found(person_id, work, lock=True)
    check_version(before.version, expected)
    summary = await _save(before, before.help_by(None), work, response)
    await _dismiss(before.helper, work)
    return summary


@router.delete("/persons/{person_id}", status_code=204)
async def erase_person(person_id: UUID, _: Agent, work: CommandWork) -> None:
    """Forget who a person is, here and everywhere; her applications must have been withdrawn."""
    found = await _found(person_id, work, lock=True)
    for application in await store.applications_of(work.session, person_id):
        if application.open:
            raise Conflict(f"The application {application.id} is open; withdraw it before erasing its persons.")
    if await store.helps_others(work.session, person_id):
        raise Conflict(f"The person {person_id} is mandated to help another; end the mandate first.")
    if leases := await store.tenancies_of_person(work.session, person_id):
        raise Conflict(f"The person {person_id} holds the lease {leases[0]}; she is forgotten a year after its end.")
    await forget_person(work, found)


@router.get("/persons/{person_id}/readings")
async def get_readings(
    person_id: UUID, _: Agent, work: CommandWork, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> list[Reading]:
    """Who read a person's file and for what, the latest first; it outlives her erasure."""
    return [
        Reading(who=row.who, why=row.why, read_at=row.read_at, application_id=row.application_id)
        for row in await store.readings(work.session, person_id, limit=limit)
    ]


async def _dismiss(helper: UUID | None, work: Work) -> None:
    if helper and not await store.helps_others(work.session, helper):
        known = await store.person(work.session, helper, lock=True)
        if known and not await store.applications_of(work.session, helper):
            await forget_person(work, known)


async def _found(person_id: UUID, work: Work, *, lock: bool = False) -> Person:
    found = await store.person(work.session, person_id, lock=lock)
    if found is None:
        raise NotFound(f"No person {person_id} is known here, or she was erased.")
    return found


async def _save(before: Person, after: Person, work: Work, response: Response) -> PersonSummary:
    if after is not before:
        await store.save_person(work.session, after, work.now)
        work.emit(after.recorded())
    response.headers["ETag"] = etag(after.version)
    return PersonSummary(person_id=after.id, version=after.version)
