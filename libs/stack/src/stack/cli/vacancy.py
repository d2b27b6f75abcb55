"""`parcours vacancy publish …`: what a landlord's system would send."""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from pydantic import ValidationError

from chassis.auth import Role
from chassis.incoming import field_errors
from contracts import landlord
from contracts.landlord import LandlordEvent, Outcome, ReceiptIssued
from contracts.topics import LANDLORD_VACANCY
from contracts.values import CLOSED
from stack import tokens
from stack.api_client import call
from stack.cli.app import app
from stack.cli.options import Data
from stack.cli.running import run
from stack.cli.voice import console
from stack.errors import CommandError
from stack.landlord_system import LandlordSystem, envelope_of, receipts
from stack.state import StackState

vacancy = typer.Typer(help="What a landlord's system says of its vacancies.", no_args_is_help=True)
app.add_typer(vacancy, name="vacancy")

SOURCE = "//parcours-command"
RECEIPT_TIMEOUT_S = 30.0


class Kind(StrEnum):
    NOTICE = "notice"
    WORKS = "works"
    AVAILABLE = "available"
    CANCELLED = "cancelled"
    LET = "let"


_EVENTS: dict[Kind, tuple[type[LandlordEvent], str]] = {
    Kind.NOTICE: (landlord.NoticeReceived, "received_on"),
    Kind.WORKS: (landlord.WorksPlanned, "starts_on"),
    Kind.AVAILABLE: (landlord.DwellingAvailable, "available_on"),
    Kind.CANCELLED: (landlord.VacancyCancelled, "withdrawn_on"),
    Kind.LET: (landlord.DwellingLet, "lease_signed_on"),
}
"""The event of each kind, and what `--on` is called in it."""


@vacancy.command("publish")
def publish(
    kind: Annotated[Kind, typer.Argument(help="What happened.")],
    siren: Annotated[str, typer.Option(help="The landlord's SIREN.")],
    dwelling: Annotated[str, typer.Option(help="The dwelling's RPLS identifier, ten characters.")],
    data: Data,
    vacancy_reference: Annotated[
        str | None,
        typer.Option("--vacancy", help="Your own name of this vacancy; made from dwelling and day if absent."),
    ] = None,
    on: Annotated[
        dt.datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The day: of the notice, the works' first, available from, the lease's."
        ),
    ] = None,
    until: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The works' last day.")] = None,
    months: Annotated[int | None, typer.Option(help="Months of notice: 1, 2 or 3.")] = None,
    works_days: Annotated[int | None, typer.Option(help="Days of works after the notice.")] = None,
    rent: Annotated[float | None, typer.Option(help="Principal rent at re-letting, euros a month.")] = None,
    charges: Annotated[float | None, typer.Option(help="Recoverable charges, euros a month.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why it was cancelled.")] = None,
    event_id: Annotated[str | None, typer.Option("--id", help="The event's id; the same again is a duplicate.")] = None,
    *,
    http: Annotated[bool, typer.Option("--http", help="By POST instead of Kafka.")] = False,
) -> None:
    """Publish one event as a landlord's system would, and show the receipt."""
    day = (on or dt.datetime.now(tz=dt.UTC)).date()
    event_class, named_day = _EVENTS[kind]
    given: dict[str, Any] = {
        "dwelling_reference": dwelling,
        "vacancy_reference": vacancy_reference or f"{dwelling}/{day:%Y}",
        named_day: day.isoformat(),
        "ends_on": until and until.date().isoformat(),
        "notice_months": months,
        "works_days": works_days,
        "base_rent_cents": None if rent is None else round(rent * 100),
        "service_charges_cents": None if charges is None else round(charges * 100),
        "reason": reason,
    }
    event = event_of(kind, event_class, {name: value for name, value in given.items() if value is not None})
    state = StackState.find(data)
    send = _by_http(state, data, siren, event, event_id) if http else _by_kafka(state, siren, event, event_id)
    _show(run(send))


def event_of(kind: Kind, event_class: type[LandlordEvent], given: dict[str, Any]) -> LandlordEvent:
    """The event. Raises `CommandError` for a field that does not fit or does not belong."""
    if strangers := sorted(given.keys() - event_class.model_fields.keys()):
        raise CommandError(f"{', '.join(strangers)}: not part of the kind `{kind}`; leave it out.")
    try:
        return event_class.model_validate(given, context=CLOSED)
    except ValidationError as error:
        raise CommandError("; ".join(f"{one.field}: {one.message}" for one in field_errors(error)) + ".") from error


async def _by_kafka(state: StackState, siren: str, event: LandlordEvent, event_id: str | None) -> ReceiptIssued:
    async with LandlordSystem(state.broker, name=SOURCE) as system, receipts(state.broker) as answers:
        if not await system.known(siren):
            raise CommandError(
                f"The landlord {siren} has no topic here: `parcours landlord add {siren} NAME` registers it."
            )
        envelope = await system.publish(siren, event, event_id=event_id)
        console.print(f"Published {event.TYPE} {envelope.id} to {LANDLORD_VACANCY.of(siren)}.")
        receipt = await answers.of(envelope, timeout_s=RECEIPT_TIMEOUT_S)
    if receipt is None:
        raise CommandError(
            f"No receipt came within {RECEIPT_TIMEOUT_S:.0f} s; the event is kept. "
            "`parcours status` says whether inventory reads."
        )
    return receipt


async def _by_http(
    state: StackState, data: Path, siren: str, event: LandlordEvent, event_id: str | None
) -> ReceiptIssued:
    token, _ = tokens.issue(data, subject="parcours-command", role=Role.LANDLORD, siren=siren)
    envelope = envelope_of(event, siren, source=SOURCE, event_id=event_id)
    answer = await call(
        "POST",
        f"{state.address_of('inventory')}/v1/vacancy-events",
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
    vacancy_id = f", vacancy {receipt.vacancy_id}" if receipt.vacancy_id else ""
    colour = "red" if receipt.outcome is Outcome.REJECTED else "green"
    console.print(f"[{colour}]{receipt.outcome}[/{colour}] {receipt.event_type} {receipt.event_id}{vacancy_id}")
    if receipt.outcome is Outcome.REJECTED:
        raise typer.Exit(1)
