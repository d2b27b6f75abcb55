"""The HTTP door for landlords' events: CloudEvents 1.0 in binary mode, as on Kafka.

The attributes are headers (`ce-id`, `ce-source`, `ce-type`, `ce-time`), the body is the event's JSON, byte for byte
what a record's value would be. What cannot be read is refused at once and nothing is kept; what can be read gets a
receipt, and the receipt says whether it was accepted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import unquote_to_bytes

from fastapi import Header, Request

from chassis.edge import Edge, RecordRefused
from chassis.http.body import CommandRequest
from chassis.problems import Conflict, Invalid, NotFound
from chassis.record import Record
from chassis.work import Work
from contracts.event import Event
from contracts.landlord import ReceiptIssued


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudEvent:
    """The attributes of an event that came by HTTP, without their percent-encoding (HTTP binding, §3.1.3.2)."""

    attributes: dict[str, bytes]

    @property
    def id(self) -> str:
        return self.attributes["ce_id"].decode()

    @property
    def source(self) -> str:
        return self.attributes["ce_source"].decode()


def cloud_event(types: Sequence[type[Event]]) -> Callable[..., CloudEvent]:
    """The dependency that reads the attributes; `types` are named in the documentation."""

    def read(
        ce_id: Annotated[str, Header(description="The event's own id, the same when it is sent again.")],
        ce_source: Annotated[str, Header(description="The system that says it.", examples=["//paris-habitat/erp"])],
        ce_type: Annotated[str, Header(examples=[event.TYPE for event in types])],
        ce_time: Annotated[
            str, Header(description="When it happened, with an offset.", examples=["2026-11-22T09:30:00Z"])
        ],
        ce_specversion: Annotated[str, Header()] = "1.0",
    ) -> CloudEvent:
        attributes = {
            "ce_id": ce_id,
            "ce_source": ce_source,
            "ce_type": ce_type,
            "ce_time": ce_time,
            "ce_specversion": ce_specversion,
        }
        return CloudEvent(
            attributes={name: unquote_to_bytes(value.encode("latin-1")) for name, value in attributes.items()}
        )

    return read


def event_body(example: dict[str, Any]) -> dict[str, Any]:
    """`openapi_extra` of a route whose body is an event's."""
    return {
        "requestBody": {
            "required": True,
            "description": "The event's JSON, as the schema of its `ce-type` in AsyncAPI says.",
            "content": {"application/json": {"schema": {"type": "object"}, "example": example}},
        }
    }


async def take(request: Request, event: CloudEvent, work: Work, *, topic: str) -> None:
    """Handle the request's body as a record of `topic`, by the same inbox and handlers as Kafka's.

    Raises:
        Invalid: Kafka's door would make it a dead letter.
    """
    assert isinstance(request, CommandRequest), "CommandRoute's"
    await request.check_media_type()
    await request.json()
    edge: Edge = request.app.state.edge
    record = Record(topic=topic, key=None, value=await request.body(), headers=[*event.attributes.items()])
    try:
        await edge.accept(record, work)
    except RecordRefused as refused:
        raise Invalid(refused.errors) from refused


def of_one_sender(receipts: Sequence[ReceiptIssued], event_id: str, landlord: str) -> list[ReceiptIssued]:
    """What became of each arrival under one id, in order of arrival; the first accepted one counts.

    Raises:
        NotFound: there was none.
        Conflict: several systems use this id.
    """
    if not receipts:
        raise NotFound(f"No event {event_id} of landlord {landlord} has arrived here.")
    if len(sources := sorted({receipt.event_source for receipt in receipts})) > 1:
        raise Conflict(f"Several systems sent an event {event_id}; add ?source= and one of {', '.join(sources)}.")
    return list(receipts)
