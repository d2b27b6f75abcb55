"""What the commands that publish as a landlord's system share: the event, its two doors, the receipt."""

from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import typer
from pydantic import ValidationError

from chassis.auth import Role
from chassis.incoming import field_errors
from contracts.landlord import LandlordEvent, Outcome, ReceiptIssued
from contracts.tenancy import TenancyEvent
from contracts.values import CLOSED
from stack import tokens
from stack.api_client import call
from stack.cli.running import run
from stack.cli.voice import console
from stack.errors import CommandError
from stack.landlord_system import LandlordSystem, SystemEvent, envelope_of, receipts, topic_of
from stack.state import StackState

SOURCE = "//parcours-command"
RECEIPT_TIMEOUT_S = 30.0

_Kind = TypeVar("_Kind", LandlordEvent, TenancyEvent)


def event_of(kind: str, event_class: type[_Kind], given: dict[str, Any]) -> _Kind:
    """The event of what is not None. Raises `CommandError` for a field that does not fit or does not belong."""
    said = {name: value for name, value in given.items() if value is not None}
    if strangers := sorted(said.keys() - event_class.model_fields.keys()):
        raise CommandError(f"{', '.join(strangers)}: not part of the kind `{kind}`; leave it out.")
    try:
        return event_class.model_validate(said, context=CLOSED)
    except ValidationError as error:
        raise CommandError(" ".join(f"{one.field}: {one.message}" for one in field_errors(error))) from error


def send(data: Path, siren: str, event: SystemEvent, *, event_id: str | None, door: str | None) -> None:
    """Publish over Kafka, or by POST to `door` ("service/path"), and show the receipt.

    Raises:
        CommandError: it cannot be sent, or no receipt came.
        typer.Exit: it was rejected.
    """
    state = StackState.find(data)
    if door is None:
        _show(run(_by_kafka(state, siren, event, event_id)))
    else:
        _show(run(_by_http(state, data, siren, event, event_id, door)))


async def _by_kafka(state: StackState, siren: str, event: SystemEvent, event_id: str | None) -> ReceiptIssued:
    topic = topic_of(event)
    async with LandlordSystem(state.broker, name=SOURCE) as system, receipts(state.broker) as answers:
        if not await system.known(siren, topic):
            raise CommandError(
                f"The landlord {siren} has no topic here: `parcours landlord add {siren} NAME` registers it."
            )
        envelope = await system.publish(siren, event, event_id=event_id)
        console.print(f"Published {event.TYPE} {envelope.id} to {topic.of(siren)}.")
        receipt = await answers.of(envelope, timeout_s=RECEIPT_TIMEOUT_S)
    if receipt is None:
        raise CommandError(
            f"No receipt came within {RECEIPT_TIMEOUT_S:.0f} s; the event is kept. "
            "`parcours status` says whether its service reads."
        )
    return receipt


async def _by_http(
    state: StackState, data: Path, siren: str, event: SystemEvent, event_id: str | None, door: str
) -> ReceiptIssued:
    token, _ = tokens.issue(data, subject="parcours-command", role=Role.LANDLORD, siren=siren)
    envelope = envelope_of(event, siren, source=SOURCE, event_id=event_id)
    service, _, path = door.partition("/")
    answer = await call(
        "POST",
        f"{state.address_of(service)}/{path}",
        token=token,
        body=event.encode(),
        headers={
            "Content-Type": "application/json",
            "Idempotency-Key": envelope.id,
            "ce-specversion": "1.0",
            "ce-id": quote(envelope.id),
            "ce-source": envelope.source,
            "ce-type": envelope.type,
            "ce-time": envelope.time.isoformat(),
        },
    )
    return ReceiptIssued.decode(answer.content)


def _show(receipt: ReceiptIssued) -> None:
    for error in receipt.errors:
        console.print(f"  {error.field}: {error.message}", markup=False)
    known = {"vacancy": receipt.vacancy_id, "tenancy": receipt.tenancy_id}
    about = "".join(f", {name} {known_id}" for name, known_id in known.items() if known_id)
    colour = "red" if receipt.outcome is Outcome.REJECTED else "green"
    console.print(f"[{colour}]{receipt.outcome}[/{colour}] {receipt.event_type} {receipt.event_id}{about}")
    if receipt.outcome is Outcome.REJECTED:
        raise typer.Exit(1)
