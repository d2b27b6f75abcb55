"""Messages in a sender's hands: an attempt is begun under a lease and settled once, by its number.

Alerts and notices stand in the same table, each with a column of its own for when they are due.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from contracts.event import Envelope
from contracts.notifications import SuppressionReason
from contracts.values import Channel, PersonId
from notifications.domain.contact import Contact
from notifications.domain.delivery import DeliveryState, Purpose

_BEGIN = """
    UPDATE delivery SET state = 'sending', attempt = attempt + 1, {due} = $2, changed_at = $3,
        unknown_outcomes = unknown_outcomes + CASE state WHEN 'sending' THEN 1 ELSE 0 END
    WHERE id = ANY($1)
"""
_CHANGE = """
    UPDATE delivery d SET state = o.state, {due} = o.due_at, changed_at = $1, suppression = o.suppression,
        gateway_reference = coalesce(o.reference, d.gateway_reference), last_reason = coalesce(o.reason, d.last_reason),
        unknown_outcomes = d.unknown_outcomes + o.unknown,
        sent_at = CASE o.state WHEN 'sent' THEN $1 ELSE d.sent_at END
    FROM unnest($2::uuid[], $3::int[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::int[])
        AS o(id, attempt, state, due_at, suppression, reference, reason, unknown)
    WHERE d.id = o.id AND d.attempt = o.attempt AND coalesce(d.state, '') IN ('pending', 'sending')
    RETURNING d.id
"""
"""`coalesce` keeps the planner from the index of what is due: where statistics were taken while nothing was, it would
go through all that is under its lease once for each outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery whose time has come, its row locked, with its contact as it is now.

    `attempt` is the number of the attempt before; `cut_off` when nobody ever said how that one ended.
    """

    id: UUID
    call_id: UUID
    """Of the call, or of the notice."""
    purpose: Purpose
    person_id: PersonId
    channel: Channel
    attempt: int
    cut_off: bool
    deliver_by: dt.datetime
    contact: Contact | None
    cause: Envelope

    @property
    def number(self) -> int:
        """Of the attempt that begins now."""
        return self.attempt + 1


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


class Attempts:
    """Those of the deliveries that are due by one of the columns."""

    def __init__(self, due: str) -> None:
        self._begin = _BEGIN.format(due=due)
        self._change = _CHANGE.format(due=due)

    async def begin(
        self, session: AsyncSession, ids: Sequence[UUID], *, lease_until: dt.datetime, now: dt.datetime
    ) -> None:
        """Count one more attempt of each, under a lease."""
        await sql.execute(session, self._begin, ids, lease_until, now)

    async def change(self, session: AsyncSession, changes: Iterable[Change], now: dt.datetime) -> set[UUID]:
        """Write what became of a batch; return those whose row took it."""
        rows = [_row(one) for one in changes]
        return set(await sql.column(session, self._change, now, *zip(*rows, strict=True))) if rows else set()


def _row(one: Change) -> tuple[Any, ...]:
    return (
        *(one.id, one.attempt, one.state, one.due_at, one.suppression, one.reference, one.reason),
        int(one.outcome_unknown),
    )
