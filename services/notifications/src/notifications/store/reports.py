"""What the SMS gateway's reports read and write: many rows at once, and none that somebody else holds."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from contracts.event import Envelope
from contracts.notifications import DeliveryPurpose as Purpose
from contracts.values import Channel, PersonId
from notifications.domain.delivery import DeliveryState
from notifications.store.deliveries import cause_of

_REPORTED = """
    SELECT id, gateway_reference, call_id, purpose, person_id, channel, state, attempt, unknown_outcomes, cause_id,
        correlation_id, traceparent, since
    FROM delivery WHERE channel = 'sms' AND (id = ANY($1) OR gateway_reference = ANY($2))
    ORDER BY id FOR UPDATE SKIP LOCKED
"""
_THERE = """
    SELECT id, gateway_reference FROM delivery
    WHERE channel = 'sms' AND (id = ANY($1) OR gateway_reference = ANY($2))
"""
_SETTLE = """
    UPDATE delivery d SET state = r.state, due_at = NULL, suppression = NULL, changed_at = $1,
        last_reason = coalesce(r.reason, d.last_reason),
        delivered_at = CASE r.state WHEN 'delivered' THEN $1::timestamptz END
    FROM unnest($2::uuid[], $3::text[], $4::text[]) AS r(id, state, reason)
    WHERE d.id = r.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A delivery as it stands."""

    id: UUID
    gateway_reference: str | None
    call_id: UUID
    purpose: Purpose
    person_id: PersonId
    channel: Channel
    state: DeliveryState
    attempt: int
    unknown_outcomes: int
    cause: Envelope


async def reported(session: AsyncSession, ids: Sequence[UUID], gateway_references: Sequence[str]) -> list[Known]:
    """The SMS under our references or the gateway's, locked until the unit ends.

    What another transaction holds is left out: a report can come again, a sender's outcome must not wait.
    """
    return [_known(row) for row in await sql.fetch(session, _REPORTED, ids, gateway_references)]


async def there(session: AsyncSession, ids: Sequence[UUID], gateway_references: Sequence[str]) -> set[UUID | str]:
    """Which of these references are those of an SMS, whoever holds its row."""
    rows = await sql.fetch(session, _THERE, ids, gateway_references)
    return {reference for row in rows for reference in row if reference is not None}


async def settle(
    session: AsyncSession, settled: Sequence[tuple[UUID, DeliveryState, str | None]], now: dt.datetime
) -> None:
    """Close deliveries as the gateway reported them, each with the reason of a failure."""
    if settled:
        await sql.execute(session, _SETTLE, now, *zip(*settled, strict=True))


def _known(row: Mapping[Any, Any]) -> Known:
    return Known(
        id=row["id"],
        gateway_reference=row["gateway_reference"],
        call_id=row["call_id"],
        purpose=Purpose(row["purpose"]),
        person_id=row["person_id"],
        channel=Channel(row["channel"]),
        state=DeliveryState(row["state"]),
        attempt=row["attempt"],
        unknown_outcomes=row["unknown_outcomes"],
        cause=cause_of(row),
    )
