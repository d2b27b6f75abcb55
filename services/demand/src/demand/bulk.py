"""Loading applications by the hundred thousand, by `parcours load`: fast, and still told by events.

Each chunk is one transaction: COPY into a staging table, one insert into applications and one into persons, and an
outbox row for each that was new. A load that was interrupted is simply run again.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple
from uuid import UUID

import asyncpg

from chassis import loading
from chassis.loading import Loaded
from chassis.outbox import bulk_insert
from chassis.work import Outgoing, outgoing_of
from contracts.demand import ApplicationRecorded, ContactRecorded
from contracts.event import Envelope
from contracts.values import ApplicationKind
from demand import store
from demand.domain.application import Host, Housing, Situation
from demand.domain.number import LENGTH
from demand.domain.places import place_error

CHUNK = 1000
"""Applications a transaction; the outbox takes a lock for each row, and PostgreSQL has room for some 6,000."""
SYNTHETIC = "SYN"
"""What the numbers of loaded applications begin with: no real one does."""

_STAGING = """
    CREATE TEMPORARY TABLE staged_application (number text, housing jsonb, payload jsonb) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE staged_contact (payload jsonb) ON COMMIT DELETE ROWS
"""
_APPLICATIONS = """
    INSERT INTO application (id, number, version, kind, status, registered_on, applicant, co_applicant,
                             housing, household, wishes, changed_at)
    SELECT (payload->>'application_id')::uuid, number, (payload->>'version')::int, payload->>'kind',
           payload->>'status', (payload->>'registered_on')::date, (payload->'person_ids'->>0)::uuid,
           (payload->'person_ids'->>1)::uuid, housing, payload->'household', payload->'wishes', $1
    FROM staged_application ON CONFLICT DO NOTHING
    RETURNING id
"""
_PERSONS = """
    INSERT INTO person (id, version, given_name, family_name, email, phone, language, consents, changed_at)
    SELECT (payload->>'person_id')::uuid, (payload->>'version')::int, payload->>'given_name',
           payload->>'family_name', payload->>'email', payload->>'phone', payload->>'language',
           payload->'consents', $1
    FROM staged_contact ON CONFLICT DO NOTHING
    RETURNING id
"""


class Household(NamedTuple):
    """An application and the persons it is for."""

    application: ApplicationRecorded
    contacts: Sequence[ContactRecorded]


async def load_applications(
    url: str,
    households: Iterable[Household],
    *,
    now: dt.datetime,
    progress: Callable[[int], None] | None = None,
) -> Loaded:
    """Register synthetic applications with their persons, each in version 1; those already there stay as they are.

    `progress` is told how many applications are committed, after each chunk.

    Raises:
        ValueError: a wished place is none; what came before its chunk is kept.
    """
    store = partial(_load, load=Envelope.new("demand.load", source="demand", time=now))
    return await loading.load(url, households, store, size=CHUNK, staging=_STAGING, progress=progress)


async def _load(connection: asyncpg.Connection, chunk: Sequence[Household], *, load: Envelope) -> int:
    applications = {one.application.application_id: one.application for one in chunk}
    events = {key: _outgoing(event, load) for key, event in applications.items()}
    await connection.copy_records_to_table(
        "staged_application",
        columns=["number", "housing", "payload"],
        records=[
            (synthetic_number(key), json.dumps(store.housing_json(_housing(event))), _text(events[key]))
            for key, event in applications.items()
        ],
    )
    fresh = {row["id"] for row in await connection.fetch(_APPLICATIONS, load.time)}
    contacts = {
        contact.person_id: _outgoing(contact, load)
        for one in chunk
        if one.application.application_id in fresh
        for contact in one.contacts
    }
    await connection.copy_records_to_table(
        "staged_contact", columns=["payload"], records=[(_text(row),) for row in contacts.values()]
    )
    persons = {row["id"] for row in await connection.fetch(_PERSONS, load.time)}
    rows = [row for key, row in contacts.items() if key in persons]
    await bulk_insert(connection, [*rows, *(row for key, row in events.items() if key in fresh)])
    return len(fresh)


def synthetic_number(application_id: UUID) -> str:
    """An application number that follows from the id and says that it is synthetic."""
    signs, rest = "", application_id.int
    while len(signs) < LENGTH - len(SYNTHETIC):
        rest, digit = divmod(rest, 36)
        signs += "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit]
    return SYNTHETIC + signs


def _housing(application: ApplicationRecorded) -> Housing:
    """The housing that a kind is derived from, told backwards."""
    if application.kind is ApplicationKind.TRANSFER:
        return Housing(situation=Situation.SOCIAL_TENANT, home=application.current_home)
    if application.kind is ApplicationKind.SPLIT:
        return Housing(situation=Situation.HOSTED, hosted_by=Host.SOCIAL_TENANT)
    return Housing(situation=Situation.OTHER)


def _outgoing(event: ApplicationRecorded | ContactRecorded, load: Envelope) -> Outgoing:
    if isinstance(event, ApplicationRecorded):
        for wanted in event.wishes.places:
            if wrong := place_error(wanted.commune):
                raise ValueError(f"application {event.application_id}: wishes: {wrong}")
    return outgoing_of(event, service=load.source, now=load.time, cause=load)


def _text(row: Outgoing) -> str:
    assert row.payload is not None, "nothing is erased by a load"
    return row.payload.decode()
