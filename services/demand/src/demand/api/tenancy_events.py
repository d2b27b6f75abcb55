"""The HTTP door for what landlords say of sitting tenancies, and the receipts of both doors."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from chassis.auth import Landlord
from chassis.http import CommandRoute, CommandWork
from chassis.http.facts import CloudEvent, cloud_event, event_body, of_one_sender, take
from contracts.landlord import ReceiptIssued
from contracts.tenancy import TENANCY_EVENTS
from contracts.topics import LANDLORD_TENANCY
from contracts.values import Value
from demand import store

router = APIRouter(route_class=CommandRoute, tags=["tenancy events"])

_BODY = event_body(
    {
        "dwelling_reference": "7500123456",
        "tenancy_reference": "BAIL-1987-04",
        "as_of": "2026-11-01",
        "arrears_cents": 0,
        "valid_until": "2027-01-31",
    }
)


class TenancyEventDocument(Value):
    """What became of each arrival under one id, in order of arrival; the first accepted one counts."""

    event_id: str
    receipts: list[ReceiptIssued]


@router.post("/tenancy-events", status_code=202, openapi_extra=_BODY)
async def send_tenancy_event(
    request: Request,
    event: Annotated[CloudEvent, Depends(cloud_event(TENANCY_EVENTS))],
    landlord: Landlord,
    work: CommandWork,
    response: Response,
) -> ReceiptIssued:
    """Say something of a tenancy, by the same handler and inbox as the landlord's Kafka topic.

    The landlord is the token's. An event may be sent again, late and in any order.
    """
    assert landlord.siren, "a landlord's token has a SIREN"
    await take(request, event, work, topic=LANDLORD_TENANCY.of(landlord.siren))
    receipts = await store.tenancy_receipts(work.session, landlord.siren, event.id, source=event.source)
    response.headers["Location"] = f"/v1/tenancy-events/{quote(event.id, safe='')}"
    return receipts[-1]


@router.get("/tenancy-events/{event_id:path}")
async def get_tenancy_event(
    event_id: str,
    landlord: Landlord,
    work: CommandWork,
    source: Annotated[str | None, Query(description="Needed where several systems use one id.")] = None,
) -> TenancyEventDocument:
    """What became of an event of the token's landlord, by whatever door it came."""
    assert landlord.siren, "a landlord's token has a SIREN"
    receipts = await store.tenancy_receipts(work.session, landlord.siren, event_id, source=source)
    return TenancyEventDocument(event_id=event_id, receipts=of_one_sender(receipts, event_id, landlord.siren))
