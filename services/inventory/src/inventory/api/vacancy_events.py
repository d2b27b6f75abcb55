"""The HTTP door for landlords' events: CloudEvents 1.0 in binary mode, as on Kafka.

The attributes are headers (`ce-id`, `ce-source`, `ce-type`, `ce-time`), the body is the event's JSON, byte for byte
what a record's value would be. What cannot be read is refused at once and nothing is kept; what can be read gets a
receipt, and the receipt says whether it was accepted.
"""

from typing import Annotated
from urllib.parse import quote, unquote_to_bytes

from fastapi import APIRouter, Header, Query, Request, Response

from chassis.auth import Landlord
from chassis.edge import Edge, RecordRefused
from chassis.http import CommandRoute, CommandWork, Conflict, Invalid, NotFound
from chassis.http.body import CommandRequest
from chassis.record import Record
from contracts.landlord import VACANCY_EVENTS, ReceiptIssued
from contracts.topics import LANDLORD_VACANCY
from contracts.values import Value
from inventory import store

router = APIRouter(route_class=CommandRoute, tags=["vacancy events"])

_BODY = {
    "requestBody": {
        "required": True,
        "description": "The event's JSON, as the schema of its `ce-type` in AsyncAPI says.",
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "example": {
                    "dwelling_reference": "7500123456",
                    "vacancy_reference": "V-2026-0017",
                    "received_on": "2026-11-20",
                    "notice_months": 1,
                    "works_days": 10,
                },
            }
        },
    }
}


class VacancyEventDocument(Value):
    """What became of each arrival under one id, in order of arrival; the first accepted one counts."""

    event_id: str
    receipts: list[ReceiptIssued]


@router.post("/vacancy-events", status_code=202, openapi_extra=_BODY)
async def send_vacancy_event(
    request: Request,
    landlord: Landlord,
    work: CommandWork,
    response: Response,
    ce_id: Annotated[str, Header(description="The event's own id, the same when it is sent again.")],
    ce_source: Annotated[str, Header(description="The system that says it.", examples=["//paris-habitat/erp"])],
    ce_type: Annotated[str, Header(examples=[event.TYPE for event in VACANCY_EVENTS])],
    ce_time: Annotated[str, Header(description="When it happened, with an offset.", examples=["2026-11-22T09:30:00Z"])],
    ce_specversion: Annotated[str, Header()] = "1.0",
) -> ReceiptIssued:
    """Say something of a vacancy, by the same handler and inbox as the landlord's Kafka topic.

    The landlord is the token's. An event may be sent again, late and in any order.
    """
    assert landlord.siren, "a landlord's token has a SIREN"
    assert isinstance(request, CommandRequest), "CommandRoute's"
    await request.check_media_type()
    await request.json()
    attributes = {
        "ce_id": ce_id,
        "ce_source": ce_source,
        "ce_type": ce_type,
        "ce_time": ce_time,
        "ce_specversion": ce_specversion,
    }
    edge: Edge = request.app.state.edge
    record = Record(
        topic=LANDLORD_VACANCY.of(landlord.siren),
        key=None,
        value=await request.body(),
        headers=[(name, _unquoted(value)) for name, value in attributes.items()],
    )
    try:
        await edge.accept(record, work)
    except RecordRefused as refused:
        raise Invalid(refused.errors) from refused
    event_id = _unquoted(ce_id).decode()
    receipts = await store.receipts(work.session, landlord.siren, event_id, source=_unquoted(ce_source).decode())
    response.headers["Location"] = f"/v1/vacancy-events/{quote(event_id, safe='')}"
    return receipts[-1]


@router.get("/vacancy-events/{event_id:path}")
async def get_vacancy_event(
    event_id: str,
    landlord: Landlord,
    work: CommandWork,
    source: Annotated[str | None, Query(description="Needed where several systems use one id.")] = None,
) -> VacancyEventDocument:
    """What became of an event of the token's landlord, by whatever door it came."""
    assert landlord.siren, "a landlord's token has a SIREN"
    receipts = await store.receipts(work.session, landlord.siren, event_id, source=source)
    if not receipts:
        raise NotFound(f"No event {event_id} of landlord {landlord.siren} has arrived here.")
    if len(sources := sorted({receipt.event_source for receipt in receipts})) > 1:
        raise Conflict(f"Several systems sent an event {event_id}; add ?source= and one of {', '.join(sources)}.")
    return VacancyEventDocument(event_id=event_id, receipts=receipts)


def _unquoted(value: str) -> bytes:
    """A header's value without its percent-encoding (CloudEvents HTTP binding, §3.1.3.2)."""
    return unquote_to_bytes(value.encode("latin-1"))
