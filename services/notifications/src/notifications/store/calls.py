"""What a message says of a call, and whether it still stands."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.matching import CallIssued, CallWithdrawalReason, CallWithdrawn
from contracts.values import DwellingFacts
from notifications.domain.call import Call, CallState

_OPEN = text(
    """
    INSERT INTO call
        (call_id, vacancy_id, dwelling, available_on, called, answer_by, reasons, policy, state, changed_at)
    SELECT call_id, vacancy_id, dwelling, available_on, called, answer_by, reasons, policy, 'issued', :now
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(call_id uuid, vacancy_id uuid, dwelling jsonb,
        available_on date, called int, answer_by timestamptz, reasons jsonb, policy text)
    ON CONFLICT DO NOTHING
    """
)
_WITHDRAW = text(
    """
    UPDATE call SET state = 'withdrawn', withdrawal_reason = r.reason, changed_at = :now
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(call_id uuid, reason text)
    WHERE call.call_id = r.call_id AND call.state = 'issued'
    RETURNING call.call_id
    """
)


async def open_all(session: AsyncSession, events: Sequence[CallIssued], now: dt.datetime) -> None:
    """Keep what the messages of these calls will say; a call that is there stays as it is."""
    rows = [
        event.model_dump(
            mode="json",
            include={"call_id", "vacancy_id", "dwelling", "available_on", "called", "answer_by", "reasons", "policy"},
        )
        for event in events
    ]
    await session.execute(_OPEN, {"rows": json.dumps(rows), "now": now})


async def withdraw_all(session: AsyncSession, events: Sequence[CallWithdrawn], now: dt.datetime) -> set[UUID]:
    """Withdraw the calls that stand; return those that did."""
    rows = [{"call_id": str(event.call_id), "reason": event.reason.value} for event in events]
    return set(await session.scalars(_WITHDRAW, {"rows": json.dumps(rows), "now": now}))


def call_of(row: Mapping[Any, Any]) -> Call:
    """Of a row with the columns of `call`, its state as `call_state`, the documents as text."""
    return Call(
        call_id=row["call_id"],
        vacancy_id=row["vacancy_id"],
        dwelling=_dwelling(row["dwelling"]),
        available_on=row["available_on"],
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
