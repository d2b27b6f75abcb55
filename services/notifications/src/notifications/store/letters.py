"""Letters: claimed into print batches with their registered numbers, and what the post said of each."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from chassis import sql
from contracts.demand import PostalAddress
from contracts.event import Envelope
from contracts.notifications import SuppressionReason
from contracts.values import PersonId
from notifications.domain.contact import Contact
from notifications.domain.delivery import DeliveryState, Purpose
from notifications.domain.notice import Notice
from notifications.domain.post import Course
from notifications.store.contacts import contact_of
from notifications.store.notice_tables import BatchRow
from notifications.store.notices import cause_of, notice_of, on_behalf_of

_QUEUED = """
    SELECT d.id, d.person_id, d.deliver_by, d.cause_id, d.correlation_id, d.traceparent, d.since,
        n.notice_id, n.purpose, n.person_id AS told_of, n.subject, n.respond_by, n.ends_on, n.reminder,
        n.landlord, n.taken_at, n.of_home::text AS of_home,
        p.state, p.given_name, p.family_name, p.email, p.phone, p.language, p.consents::text AS consents
    FROM delivery d
    JOIN notice n ON n.notice_id = d.call_id
    LEFT JOIN contact p ON p.person_id = d.person_id AND p.state <> 'expected'
    WHERE d.channel = 'letter' AND d.state = 'pending' AND d.notice_due_at <= $1
    ORDER BY d.notice_due_at, d.id LIMIT $2
    FOR UPDATE OF d SKIP LOCKED
"""
_NUMBERS = """
    SELECT number FROM registered_number WHERE delivery_id IS NULL ORDER BY number LIMIT $1 FOR UPDATE SKIP LOCKED
"""
_GIVE = """
    UPDATE registered_number r SET delivery_id = g.delivery_id
    FROM unnest($1::text[], $2::uuid[]) AS g(number, delivery_id) WHERE r.number = g.number
"""
_ADD_NUMBERS = """
    INSERT INTO registered_number (number, added_at)
    SELECT DISTINCT number, $2::timestamptz FROM unnest($1::text[]) AS n(number)
    ON CONFLICT DO NOTHING RETURNING number
"""
_BATCH = "INSERT INTO letter_batch (made_at, made_by) VALUES ($1, $2) RETURNING number"
_LETTERS = """
    INSERT INTO letter (delivery_id, batch, place, reference, registered)
    SELECT delivery_id, $1, place, reference, registered
    FROM unnest($2::uuid[], $3::int[], $4::text[], $5::bool[]) AS l(delivery_id, place, reference, registered)
"""
_PRINTING = """
    UPDATE delivery SET state = 'sending', attempt = 1, notice_due_at = deliver_by, changed_at = $2 WHERE id = ANY($1)
"""
_SUPPRESS = """
    UPDATE delivery d SET state = 'suppressed', suppression = s.reason, notice_due_at = NULL, changed_at = $1
    FROM unnest($2::uuid[], $3::text[]) AS s(id, reason) WHERE d.id = s.id
"""
_OF_BATCH = """
    SELECT l.delivery_id, l.place, l.reference, l.registered, d.person_id,
        n.notice_id, n.purpose, n.person_id AS told_of, n.subject, n.respond_by, n.ends_on, n.reminder,
        n.landlord, n.taken_at, n.of_home::text AS of_home,
        p.state, p.given_name, p.family_name, p.email, p.phone, p.language, p.consents::text AS consents,
        a.address::text AS address,
        s.given_name AS for_given_name, s.family_name AS for_family_name
    FROM letter l
    JOIN delivery d ON d.id = l.delivery_id
    JOIN notice n ON n.notice_id = d.call_id
    LEFT JOIN contact p ON p.person_id = d.person_id AND p.state = 'known'
    LEFT JOIN contact_post a ON a.person_id = d.person_id
    LEFT JOIN contact s ON s.person_id = n.person_id AND s.state = 'known' AND n.person_id <> d.person_id
    WHERE l.batch = $1 ORDER BY l.place
"""
_REFERRED = """
    SELECT l.delivery_id, l.reference, l.registered, l.posted_on, l.received_on, l.returned_on,
        d.call_id, d.person_id, d.purpose, d.state, d.cause_id, d.correlation_id, d.traceparent, d.since
    FROM letter l JOIN delivery d ON d.id = l.delivery_id
    WHERE l.reference = ANY($1) ORDER BY l.delivery_id FOR UPDATE OF l, d
"""
_TOLD = """
    UPDATE letter SET posted_on = $2, received_on = $3, returned_on = $4 WHERE delivery_id = $1
"""
_SETTLED = """
    UPDATE delivery SET state = $2, notice_due_at = NULL, suppression = NULL, changed_at = $3,
        gateway_reference = $4, last_reason = coalesce($5, last_reason),
        sent_at = coalesce(sent_at, $6), delivered_at = coalesce($7, delivered_at)
    WHERE id = $1
"""
_PRINTED = "UPDATE letter_batch SET printed_at = $2 WHERE number = $1 AND printed_at IS NULL"
_STANDING = """
    SELECT (SELECT count(*) FROM delivery WHERE channel = 'letter' AND state = 'pending') AS queued,
        (SELECT count(*) FROM letter l JOIN delivery d ON d.id = l.delivery_id WHERE d.state = 'sending') AS printed,
        (SELECT count(*) FROM registered_number WHERE delivery_id IS NULL) AS numbers
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A letter to be printed, its row locked."""

    delivery_id: UUID
    notice: Notice
    person_id: PersonId
    contact: Contact | None
    deliver_by: dt.datetime
    cause: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A letter's place in its batch."""

    delivery_id: UUID
    place: int
    reference: str
    registered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A letter of a batch as it is printed now; without contact or address where those were erased meanwhile."""

    numbered: Numbered
    notice: Notice
    contact: Contact | None
    address: PostalAddress | None
    on_behalf_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A letter the post may know, its rows locked."""

    delivery_id: UUID
    reference: str
    notice_id: UUID
    person_id: PersonId
    purpose: Purpose
    course: Course
    cause: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    queued: int
    printed: int
    numbers: int


async def queued(session: AsyncSession, *, limit: int, now: dt.datetime) -> list[Queued]:
    """Lock the letters that wait for a print, the oldest first."""
    return [
        Queued(
            delivery_id=row["id"],
            notice=notice_of(row, person_id=row["told_of"]),
            person_id=row["person_id"],
            contact=contact_of(row) if row["state"] else None,
            deliver_by=row["deliver_by"],
            cause=cause_of(row),
        )
        for row in await sql.fetch(session, _QUEUED, now, limit)
    ]


async def add_numbers(session: AsyncSession, numbers: Sequence[str], now: dt.datetime) -> int:
    """Keep the registered numbers that the post allotted; return how many are new."""
    return len(await sql.fetch(session, _ADD_NUMBERS, numbers, now))


async def free_numbers(session: AsyncSession, many: int) -> list[str]:
    """Up to so many numbers that no letter has, locked."""
    return await sql.column(session, _NUMBERS, many)


async def open_batch(session: AsyncSession) -> BatchRow | None:
    """The oldest batch that nobody said was printed; whoever asks at the same time waits."""
    query = select(BatchRow).where(col(BatchRow.printed_at).is_(None)).order_by(col(BatchRow.number)).limit(1)
    return (await session.scalars(query.with_for_update())).first()


async def batch(session: AsyncSession, number: int) -> BatchRow | None:
    return await session.get(BatchRow, number)


async def make_batch(session: AsyncSession, who: str, now: dt.datetime) -> int:
    (number,) = await sql.column(session, _BATCH, now, who)
    return int(number)


async def fill_batch(session: AsyncSession, number: int, letters: Sequence[Numbered], now: dt.datetime) -> None:
    """Put letters into a batch: from here on they are being printed."""
    rows = [(one.delivery_id, one.place, one.reference, one.registered) for one in letters]
    await sql.execute(session, _LETTERS, number, *zip(*rows, strict=True))
    registered = [one for one in letters if one.registered]
    given = [one.reference for one in registered], [one.delivery_id for one in registered]
    await sql.execute(session, _GIVE, *given)
    await sql.execute(session, _PRINTING, [one.delivery_id for one in letters], now)


async def suppress(session: AsyncSession, reasons: Mapping[UUID, SuppressionReason], now: dt.datetime) -> None:
    await sql.execute(session, _SUPPRESS, now, list(reasons), [reason.value for reason in reasons.values()])


async def pages(session: AsyncSession, number: int) -> list[Page]:
    """The letters of a batch in their order."""
    return [_page(row) for row in await sql.fetch(session, _OF_BATCH, number)]


async def printed(session: AsyncSession, number: int, now: dt.datetime) -> None:
    await sql.execute(session, _PRINTED, number, now)


async def referred(session: AsyncSession, references: Sequence[str]) -> dict[str, Posted]:
    """The letters with these references, locked."""
    return {row["reference"]: _posted(row) for row in await sql.fetch(session, _REFERRED, references)}


async def told(session: AsyncSession, letter: Posted, now: dt.datetime, *, reason: str | None = None) -> None:
    """Keep what the post said of a letter."""
    course = letter.course
    await sql.execute(session, _TOLD, letter.delivery_id, course.posted_on, course.received_on, course.returned_on)
    sent = moment(course.posted_on) if course.posted_on else None
    received = moment(course.received_on) if course.received_on else None
    values = (course.state.value, now, letter.reference, reason, sent, received)
    await sql.execute(session, _SETTLED, letter.delivery_id, *values)


async def standing(session: AsyncSession) -> Standing:
    """How many letters wait for a print, how many for the post, and how many numbers are left."""
    row = await sql.first(session, _STANDING)
    assert row is not None, "a row of counts"
    return Standing(queued=row["queued"], printed=row["printed"], numbers=row["numbers"])


def moment(day: dt.date) -> dt.datetime:
    """A day of the post as a moment: its noon, which is that day all over France."""
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)


def _page(row: Mapping[Any, Any]) -> Page:
    return Page(
        numbered=Numbered(
            delivery_id=row["delivery_id"],
            place=row["place"],
            reference=row["reference"],
            registered=row["registered"],
        ),
        notice=notice_of(row, person_id=row["told_of"]),
        contact=contact_of(row) if row["state"] else None,
        address=PostalAddress.model_validate_json(row["address"]) if row["address"] else None,
        on_behalf_of=on_behalf_of(row),
    )


def _posted(row: Mapping[Any, Any]) -> Posted:
    return Posted(
        delivery_id=row["delivery_id"],
        reference=row["reference"],
        notice_id=row["call_id"],
        person_id=row["person_id"],
        purpose=Purpose(row["purpose"]),
        course=Course(
            state=DeliveryState(row["state"]),
            posted_on=row["posted_on"],
            received_on=row["received_on"],
            returned_on=row["returned_on"],
        ),
        cause=cause_of(row),
    )
