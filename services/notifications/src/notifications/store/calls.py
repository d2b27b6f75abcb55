"""What a message says of a call, and whether it still stands."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from contracts.matching import CallIssued, CallWithdrawalReason, CallWithdrawn
from contracts.values import DwellingFacts
from notifications.domain.call import Call, CallState

_OPEN = """
    INSERT INTO call
        (call_id, vacancy_id, dwelling, available_on, called, answer_by, reasons, policy, available_on_expected,
            like_homes, state, changed_at)
    SELECT call_id, vacancy_id, dwelling::jsonb, available_on, called, answer_by, reasons::jsonb, policy,
        available_on_expected, like_homes, 'issued', $1
    FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::date[], $6::int[], $7::timestamptz[], $8::text[], $9::text[],
            $10::bool[], $11::int[])
        AS r(call_id, vacancy_id, dwelling, available_on, called, answer_by, reasons, policy, available_on_expected,
            like_homes)
    ON CONFLICT DO NOTHING
"""
_WITHDRAW = """
    UPDATE call SET state = 'withdrawn', withdrawal_reason = r.reason, changed_at = $1
    FROM unnest($2::uuid[], $3::text[]) AS r(call_id, reason)
    WHERE call.call_id = r.call_id AND call.state = 'issued'
    RETURNING call.call_id
"""


async def open_all(session: AsyncSession, events: Sequence[CallIssued], now: dt.datetime) -> None:
    """Keep what the messages of these calls will say; a call that is there stays as it is."""
    await sql.execute(session, _OPEN, now, *zip(*map(_row, events), strict=True))


async def withdraw_all(session: AsyncSession, events: Sequence[CallWithdrawn], now: dt.datetime) -> set[UUID]:
    """Withdraw the calls that stand; return those that did."""
    reasons = {event.call_id: event.reason.value for event in events}
    return set(await sql.column(session, _WITHDRAW, now, list(reasons), list(reasons.values())))


def call_in(event: CallIssued) -> Call:
    """The call that an event tells of, as it would be read back."""
    return Call(
        call_id=event.call_id,
        vacancy_id=event.vacancy_id,
        dwelling=_dwelling(event.dwelling.model_dump_json()),
        available_on=event.available_on,
        available_on_expected=event.available_on_expected,
        like_homes=event.like_homes,
        called=event.called,
        answer_by=event.answer_by,
        reasons=tuple(event.reasons),
        policy=event.policy,
    )


def call_of(row: Mapping[Any, Any]) -> Call:
    """Of a row with the columns of `call`, its state as `call_state`, the documents as text."""
    return Call(
        call_id=row["call_id"],
        vacancy_id=row["vacancy_id"],
        dwelling=_dwelling(row["dwelling"]),
        available_on=row["available_on"],
        available_on_expected=row["available_on_expected"],
        like_homes=row["like_homes"],
        called=row["called"],
        answer_by=row["answer_by"],
        reasons=tuple(json.loads(row["reasons"])),
        policy=row["policy"],
        state=CallState(row["call_state"]),
        withdrawal_reason=CallWithdrawalReason(row["withdrawal_reason"]) if row["withdrawal_reason"] else None,
    )


@lru_cache(512)
def _dwelling(document: str) -> DwellingFacts:
    """All who are asked about a home share its object, which makes their messages' common part found at once."""
    return DwellingFacts.model_validate_json(document)


def _row(event: CallIssued) -> tuple[Any, ...]:
    return (
        *(event.call_id, event.vacancy_id, event.dwelling.model_dump_json(), event.available_on, event.called),
        *(event.answer_by, json.dumps(event.reasons), event.policy, event.available_on_expected, event.like_homes),
    )
