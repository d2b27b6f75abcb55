"""What the sender of alerts reads and writes: claims, with all that a message needs in one look."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from contracts.values import Channel
from notifications.domain.call import Call
from notifications.domain.delivery import DeliveryState, Purpose
from notifications.domain.handover import Told, told
from notifications.store.attempts import Attempts, Claim
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
_PUT_BACK = """
    UPDATE delivery SET state = 'pending', attempt = 0, due_at = $2, changed_at = $2
    WHERE id = ANY($1) AND state = 'sending' AND attempt = 1
"""


attempts = Attempts("due_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due(Claim):
    """A message about a call, with the call as it is now; `told` is for a withdrawal."""

    call: Call
    told: Told | None


async def due(session: AsyncSession, *, limit: int, now: dt.datetime) -> list[Due]:
    """Lock what is due, or whose lease has ended, unless alerts are held."""
    return [_due(row) for row in await sql.fetch(session, _DUE, now, limit)]


async def put_back(session: AsyncSession, ids: Sequence[UUID], now: dt.datetime) -> None:
    """Take back first attempts that this very transaction began: they are as if they had only been written."""
    await sql.execute(session, _PUT_BACK, ids, now)


def _due(row: Mapping[Any, Any]) -> Due:
    told_state = row["told_state"]
    return Due(
        id=row["id"],
        call_id=row["call_id"],
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
