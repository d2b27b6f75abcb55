"""Who can be reached how: a copy of what demand says, and of nothing else.

A person of whom a call comes first gets an `expected` row. Its unique index is what a call and a contact that arrive
together meet at: whichever is second waits for the first to commit and then sees it, so none waits for ever.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from contracts.demand import ContactRecorded
from contracts.values import Channel, Language, PersonId
from notifications.domain.contact import Contact, latest_consents

_EXPECT = """
    INSERT INTO contact (person_id, version, state)
    SELECT person_id, 0, 'expected' FROM unnest($1::uuid[]) AS p(person_id) ORDER BY person_id
    ON CONFLICT DO NOTHING RETURNING person_id
"""
_KNOWN = """
    SELECT person_id, state, given_name, family_name, email, phone, language, consents::text AS consents,
        (SELECT helper FROM contact_post AS p WHERE p.person_id = contact.person_id) AS helper
    FROM contact WHERE person_id = ANY($1) AND state <> 'expected'
"""
_RECORD = """
    INSERT INTO contact AS c (person_id, version, state, given_name, family_name, email, phone, language, consents)
    SELECT person_id, version, 'known', given_name, family_name, email, phone, language, consents::jsonb
    FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
        AS r(person_id, version, given_name, family_name, email, phone, language, consents)
    ORDER BY person_id
    ON CONFLICT (person_id) DO UPDATE SET version = excluded.version, state = excluded.state,
        given_name = excluded.given_name, family_name = excluded.family_name, email = excluded.email,
        phone = excluded.phone, language = excluded.language, consents = excluded.consents
    WHERE c.version < excluded.version
    RETURNING person_id
"""
_ERASE = """
    INSERT INTO contact AS c (person_id, version, state)
    SELECT person_id, 0, 'erased' FROM unnest($1::uuid[]) AS p(person_id) ORDER BY person_id
    ON CONFLICT (person_id) DO UPDATE SET state = 'erased', given_name = NULL, family_name = NULL, email = NULL,
        phone = NULL, language = NULL, consents = '{}'
"""


async def known_or_expected(session: AsyncSession, person_ids: Iterable[PersonId]) -> dict[PersonId, Contact]:
    """The contacts that are there; of the other persons, that somebody waits for theirs."""
    wanted = sorted(set(person_ids))
    found = await known(session, wanted)
    missing = [person for person in wanted if person not in found]
    if missing:
        expected = set(await sql.column(session, _EXPECT, missing))
        found |= await known(session, [person for person in missing if person not in expected])
    return found


async def known(session: AsyncSession, person_ids: Sequence[PersonId]) -> dict[PersonId, Contact]:
    """The contacts of these persons that are known or erased."""
    if not person_ids:
        return {}
    return {row["person_id"]: contact_of(row) for row in await sql.fetch(session, _KNOWN, person_ids)}


async def record(session: AsyncSession, events: Sequence[ContactRecorded]) -> list[PersonId]:
    """Keep the newest of each person; return those that changed."""
    newest: dict[PersonId, ContactRecorded] = {}
    for event in events:
        before = newest.get(event.person_id)
        if before is None or before.version < event.version:
            newest[event.person_id] = event
    return await sql.column(session, _RECORD, *zip(*map(_row, newest.values()), strict=True)) if newest else []


async def erase(session: AsyncSession, person_ids: Sequence[PersonId]) -> None:
    """Forget all but the opaque id and the version: an older record that is read again stays without effect."""
    await sql.execute(session, _ERASE, sorted(set(person_ids)))


def _row(event: ContactRecorded) -> tuple[Any, ...]:
    consents = latest_consents(event.consents)
    return (
        *(event.person_id, event.version, event.given_name, event.family_name, event.email, event.phone),
        event.language.value,
        json.dumps({channel.value: granted for channel, granted in consents.items()}),
    )


def contact_of(row: Mapping[Any, Any]) -> Contact:
    """Of a row with the columns of `contact`, the consents as text."""
    return Contact(
        person_id=row["person_id"],
        given_name=row["given_name"] or "",
        family_name=row["family_name"] or "",
        email=row["email"],
        phone=row["phone"],
        language=Language(row["language"] or Language.FRENCH),
        consents={Channel(channel): granted for channel, granted in json.loads(row["consents"]).items()},
        erased=row["state"] == "erased",
        helper=row.get("helper"),
    )
