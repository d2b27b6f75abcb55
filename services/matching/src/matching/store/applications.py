"""Applications and their postings, a poll at a time."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Date, Integer, Text, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import TextClause
from sqlmodel import col

from chassis import sql
from contracts.demand import ApplicationRecorded, ApplicationStatus, CurrentHome, HouseholdFacts, Wishes
from contracts.household import Light
from contracts.values import ApplicationKind, Value
from matching.domain.application import Application
from matching.domain.policy import InForce
from matching.domain.posting import posting_of
from matching.engine import FORMAT, pack
from matching.store import postings
from matching.store.tables import ApplicationRow

__all__ = ["closed", "expiries", "forget", "load", "post_under", "posted", "read", "record", "repost"]


def _arrays(statement: str, **types: Any) -> TextClause:
    binds = [bindparam(name, type_=ARRAY(kind)) for name, kind in types.items()]
    return text(statement).bindparams(*binds)


_UPSERT = _arrays(
    """
    INSERT INTO application AS known (
        id, version, kind, status, registered_on, person_ids, household, wishes, current_home, light,
        meets_transfer_conditions, expires_on)
    SELECT id, version, kind, status, registered_on, person_ids::uuid[], household::jsonb, wishes::jsonb,
        current_home::jsonb, light, meets_transfer_conditions, expires_on
    FROM unnest(:id, :version, :kind, :status, :registered_on, :person_ids, :household, :wishes, :current_home, :light,
            :meets_transfer_conditions, :expires_on)
        AS r(id, version, kind, status, registered_on, person_ids, household, wishes, current_home, light,
            meets_transfer_conditions, expires_on)
    ORDER BY id
    ON CONFLICT (id) DO UPDATE SET
        version = excluded.version, kind = excluded.kind, status = excluded.status,
        registered_on = excluded.registered_on, person_ids = excluded.person_ids, household = excluded.household,
        wishes = excluded.wishes, current_home = excluded.current_home, light = excluded.light,
        meets_transfer_conditions = excluded.meets_transfer_conditions, expires_on = excluded.expires_on
    WHERE known.version < excluded.version
    RETURNING id
    """,
    id=Uuid,
    version=Integer,
    kind=Text,
    status=Text,
    registered_on=Date,
    person_ids=Text,
    household=Text,
    wishes=Text,
    current_home=Text,
    light=Text,
    meets_transfer_conditions=Boolean,
    expires_on=Date,
)
_READ = """
    SELECT id, version, kind, status, registered_on, person_ids, household::text, wishes::text, current_home::text,
        light, meets_transfer_conditions
    FROM application
"""
_LOOK = f"{_READ} WHERE id = ANY($1) ORDER BY id"
_LOCK = f"{_LOOK} FOR SHARE"
_BELOW = "AND (SELECT count(*) FROM call_slot AS held WHERE held.application_id = application.id) < $2 ORDER BY"
_LOOK_BELOW, _LOCK_BELOW = _LOOK.replace("ORDER BY", _BELOW), _LOCK.replace("ORDER BY", _BELOW)
_NEXT = f"{_READ} WHERE id > $1 ORDER BY id LIMIT $2 FOR UPDATE"
_EXPIRIES = "SELECT id, expires_on FROM application WHERE id = ANY($1)"
_POST_UNDER = text(
    """
    INSERT INTO posting_policy AS known (name, format) VALUES (:name, :format)
    ON CONFLICT (single) DO UPDATE SET name = excluded.name, format = excluded.format
    WHERE (known.name, known.format) <> (excluded.name, excluded.format) RETURNING true
    """
)
_POSTED = text("SELECT true FROM posting_policy WHERE format = :format")
_FORGET = _arrays("DELETE FROM application WHERE id = ANY(:ids)", ids=Uuid)


async def record(session: AsyncSession, events: Sequence[ApplicationRecorded], policies: InForce) -> list[UUID]:
    """Keep applications as they are now, in one statement, and return those of which this was news."""
    latest: dict[UUID, ApplicationRecorded] = {}
    for event in events:
        known = latest.get(event.application_id)
        if known is None or known.version < event.version:
            latest[event.application_id] = event
    news = list(latest.values())
    written = (await session.scalars(_UPSERT, _application_columns(news))).all()
    await _post(session, (Application.recorded(latest[application_id]) for application_id in written), policies)
    return list(written)


async def post_under(session: AsyncSession, policies: InForce) -> bool:
    """Note the policies that applications are posted under; True where they were others."""
    return bool(await session.scalar(_POST_UNDER, {"name": policies.fingerprint, "format": FORMAT}))


async def posted(session: AsyncSession) -> bool:
    """Whether everything was posted once in a form that the engine reads."""
    return bool(await session.scalar(_POSTED, {"format": FORMAT}))


async def repost(session: AsyncSession, after: UUID, limit: int, policies: InForce) -> UUID | None:
    """Post again, under these policies, the next applications by id; return the last, None at the end."""
    applications = [_application(*row) for row in await sql.fetch(session, _NEXT, after, limit)]
    if not applications:
        return None
    await _post(session, applications, policies)
    return applications[-1].id


async def forget(session: AsyncSession, ids: Iterable[UUID]) -> None:
    erased = sorted(ids)
    await postings.write(session, ((application_id, None) for application_id in erased))
    await session.execute(_FORGET, {"ids": erased})


async def read(
    session: AsyncSession, ids: Iterable[UUID], *, lock: bool, most_live: int | None = None
) -> dict[UUID, Application]:
    """The applications as committed last; with `lock`, held against change until this transaction ends.

    `most_live` leaves out those that have so many live calls already. Locked always in the order of ids, as the
    projection writes them: two transactions never wait for each other.
    """
    if most_live is None:
        found = await sql.fetch(session, _LOCK if lock else _LOOK, list(ids))
    else:
        found = await sql.fetch(session, _LOCK_BELOW if lock else _LOOK_BELOW, list(ids), most_live)
    return {row[0]: _application(*row) for row in found}


async def closed(session: AsyncSession, ids: Iterable[UUID]) -> list[UUID]:
    """Those of these applications that are withdrawn, or not there any more."""
    asked = list(ids)
    active = await session.scalars(
        select(col(ApplicationRow.id)).where(
            col(ApplicationRow.id).in_(asked), col(ApplicationRow.status) == ApplicationStatus.ACTIVE.value
        )
    )
    return sorted(set(asked) - set(active))


async def expiries(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, dt.date | None]:
    """The last day of each application's number, None where demand never told one."""
    found = await sql.fetch(session, _EXPIRIES, list(ids))
    return {row[0]: row[1] for row in found}


async def load(session: AsyncSession, application_id: UUID) -> Application | None:
    """One application as committed last."""
    return (await read(session, [application_id], lock=False)).get(application_id)


def _application(  # one row of the hot path: no ORM object, no dictionary in between
    application_id: UUID,
    version: int,
    kind: str,
    status: str,
    registered_on: dt.date,
    person_ids: list[UUID],
    household: str,
    wishes: str,
    current_home: str | None,
    light: str | None,
    meets_transfer_conditions: bool | None,
) -> Application:
    return Application(
        id=application_id,
        version=version,
        kind=ApplicationKind(kind),
        status=ApplicationStatus(status),
        registered_on=registered_on,
        person_ids=tuple(person_ids),
        household=HouseholdFacts.model_validate_json(household),
        wishes=Wishes.model_validate_json(wishes),
        current_home=None if current_home is None else CurrentHome.model_validate_json(current_home),
        light=None if light is None else Light(light),
        meets_transfer_conditions=meets_transfer_conditions,
    )


async def _post(session: AsyncSession, applications: Iterable[Application], policies: InForce) -> None:
    await postings.write(session, ((one.id, pack(posting_of(one, policies))) for one in applications))


def _application_columns(events: Sequence[ApplicationRecorded]) -> dict[str, list[Any]]:
    return {
        "id": [event.application_id for event in events],
        "version": [event.version for event in events],
        "kind": [event.kind.value for event in events],
        "status": [event.status.value for event in events],
        "registered_on": [event.registered_on for event in events],
        "person_ids": ["{" + ",".join(map(str, event.person_ids)) + "}" for event in events],
        "household": [_said(event.household) for event in events],
        "wishes": [_said(event.wishes) for event in events],
        "current_home": [event.current_home and _said(event.current_home) for event in events],
        "light": [event.light and event.light.value for event in events],
        "meets_transfer_conditions": [event.meets_transfer_conditions for event in events],
        "expires_on": [event.expires_on for event in events],
    }


def _said(value: Value) -> str:
    """Without what is as the contract has it by default: half the size, read back the same."""
    return value.model_dump_json(exclude_defaults=True)
