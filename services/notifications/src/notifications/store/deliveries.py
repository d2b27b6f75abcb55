"""Deliveries as handlers, jobs and routes see them. The sender's own queries are in `store.sending`."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from contracts.event import Envelope
from contracts.matching import CallIssued, CallWithdrawn
from contracts.notifications import DeliveryEvent, DeliverySuppressed, SuppressionReason
from contracts.values import Channel, PersonId
from notifications.domain.delivery import Delivery, DeliveryState, Purpose
from notifications.store.tables import DeliveryRow

WRITTEN = "notifications.deliveries"
"""Set in a session's `info` when something became due in it: what wakes the sender after the commit."""

_COLUMNS = "id, call_id, purpose, person_id, channel, state, suppression, cause_id, correlation_id, traceparent, since"
_WRITE = text(
    f"""
    INSERT INTO delivery ({_COLUMNS}, deliver_by, due_at, created_at, changed_at)
    SELECT {_COLUMNS}, deliver_by, CASE state WHEN 'pending' THEN CAST(:now AS timestamptz) END, :now, :now
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id uuid, call_id uuid, purpose text, person_id uuid,
        channel text, state text, suppression text, cause_id text, correlation_id text, traceparent text,
        since timestamptz, deliver_by timestamptz)
    ON CONFLICT DO NOTHING RETURNING id
    """  # noqa: S608 - a constant
)
_SUPPRESS = """
    UPDATE delivery SET state = 'suppressed', suppression = :reason, due_at = NULL, changed_at = :now
    WHERE {which} RETURNING id, call_id, purpose, person_id, channel, cause_id, correlation_id, traceparent, since
"""
_OF_CALLS = text(
    _SUPPRESS.format(which="call_id = ANY(:ids) AND purpose = 'call' AND state = ANY(:states)")
).bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("states", type_=ARRAY(Text)))
_OF_PERSONS = text(
    _SUPPRESS.format(which="person_id = ANY(:ids) AND state IN ('awaiting_contact', 'pending')")
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_MAYBE_TOLD = text(
    """
    SELECT call_id, person_id, channel FROM delivery
    WHERE call_id = ANY(:ids) AND purpose = 'call'
      AND (state IN ('sending', 'sent', 'delivered') OR unknown_outcomes > 0)
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_TAKE_AWAITING = text(
    """
    DELETE FROM delivery WHERE person_id = ANY(:ids) AND state = 'awaiting_contact'
    RETURNING call_id, person_id, deliver_by, cause_id, correlation_id, traceparent, since
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_REPORTED = text(
    """
    SELECT id, call_id, purpose, person_id, channel, state, attempt, unknown_outcomes, cause_id, correlation_id,
        traceparent, since
    FROM delivery WHERE channel = 'sms'
        AND (id = :id OR (CAST(:id AS uuid) IS NULL AND gateway_reference = :reference))
    ORDER BY created_at DESC LIMIT 1 FOR UPDATE
    """
)
_SETTLE = text(
    """
    UPDATE delivery SET state = :state, due_at = NULL, suppression = NULL, changed_at = :now,
        last_reason = coalesce(:reason, last_reason),
        delivered_at = CASE WHEN :state = 'delivered' THEN CAST(:now AS timestamptz) END
    WHERE id = :id
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caused:
    """A delivery and the event it comes from."""

    delivery: Delivery
    cause: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is to be published, and the event it goes back to."""

    event: DeliveryEvent
    cause: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaiting:
    """A delivery that waited for a contact."""

    call_id: UUID
    person_id: PersonId
    answer_by: dt.datetime
    cause: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A delivery as it stands."""

    id: UUID
    call_id: UUID
    purpose: Purpose
    person_id: PersonId
    channel: Channel
    state: DeliveryState
    attempt: int
    unknown_outcomes: int
    cause: Envelope


async def write(session: AsyncSession, deliveries: Sequence[Caused], now: dt.datetime) -> list[Fact]:
    """Write what is not there yet; return what is to be published of it: the suppressed ones."""
    if not deliveries:
        return []
    rows = json.dumps([_row(one) for one in deliveries])
    written = set(await session.scalars(_WRITE, {"rows": rows, "now": now}))
    fresh = [one for one in deliveries if one.delivery.id in written]
    if any(one.delivery.state is DeliveryState.PENDING for one in fresh):
        session.info[WRITTEN] = True
    return [
        Fact(event=_suppressed_event(one, reason, now), cause=one.cause)
        for one in fresh
        if (reason := one.delivery.suppression)
    ]


async def suppress_of_calls(
    session: AsyncSession,
    call_ids: Sequence[UUID],
    states: Sequence[DeliveryState],
    reason: SuppressionReason,
    now: dt.datetime,
) -> list[Fact]:
    """Suppress the calls' own deliveries that are in one of these states."""
    rows = await session.execute(_OF_CALLS, {"ids": call_ids, "states": states, "reason": reason.value, "now": now})
    return _suppressed_facts(rows.mappings(), reason, now)


async def suppress_of_persons(
    session: AsyncSession, person_ids: Sequence[PersonId], reason: SuppressionReason, now: dt.datetime
) -> list[Fact]:
    """Suppress all that these persons have not been sent yet; an attempt under way ends as it ends."""
    rows = await session.execute(_OF_PERSONS, {"ids": person_ids, "reason": reason.value, "now": now})
    return _suppressed_facts(rows.mappings(), reason, now)


async def maybe_told(session: AsyncSession, call_ids: Sequence[UUID]) -> list[tuple[UUID, PersonId, Channel]]:
    """Call, person and channel of each message that left, is leaving or may have left."""
    rows = await session.execute(_MAYBE_TOLD, {"ids": call_ids})
    return [(call_id, person_id, Channel(channel)) for call_id, person_id, channel in rows]


async def take_awaiting(session: AsyncSession, person_ids: Sequence[PersonId]) -> list[Awaiting]:
    """Take out the deliveries that wait for the contact of these persons, to be routed and written anew."""
    rows = await session.execute(_TAKE_AWAITING, {"ids": person_ids})
    return [
        Awaiting(call_id=row["call_id"], person_id=row["person_id"], answer_by=row["deliver_by"], cause=cause_of(row))
        for row in rows.mappings()
    ]


async def reported(session: AsyncSession, *, delivery_id: UUID | None, gateway_reference: str | None) -> Known | None:
    """The SMS a gateway's report is about, by our reference, else by the gateway's; locked until the unit ends."""
    rows = await session.execute(_REPORTED, {"id": delivery_id, "reference": gateway_reference})
    row = rows.mappings().first()
    if row is None:
        return None
    return Known(
        id=row["id"],
        call_id=row["call_id"],
        purpose=Purpose(row["purpose"]),
        person_id=row["person_id"],
        channel=Channel(row["channel"]),
        state=DeliveryState(row["state"]),
        attempt=row["attempt"],
        unknown_outcomes=row["unknown_outcomes"],
        cause=cause_of(row),
    )


async def settle(
    session: AsyncSession, delivery_id: UUID, state: DeliveryState, now: dt.datetime, *, reason: str | None = None
) -> None:
    """Close a delivery as the gateway reported it."""
    values = {"id": delivery_id, "state": state.value, "now": now, "reason": reason}
    await session.execute(_SETTLE, values)


async def listed(
    session: AsyncSession, *, call_id: UUID | None, person_id: PersonId | None, limit: int
) -> Sequence[DeliveryRow]:
    """The newest deliveries of a call, of a person, or of both."""
    query = select(DeliveryRow).order_by(col(DeliveryRow.created_at).desc(), col(DeliveryRow.id)).limit(limit)
    if call_id is not None:
        query = query.where(DeliveryRow.call_id == call_id)
    if person_id is not None:
        query = query.where(DeliveryRow.person_id == person_id)
    return (await session.scalars(query)).all()


async def standing(session: AsyncSession) -> dict[DeliveryState, int]:
    """How many deliveries wait: for a contact, for their time, for an attempt's end."""
    waiting = [DeliveryState.AWAITING_CONTACT, DeliveryState.PENDING, DeliveryState.SENDING]
    query = (
        select(DeliveryRow.state, func.count())
        .where(col(DeliveryRow.state).in_([state.value for state in waiting]))
        .group_by(DeliveryRow.state)
    )
    counted = {DeliveryState(state): count for state, count in await session.execute(query)}
    return {state: counted.get(state, 0) for state in waiting}


def cause_of(row: Mapping[Any, Any]) -> Envelope:
    """The envelope of the event that a delivery comes from, as far as it is kept."""
    purpose = Purpose(row["purpose"]) if "purpose" in row else Purpose.CALL
    return Envelope(
        id=row["cause_id"],
        type=CallIssued.TYPE if purpose is Purpose.CALL else CallWithdrawn.TYPE,
        source="matching",
        time=row["since"],
        correlation_id=row["correlation_id"],
        traceparent=row["traceparent"],
        story_time=row["since"],
    )


def _row(one: Caused) -> dict[str, Any]:
    delivery, cause = one.delivery, one.cause
    return {
        "id": str(delivery.id),
        "call_id": str(delivery.call_id),
        "purpose": delivery.purpose.value,
        "person_id": str(delivery.person_id),
        "channel": delivery.channel.value,
        "state": delivery.state.value,
        "suppression": delivery.suppression.value if delivery.suppression else None,
        "deliver_by": delivery.deliver_by.isoformat(),
        "cause_id": cause.id,
        "correlation_id": cause.correlation_id or cause.id,
        "traceparent": cause.traceparent,
        "since": (cause.story_time or cause.time).isoformat(),
    }


def _suppressed_event(one: Caused, reason: SuppressionReason, now: dt.datetime) -> DeliverySuppressed:
    delivery = one.delivery
    return DeliverySuppressed(
        delivery_id=delivery.id,
        call_id=delivery.call_id,
        person_id=delivery.person_id,
        channel=delivery.channel,
        purpose=delivery.purpose,
        reason=reason,
        suppressed_at=now,
    )


def _suppressed_facts(rows: Iterable[Mapping[Any, Any]], reason: SuppressionReason, now: dt.datetime) -> list[Fact]:
    return [
        Fact(
            event=DeliverySuppressed(
                delivery_id=row["id"],
                call_id=row["call_id"],
                person_id=row["person_id"],
                channel=row["channel"],
                purpose=row["purpose"],
                reason=reason,
                suppressed_at=now,
            ),
            cause=cause_of(row),
        )
        for row in rows
    ]
