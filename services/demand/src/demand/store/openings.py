"""Thousands of registrations at once: a staged row an application, all that it leaves behind made in the database.

What is written is what `demand.handling.open_application` writes for one; a test holds the two together.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import due, outbox, sql
from chassis.work import Work, follow_up
from contracts.demand import ApplicationOpened, ApplicationRecorded, ContactRecorded
from contracts.event import Event
from contracts.values import Value
from demand.domain.application import Application
from demand.domain.facts import Fact
from demand.domain.person import Person
from demand.domain.record import Step
from demand.store.applications import housing_json

_BEGIN = (
    """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_opening (
        id uuid, number text, kind text, status text, way text, registered_on date, expires_on date,
        applicant uuid, co_applicant uuid, housing jsonb, household jsonb, wishes jsonb, declaration jsonb,
        facts jsonb, imported bytea, stated jsonb, kinds text[], times timestamptz[]
    ) WITH (toast_tuple_target = 8160) ON COMMIT DELETE ROWS
    """,
    """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_person (
        application_id uuid, id uuid, given_name text, family_name text, birth_date date, email text, phone text,
        language text, consents jsonb, address jsonb, safe_contact boolean, shared jsonb, helper uuid
    ) ON COMMIT DELETE ROWS
    """,
)
_STAGED = (
    "id",
    "number",
    "kind",
    "status",
    "way",
    "registered_on",
    "expires_on",
    "applicant",
    "co_applicant",
    "housing",
    "household",
    "wishes",
    "declaration",
    "facts",
    "imported",
    "stated",
    "kinds",
    "times",
)
_PERSON = (
    "application_id",
    "id",
    "given_name",
    "family_name",
    "birth_date",
    "email",
    "phone",
    "language",
    "consents",
    "address",
    "safe_contact",
    "shared",
    "helper",
)
_KEPT = ", ".join(_STAGED[:-3])
_APPLICATIONS = f"""
    INSERT INTO application ({_KEPT}, version, changed_at) SELECT {_KEPT}, 1, $1 FROM staged_opening
    ON CONFLICT (number) DO NOTHING RETURNING id
"""  # noqa: S608 - constants
_TAKEN = (
    "DELETE FROM staged_opening WHERE id <> ALL($1)",
    "DELETE FROM staged_person WHERE application_id <> ALL($1)",
)
_PERSONS = f"""
    INSERT INTO person ({", ".join(_PERSON[1:])}, version, changed_at)
    SELECT {", ".join(_PERSON[1:])}, 1, $1 FROM staged_person
"""  # noqa: S608 - constants
_FACTS = """
    INSERT INTO fact (application_id, fact, value, stated_by, stated_at)
    SELECT staged_opening.id, one.key, one.value, $1, $2 FROM staged_opening, jsonb_each(stated) AS one
"""
_STEPS = f"""
    INSERT INTO handling (application_id, step, at, detail, who)
    SELECT id, step, $1, detail, $2 FROM staged_opening, LATERAL (
        VALUES ('{Step.REGISTERED}',
                jsonb_build_object('registered_on', registered_on, 'way', way, 'expires_on', expires_on)),
               (CASE WHEN status = 'active' THEN '{Step.COMPLETED}' END, '{{}}'::jsonb)
    ) AS did (step, detail) WHERE step IS NOT NULL
"""  # noqa: S608 - constants
_DUE = """
    SELECT look.kind, id::text AS subject, due_at
    FROM staged_opening, unnest(kinds, times) AS look (kind, due_at)
"""
_CONTACTS = """
    SELECT id::text AS key, jsonb_build_object(
        'person_id', id, 'version', 1, 'given_name', given_name, 'family_name', family_name, 'email', email,
        'phone', phone, 'language', language, 'consents', consents, 'address', address,
        'safe_contact', safe_contact, 'shared', shared, 'helper', helper
    ) AS payload FROM staged_person
"""
_RECORDED = """
    SELECT id::text AS key, jsonb_build_object(
        'application_id', id, 'version', 1, 'kind', kind, 'status', status, 'registered_on', registered_on,
        'person_ids', array_remove(ARRAY[applicant, co_applicant], NULL), 'household', facts, 'wishes', wishes,
        'current_home', housing->'home', 'expires_on', expires_on, 'closed_on', NULL, 'closure', NULL,
        'merged_into', NULL, 'tenancy_id', NULL, 'light', NULL, 'meets_transfer_conditions', NULL
    ) AS payload FROM staged_opening WHERE status = 'active'
"""
_OPENED = """
    SELECT id::text AS key, jsonb_build_object(
        'application_id', id, 'kind', kind, 'on', $1::date, 'registered_on', registered_on, 'way', way
    ) AS payload FROM staged_opening
"""

Row = tuple[object, ...]
"""An application as it is staged; its id comes first."""


def opening_row(
    application: Application, stated: Mapping[Fact, Any], due_at: Mapping[str, dt.datetime], imported: bytes
) -> Row:
    """The staged row of an application that was never closed, warned or told anything."""
    file = application.file
    return (
        application.id,
        application.number,
        application.kind.value,
        application.status.value,
        application.way.value,
        application.registered_on,
        application.expires_on,
        application.applicant,
        application.co_applicant,
        json.dumps(housing_json(file.housing)),
        _json(file.household),
        _json(file.wishes),
        _json(file.declaration),
        _json(application.facts),
        imported,
        json.dumps(dict(stated)),
        list(due_at),
        list(due_at.values()),
    )


def person_row(application_id: UUID, person: Person) -> Row:
    """The staged row of a person whom this application is for."""
    contact = person.contact
    return (
        application_id,
        person.id,
        contact.given_name,
        contact.family_name,
        contact.birth_date,
        contact.email,
        contact.phone,
        contact.language.value,
        f"[{','.join(consent.model_dump_json() for consent in person.consents)}]",
        _json(contact.address),
        contact.safe_contact,
        json.dumps([channel.value for channel in contact.shared]),
        person.helper,
    )


async def begin(session: AsyncSession) -> None:
    """Once a connection, which then takes all that is opened."""
    for statement in _BEGIN:
        await sql.execute(session, statement)


async def open_all(
    work: Work, applications: Sequence[Row], persons: Sequence[Row], *, stated_by: str, who: str
) -> set[UUID]:
    """Register all whose number is not another's, with all that `open_application` leaves; gives their ids."""
    if not applications:
        return set()
    session, now = work.session, work.now
    await sql.copy(session, "staged_opening", _STAGED, applications)
    await sql.copy(session, "staged_person", _PERSON, persons)
    opened: list[UUID] = await sql.column(session, _APPLICATIONS, now)
    if len(opened) < len(applications):
        for statement in _TAKEN:
            await sql.execute(session, statement, opened)
    await sql.execute(session, _PERSONS, now)
    await sql.execute(session, _FACTS, stated_by, now)
    await sql.execute(session, _STEPS, now, who)
    await due.insert_selected(session, _DUE, cause=work.cause)
    await _tell(work, ContactRecorded, _CONTACTS)
    await _tell(work, ApplicationRecorded, _RECORDED)
    await _tell(work, ApplicationOpened, _OPENED, now.date())
    return set(opened)


async def _tell(work: Work, event: type[Event], rows: str, *values: object) -> None:
    shared = follow_up(event.TYPE, "", service=work.service, now=work.now, cause=work.cause)
    await outbox.insert_selected(work.session, rows, *values, event=event, envelope=shared, new=True)


def _json(value: Value | None) -> str | None:
    return value.model_dump_json() if value else None
