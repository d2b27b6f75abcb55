"""Where letters reach a person and who is told on her behalf; and the checks of contacts that did not work."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
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
    SELECT r.person_id, r.channel, r.reason, r.delivery_id, c.version, $1
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[]) AS r(person_id, channel, reason, delivery_id)
    LEFT JOIN contact c ON c.person_id = r.person_id
    ORDER BY r.person_id, r.channel
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """A message that did not reach somebody, and will not."""

    person_id: PersonId
    channel: Channel
    reason: str
    delivery_id: UUID


async def open_checks(session: AsyncSession, unreached: Sequence[Unreached], now: dt.datetime) -> None:
    """Ask for somebody to look how these persons can be reached; one such question a channel at a time.

    All at once and in one order: two who ask of the same persons wait for one another and never both.
    """
    if unreached:
        rows = [(one.person_id, one.channel.value, one.reason, one.delivery_id) for one in unreached]
        await sql.execute(session, _OPEN, now, *zip(*rows, strict=True))


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
