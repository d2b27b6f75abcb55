"""What was told to whom."""

import datetime as dt
from typing import Annotated, Self
from uuid import UUID

import structlog
from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.http import CommandRoute, CommandWork, Invalid
from contracts.landlord import FieldError
from contracts.notifications import SuppressionReason
from contracts.values import Channel
from notifications.api.access import Reader
from notifications.domain.delivery import DeliveryState, Purpose
from notifications.store import deliveries
from notifications.store.tables import DeliveryRow

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute)


class DeliveryView(BaseModel):
    """One message: how it stands. Nothing here says who the person is."""

    id: UUID
    call_id: UUID
    purpose: Purpose
    person_id: UUID
    channel: Channel
    state: DeliveryState
    attempts: int
    unknown_outcomes: int
    """Attempts of which nobody knows whether the message left; each may have made a second copy."""
    suppression: SuppressionReason | None
    last_reason: str | None
    """Why the last attempt that failed did."""
    next_attempt_at: dt.datetime | None
    deliver_by: dt.datetime
    created_at: dt.datetime
    sent_at: dt.datetime | None
    delivered_at: dt.datetime | None

    @classmethod
    def of(cls, row: DeliveryRow) -> Self:
        return cls(
            id=row.id,
            call_id=row.call_id,
            purpose=Purpose(row.purpose),
            person_id=row.person_id,
            channel=Channel(row.channel),
            state=DeliveryState(row.state),
            attempts=row.attempt,
            unknown_outcomes=row.unknown_outcomes,
            suppression=SuppressionReason(row.suppression) if row.suppression else None,
            last_reason=row.last_reason,
            next_attempt_at=row.due_at if row.state == DeliveryState.PENDING else None,
            deliver_by=row.deliver_by,
            created_at=row.created_at,
            sent_at=row.sent_at,
            delivered_at=row.delivered_at,
        )


@router.get("/deliveries")
async def list_deliveries(
    reader: Reader,
    work: CommandWork,
    call_id: UUID | None = None,
    person_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[DeliveryView]:
    """The messages about a call, to a person, or both; newest first."""
    if call_id is None and person_id is None:
        error = FieldError(field="query.call_id", message="call_id or person_id is needed.")
        raise Invalid([error], "Say whose deliveries: give call_id, person_id or both.")
    log.info("deliveries read", by=reader.subject, call_id=str(call_id), person_id=str(person_id))
    rows = await deliveries.listed(work.session, call_id=call_id, person_id=person_id, limit=limit)
    return [DeliveryView.of(row) for row in rows]
