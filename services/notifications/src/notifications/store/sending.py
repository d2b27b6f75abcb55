"""What the sender reads and writes: claims, with all that a message needs in one look, and the outcomes of a batch."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from contracts.event import Envelope
from contracts.notifications import SuppressionReason
from contracts.values import Channel, PersonId
from notifications.domain.call import Call
from notifications.domain.contact import Contact
from notifications.domain.delivery import DeliveryState, Purpose
from notifications.domain.handover import Told, told
from notifications.store.calls import call_of
from notifications.store.contacts import contact_of
from notifications.store.deliveries import cause_of

_DUE = """
    WITH due AS MATERIALIZED (
        SELECT id, call_id, purpose, person_id, channel, state AS delivery_state, attempt, deliver_by, cause_id,
            correlation_id, traceparent, since, due_at
        FROM delivery
        WHERE state IN ('pending', 'sending') AND due_at <= $1
            AND NOT coalesce((SELECT held FROM alert_hold ORDER BY id DESC LIMIT 1), false)
        ORDER BY due_at LIMIT $2
        FOR UPDATE SKIP LOCKED
    )
    SELECT d.*, c.*, p.*, t.*
    FROM due d
    CROSS JOIN LATERAL (
        SELECT vacancy_id, dwelling::text AS dwelling, available_on, available_on_expected, like_homes, called,
            answer_by, reasons::text AS reasons, policy, state AS call_state, withdrawal_reason
        FROM call WHERE call_id = d.call_id OFFSET 0) c
    LEFT JOIN LATERAL (
        SELECT state, given_name, family_name, email, phone, language, consents::text AS consents
        FROM contact WHERE person_id = d.person_id AND state <> 'expected' OFFSET 0) p ON true
    LEFT JOIN LATERAL (
        SELECT state AS told_state, unknown_outcomes AS told_unknown FROM delivery
        WHERE d.purpose = 'withdrawal' AND call_id = d.call_id AND purpose = 'call' AND person_id = d.person_id
            AND channel = d.channel OFFSET 0) t ON true
    ORDER BY d.due_at
"""
"""The due rows first, then what belongs to each by its key: `OFFSET 0` keeps the planner from joining whole tables,
which it prefers as long as it believes them small."""
_ATTEMPT = """
    UPDATE delivery SET state = 'sending', attempt = attempt + 1, due_at = $2, changed_at = $3,
        unknown_outcomes = unknown_outcomes + CASE state WHEN 'sending' THEN 1 ELSE 0 END
    WHERE id = ANY($1)
"""
_OUTCOMES = """
    UPDATE delivery d SET state = o.state, due_at = o.due_at, changed_at = $1, suppression = o.suppression,
        gateway_reference = coalesce(o.reference, d.gateway_reference), last_reason = coalesce(o.reason, d.last_reason),
        unknown_outcomes = d.unknown_outcomes + o.unknown,
        sent_at = CASE o.state WHEN 'sent' THEN $1 ELSE d.sent_at END
    FROM unnest($2::uuid[], $3::int[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::int[])
        AS o(id, attempt, state, due_at, suppression, reference, reason, unknown)
    WHERE d.id = o.id AND d.attempt = o.attempt AND d.state IN ('pending', 'sending')
    RETURNING d.id
"""
_PUT_BACK = """
    UPDATE delivery SET state = 'pending', attempt = 0, due_at = $2, changed_at = $2
    WHERE id = ANY($1) AND state = 'sending' AND attempt = 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A delivery whose time has come, its row locked, with call and contact as they are now.

    `attempt` is the number of the attempt before; `cut_off` when nobody ever said how that one ended.
    """

    id: UUID
    purpose: Purpose
    person_id: PersonId
    channel: Channel
    attempt: int
    cut_off: bool
    deliver_by: dt.datetime
    call: Call
    contact: Contact | None
    told: Told | None
    cause: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of a delivery. Of an `attempt` that is no longer the last it changes nothing."""

    id: UUID
    attempt: int
    state: DeliveryState
    due_at: dt.datetime | None = None
    suppression: SuppressionReason | None = None
    reference: str | None = None
    reason: str | None = None
    outcome_unknown: bool = False


async def due(session: AsyncSession, *, limit: int, now: dt.datetime) -> list[Due]:
    """Lock what is due, or whose lease has ended, unless alerts are held."""
    return [_due(row) for row in await sql.fetch(session, _DUE, now, limit)]


async def begin_attempts(
    session: AsyncSession, ids: Sequence[UUID], *, lease_until: dt.datetime, now: dt.datetime
) -> None:
    """Count one more attempt of each, under a lease."""
    await sql.execute(session, _ATTEMPT, ids, lease_until, now)


async def put_back(session: AsyncSession, ids: Sequence[UUID], now: dt.datetime) -> None:
    """Take back first attempts that this very transaction began: they are as if they had only been written."""
    await sql.execute(session, _PUT_BACK, ids, now)


async def change(session: AsyncSession, changes: Iterable[Change], now: dt.datetime) -> set[UUID]:
    """Write what became of a batch; return those whose row took it."""
    rows = [_row(one) for one in changes]
    return set(await sql.column(session, _OUTCOMES, now, *zip(*rows, strict=True))) if rows else set()


def _due(row: Mapping[Any, Any]) -> Due:
    told_state = row["told_state"]
    return Due(
        id=row["id"],
        purpose=Purpose(row["purpose"]),
        person_id=row["person_id"],
        channel=Channel(row["channel"]),
        attempt=row["attempt"],
        cut_off=row["delivery_state"] == DeliveryState.SENDING,
        deliver_by=row["deliver_by"],
        call=call_of(row),
        contact=contact_of(row) if row["state"] else None,
        told=told(DeliveryState(told_state), unknown_outcomes=row["told_unknown"]) if told_state else None,
        cause=cause_of(row),
    )


def _row(one: Change) -> tuple[Any, ...]:
    return (
        *(one.id, one.attempt, one.state, one.due_at, one.suppression, one.reference, one.reason),
        int(one.outcome_unknown),
    )
