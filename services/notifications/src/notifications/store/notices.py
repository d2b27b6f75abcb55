"""Notices and their deliveries: written once a person and notice, claimed and settled apart from alerts."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from contracts.event import Envelope
from contracts.notifications import DeliverySuppressed, SuppressionReason
from contracts.values import Channel, PersonId
from notifications.domain.delivery import Delivery, DeliveryState, Purpose
from notifications.domain.notice import Notice, OfHome
from notifications.store.attempts import Attempts, Claim
from notifications.store.contacts import contact_of
from notifications.store.deliveries import kept_cause, suppressed, suppressed_in

WRITTEN = "notifications.notices"
"""Set in a session's `info` when a notice became due in it: what wakes its sender after the commit."""

_KEEP = """
    INSERT INTO notice (notice_id, purpose, person_id, subject, respond_by, ends_on, reminder, landlord, taken_at,
        of_home)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb) ON CONFLICT DO NOTHING RETURNING notice_id
"""
_NOTICE = """
    SELECT notice_id, purpose, person_id, subject, respond_by, ends_on, reminder, landlord, taken_at,
        of_home::text AS of_home
    FROM notice WHERE notice_id = $1
"""
_TAKE_BACK = """
    UPDATE delivery SET state = 'suppressed', suppression = $2, notice_due_at = NULL, changed_at = $3
    WHERE call_id = ANY($1) AND purpose IN ('offer', 'helper_call') AND state = 'pending'
    RETURNING id, call_id, purpose, person_id, channel
"""
_UNROUTED = """
    DELETE FROM notice n WHERE notice_id = ANY($1)
        AND NOT EXISTS (SELECT FROM delivery WHERE call_id = n.notice_id)
"""
_BEGUN = "SELECT notice_id FROM notice WHERE notice_id = ANY($1)"
_LEFT = "SELECT DISTINCT call_id FROM delivery WHERE call_id = ANY($1) AND state IN ('sending', 'sent', 'delivered')"
_FORGET = "UPDATE notice SET of_home = NULL WHERE person_id = ANY($1) AND of_home IS NOT NULL"
_COLUMNS = "id, call_id, purpose, person_id, channel, state, suppression, deliver_by"
_WRITE = f"""
    INSERT INTO delivery ({_COLUMNS}, cause_id, correlation_id, traceparent, since, notice_due_at,
        created_at, changed_at)
    SELECT {_COLUMNS}, $2, $3, $4, $5, CASE state WHEN 'pending' THEN $1::timestamptz END, $1, $1
    FROM unnest($6::uuid[], $7::uuid[], $8::text[], $9::uuid[], $10::text[], $11::text[], $12::text[],
        $13::timestamptz[]) AS r({_COLUMNS})
    ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608 - a constant
_DUE = """
    SELECT d.id, d.channel, d.person_id, d.state AS delivery_state, d.attempt, d.deliver_by, d.cause_id,
        d.correlation_id, d.traceparent, d.since,
        n.notice_id, n.purpose, n.person_id AS told_of, n.subject, n.respond_by, n.ends_on, n.reminder,
        n.landlord, n.taken_at, n.of_home::text AS of_home,
        p.state, p.given_name, p.family_name, p.email, p.phone, p.language,
        p.consents::text AS consents,
        s.given_name AS for_given_name, s.family_name AS for_family_name
    FROM delivery d
    JOIN notice n ON n.notice_id = d.call_id
    LEFT JOIN contact p ON p.person_id = d.person_id AND p.state <> 'expected'
    LEFT JOIN contact s ON s.person_id = n.person_id AND s.state = 'known' AND n.person_id <> d.person_id
    WHERE d.state IN ('pending', 'sending') AND d.notice_due_at <= $1 AND d.channel <> 'letter'
        AND NOT coalesce((SELECT held FROM alert_hold ORDER BY id DESC LIMIT 1), false)
    ORDER BY d.notice_due_at LIMIT $2
    FOR UPDATE OF d SKIP LOCKED
"""
attempts = Attempts("notice_due_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNotice(Claim):
    """A message of a notice."""

    notice: Notice
    on_behalf_of: str | None
    """The name of the person it is about, where a helper is told."""


async def keep(session: AsyncSession, notice: Notice) -> bool:
    """Keep a notice; False where it is there already."""
    what = (notice.notice_id, notice.purpose.value, notice.person_id, notice.subject)
    said = (notice.respond_by, notice.ends_on, notice.reminder, notice.landlord, notice.taken_at)
    of_home = notice.of_home.model_dump_json(exclude_defaults=True) if notice.of_home else None
    return bool(await sql.fetch(session, _KEEP, *what, *said, of_home))


async def notice(session: AsyncSession, notice_id: UUID) -> Notice | None:
    row = await sql.first(session, _NOTICE, notice_id)
    return notice_of(row, person_id=row["person_id"]) if row else None


async def write(
    session: AsyncSession, deliveries: Sequence[Delivery], cause: Envelope, now: dt.datetime
) -> tuple[list[Delivery], list[DeliverySuppressed]]:
    """Write what is not there yet; return that, and what is to be published of it: the suppressed ones."""
    if not deliveries:
        return [], []
    since = cause.story_time or cause.time
    rows = zip(*map(_row, deliveries), strict=True)
    story = (cause.id, cause.correlation_id or cause.id, cause.traceparent, since)
    written = set(await sql.column(session, _WRITE, now, *story, *rows))
    fresh = [one for one in deliveries if one.id in written]
    if any(one.state is DeliveryState.PENDING and one.channel is not Channel.LETTER for one in fresh):
        session.info[WRITTEN] = True
    return fresh, [suppressed(one, one.suppression, now) for one in fresh if one.suppression]


async def take_back(
    session: AsyncSession, notice_ids: Sequence[UUID], reason: SuppressionReason, now: dt.datetime
) -> list[DeliverySuppressed]:
    """Suppress what of these offers and calls has not left yet; return what is to be published of it."""
    rows = await sql.fetch(session, _TAKE_BACK, list(notice_ids), reason.value, now)
    return [suppressed_in(row, reason, now) for row in rows]


async def begun(session: AsyncSession, notice_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these notices that messages were written of; what waits for that still is forgotten."""
    found = await sql.column(session, _BEGUN, list(notice_ids))
    if found:
        await sql.execute(session, _UNROUTED, found)
    return found


async def left(session: AsyncSession, notice_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these notices of which a message left, is leaving or may have left."""
    return await sql.column(session, _LEFT, list(notice_ids))


async def forget(session: AsyncSession, person_ids: Sequence[PersonId]) -> None:
    """What these persons were told of homes, and why a committee refused them one."""
    await sql.execute(session, _FORGET, list(person_ids))


async def due(session: AsyncSession, *, limit: int, now: dt.datetime) -> list[DueNotice]:
    """Lock the messages that are due, or whose lease has ended, unless alerts are held. Letters wait for a print."""
    return [_due(row) for row in await sql.fetch(session, _DUE, now, limit)]


def notice_of(row: Mapping[Any, Any], *, person_id: PersonId) -> Notice:
    """Of a row with the columns of `notice`."""
    return Notice(
        notice_id=row["notice_id"],
        purpose=Purpose(row["purpose"]),
        person_id=person_id,
        subject=row["subject"],
        respond_by=row["respond_by"],
        ends_on=row["ends_on"],
        reminder=row["reminder"],
        landlord=row["landlord"],
        of_home=OfHome.model_validate_json(row["of_home"]) if row["of_home"] else None,
        taken_at=row["taken_at"],
    )


def cause_of(row: Mapping[Any, Any]) -> Envelope:
    """The envelope of the event that a notice comes from, as far as it is kept."""
    return kept_cause(row, "demand.notice", source="demand")


def on_behalf_of(row: Mapping[Any, Any]) -> str | None:
    """The name of the person that a notice is about, where the row is of her helper's message."""
    return " ".join(filter(None, (row["for_given_name"], row["for_family_name"]))) or None


def _due(row: Mapping[Any, Any]) -> DueNotice:
    notice = notice_of(row, person_id=row["told_of"])
    return DueNotice(
        id=row["id"],
        call_id=notice.notice_id,
        purpose=notice.purpose,
        notice=notice,
        person_id=row["person_id"],
        channel=Channel(row["channel"]),
        attempt=row["attempt"],
        cut_off=row["delivery_state"] == DeliveryState.SENDING,
        deliver_by=row["deliver_by"],
        contact=contact_of(row) if row["state"] else None,
        on_behalf_of=on_behalf_of(row),
        cause=cause_of(row),
    )


def _row(one: Delivery) -> tuple[Any, ...]:
    reason = one.suppression.value if one.suppression else None
    names = (one.id, one.call_id, one.purpose.value, one.person_id, one.channel.value)
    return (*names, one.state.value, reason, one.deliver_by)
