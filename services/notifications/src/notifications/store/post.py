"""Where letters reach a person and who is told on her behalf; and the checks of contacts that did not work."""

import datetime as dt
import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from chassis import sql
from contracts.demand import ContactRecorded, PostalAddress
from contracts.values import Channel, PersonId
from notifications.domain.notice import Post
from notifications.store.notice_tables import CheckRow

_RECORD = """
    INSERT INTO contact_post AS p (person_id, version, address, helper)
    SELECT DISTINCT ON (person_id) person_id, version, address::jsonb, helper
    FROM unnest($1::uuid[], $2::int[], $3::text[], $4::uuid[]) AS r(person_id, version, address, helper)
    ORDER BY person_id, version DESC
    ON CONFLICT (person_id) DO UPDATE SET version = excluded.version, address = excluded.address,
        helper = excluded.helper
    WHERE p.version < excluded.version
"""
_OF = "SELECT person_id, address::text AS address, helper FROM contact_post WHERE person_id = ANY($1)"
_ERASE = "UPDATE contact_post SET address = NULL, helper = NULL WHERE person_id = ANY($1)"
_OPEN = """
    INSERT INTO contact_check (person_id, channel, reason, delivery_id, contact_version, opened_at)
    SELECT $1, $2, $3, $4, (SELECT version FROM contact WHERE person_id = $1), $5
    ON CONFLICT (person_id, channel) WHERE closed_at IS NULL DO NOTHING
"""
_CLOSE = """
    UPDATE contact_check SET closed_at = $2, closed_by = $3, said = $4 WHERE id = $1 AND closed_at IS NULL RETURNING id
"""
_CHANGED = "SELECT person_id, version FROM contact WHERE person_id = ANY($1)"


async def record(session: AsyncSession, events: Sequence[ContactRecorded]) -> None:
    """Keep the newest of each person."""
    rows = [
        (event.person_id, event.version, event.address.model_dump_json() if event.address else None, event.helper)
        for event in events
    ]
    await sql.execute(session, _RECORD, *zip(*rows, strict=True))


async def of(session: AsyncSession, person_ids: Sequence[PersonId]) -> dict[PersonId, Post]:
    """What is known of these persons; of the others, that there is no address."""
    found = {
        row["person_id"]: Post(address=_address(row["address"]), helper=row["helper"])
        for row in await sql.fetch(session, _OF, person_ids)
    }
    return {person: found.get(person, Post()) for person in person_ids}


async def erase(session: AsyncSession, person_ids: Sequence[PersonId]) -> None:
    """Forget where she lives; the version stays, so that an older record that is read again has no effect."""
    await sql.execute(session, _ERASE, person_ids)


async def open_check(
    session: AsyncSession,
    person_id: PersonId,
    channel: Channel,
    reason: str,
    now: dt.datetime,
    *,
    delivery_id: UUID | None = None,
) -> None:
    """Ask for somebody to look how a person can be reached; one such question a channel at a time."""
    await sql.execute(session, _OPEN, person_id, channel.value, reason, delivery_id, now)


async def checks(
    session: AsyncSession, *, open_only: bool, person_id: PersonId | None, limit: int
) -> Sequence[CheckRow]:
    query = select(CheckRow).order_by(col(CheckRow.opened_at), col(CheckRow.id)).limit(limit)
    if open_only:
        query = query.where(col(CheckRow.closed_at).is_(None))
    if person_id is not None:
        query = query.where(CheckRow.person_id == person_id)
    return (await session.scalars(query)).all()


async def versions(session: AsyncSession, person_ids: Sequence[PersonId]) -> dict[PersonId, int]:
    """Which contact of each of these persons is kept now."""
    return {row["person_id"]: row["version"] for row in await sql.fetch(session, _CHANGED, person_ids)}


async def close_check(session: AsyncSession, check_id: int, *, who: str, said: str, now: dt.datetime) -> bool:
    """False where no such question is open."""
    return bool(await sql.fetch(session, _CLOSE, check_id, now, who, said))


def _address(document: str | None) -> PostalAddress | None:
    return PostalAddress.model_validate(json.loads(document)) if document else None
