"""`parcours vacancy publish …`: what a landlord's system would send."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import typer

from contracts import landlord
from contracts.landlord import LandlordEvent
from stack.cli.app import app
from stack.cli.options import Data
from stack.cli.publishing import event_of, send

vacancy = typer.Typer(help="What a landlord's system says of its vacancies.", no_args_is_help=True)
app.add_typer(vacancy, name="vacancy")


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
    application: Annotated[
        UUID | None, typer.Option(help="The application of the household that signed the lease.")
    ] = None,
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
        "application_id": None if application is None else str(application),
    }
    event = event_of(kind, event_class, given)
    send(data, siren, event, event_id=event_id, door="inventory/v1/vacancy-events" if http else None)
