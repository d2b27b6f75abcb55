"""Deliveries as handlers, jobs and routes see them. The sender's own queries are in `store.sending`."""

import datetime as dt
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from chassis import sql
from contracts.event import Envelope
from contracts.matching import CallIssued, CallWithdrawn
from contracts.notifications import DeliveryEvent, DeliverySuppressed, SuppressionReason
from contracts.values import Channel, PersonId
from notifications.domain.delivery import Delivery, DeliveryState, Purpose
from notifications.store.tables import DeliveryRow

WRITTEN = "notifications.deliveries"
"""Set in a session's `info` when something became due in it: what wakes the sender after the commit."""

_COLUMNS = "id, call_id, purpose, person_id, channel, state, suppression, cause_id, correlation_id, traceparent, since"
_WRITE = f"""
    INSERT INTO delivery ({_COLUMNS}, deliver_by, due_at, attempt, created_at, changed_at)
    SELECT {_COLUMNS}, deliver_by, CASE state WHEN 'pending' THEN $1 WHEN 'sending' THEN $2::timestamptz END,
        CASE state WHEN 'sending' THEN 1 ELSE 0 END, $1, $1
    FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[],
        $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[]) AS r({_COLUMNS}, deliver_by)
    ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608 - constants
_SUPPRESS = """
    UPDATE delivery SET state = 'suppressed', suppression = $1, due_at = NULL, changed_at = $2
    WHERE {which} RETURNING id, call_id, purpose, person_id, channel, cause_id, correlation_id, traceparent, since
"""
_OF_CALLS = _SUPPRESS.format(which="call_id = ANY($3) AND purpose = 'call' AND state = ANY($4)")
_OF_PERSONS = _SUPPRESS.format(which="person_id = ANY($3) AND state IN ('awaiting_contact', 'pending')")
_MAYBE_TOLD = """
    SELECT call_id, person_id, channel FROM delivery
    WHERE call_id = ANY($1) AND purpose = 'call'
      AND (state IN ('sending', 'sent', 'delivered') OR unknown_outcomes > 0)
"""
_TAKE_AWAITING = """
    DELETE FROM delivery WHERE person_id = ANY($1) AND state = 'awaiting_contact'
    RETURNING call_id, person_id, deliver_by, cause_id, correlation_id, traceparent, since
"""


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


async def write(
    session: AsyncSession,
    deliveries: Sequence[Caused],
    now: dt.datetime,
    *,
    leased: Container[UUID] = (),
    lease_until: dt.datetime | None = None,
) -> tuple[set[UUID], list[Fact]]:
    """Write what is not there yet; return its ids, and what is to be published of it: the suppressed ones.

    Those in `leased` are written as under their first attempt: whoever writes them hands them over.
    """
    if not deliveries:
        return set(), []
    rows = [_row(one, sending=one.delivery.id in leased) for one in deliveries]
    written = set(await sql.column(session, _WRITE, now, lease_until, *zip(*rows, strict=True)))
    fresh = [one for one in deliveries if one.delivery.id in written]
    if any(one.delivery.state is DeliveryState.PENDING and one.delivery.id not in leased for one in fresh):
        session.info[WRITTEN] = True
    facts = [
        Fact(event=suppressed(one.delivery, reason, now), cause=one.cause)
        for one in fresh
        if (reason := one.delivery.suppression)
    ]
    return written, facts


async def suppress_of_calls(
    session: AsyncSession,
    call_ids: Sequence[UUID],
    states: Sequence[DeliveryState],
    reason: SuppressionReason,
    now: dt.datetime,
) -> list[Fact]:
    """Suppress the calls' own deliveries that are in one of these states."""
    rows = await sql.fetch(session, _OF_CALLS, reason.value, now, call_ids, states)
    return _suppressed_facts(rows, reason, now)


async def suppress_of_persons(
    session: AsyncSession, person_ids: Sequence[PersonId], reason: SuppressionReason, now: dt.datetime
) -> list[Fact]:
    """Suppress all that these persons have not been sent yet; an attempt under way ends as it ends."""
    return _suppressed_facts(await sql.fetch(session, _OF_PERSONS, reason.value, now, person_ids), reason, now)


async def maybe_told(session: AsyncSession, call_ids: Sequence[UUID]) -> list[tuple[UUID, PersonId, Channel]]:
    """Call, person and channel of each message that left, is leaving or may have left."""
    rows = await sql.fetch(session, _MAYBE_TOLD, call_ids)
    return [(call_id, person_id, Channel(channel)) for call_id, person_id, channel in rows]


async def take_awaiting(session: AsyncSession, person_ids: Sequence[PersonId]) -> list[Awaiting]:
    """Take out the deliveries that wait for the contact of these persons, to be routed and written anew."""
    rows = await sql.fetch(session, _TAKE_AWAITING, person_ids)
    return [
        Awaiting(call_id=row["call_id"], person_id=row["person_id"], answer_by=row["deliver_by"], cause=cause_of(row))
        for row in rows
    ]


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


def suppressed(one: Delivery, reason: SuppressionReason, now: dt.datetime) -> DeliverySuppressed:
    return DeliverySuppressed(
        delivery_id=one.id,
        call_id=one.call_id,
        person_id=one.person_id,
        channel=one.channel,
        purpose=one.purpose,
        reason=reason,
        suppressed_at=now,
    )


def suppressed_in(row: Mapping[Any, Any], reason: SuppressionReason, now: dt.datetime) -> DeliverySuppressed:
    """The same of a row of `delivery`."""
    return DeliverySuppressed(
        delivery_id=row["id"],
        call_id=row["call_id"],
        person_id=row["person_id"],
        channel=row["channel"],
        purpose=row["purpose"],
        reason=reason,
        suppressed_at=now,
    )


def cause_of(row: Mapping[Any, Any]) -> Envelope:
    """The envelope of the event that a delivery comes from, as far as it is kept."""
    purpose = Purpose(row["purpose"]) if "purpose" in row else Purpose.CALL
    return kept_cause(row, CallIssued.TYPE if purpose is Purpose.CALL else CallWithdrawn.TYPE, source="matching")


def kept_cause(row: Mapping[Any, Any], event_type: str, *, source: str) -> Envelope:
    """Of a row of `delivery`."""
    return Envelope(
        id=row["cause_id"],
        type=event_type,
        source=source,
        time=row["since"],
        correlation_id=row["correlation_id"],
        traceparent=row["traceparent"],
        story_time=row["since"],
    )


def _row(one: Caused, *, sending: bool) -> tuple[Any, ...]:
    delivery, cause = one.delivery, one.cause
    state = DeliveryState.SENDING if sending else delivery.state
    return (
        *(delivery.id, delivery.call_id, delivery.purpose, delivery.person_id, delivery.channel, state),
        *(delivery.suppression, cause.id, cause.correlation_id or cause.id, cause.traceparent),
        *(cause.story_time or cause.time, delivery.deliver_by),
    )


def _suppressed_facts(rows: Iterable[Mapping[Any, Any]], reason: SuppressionReason, now: dt.datetime) -> list[Fact]:
    return [Fact(event=suppressed_in(row, reason, now), cause=cause_of(row)) for row in rows]
