"""`parcours tenancy publish …`: what a landlord's system would send of its sitting tenancies."""

import datetime as dt
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from contracts import tenancy as events
from contracts.tenancy import TenancyEvent
from stack.cli.app import app
from stack.cli.options import Data
from stack.cli.publishing import event_of, send
from stack.errors import CommandError

tenancy = typer.Typer(help="What a landlord's system says of its tenancies.", no_args_is_help=True)
app.add_typer(tenancy, name="tenancy")


class Kind(StrEnum):
    LEASE = "lease"
    OCCUPANCY = "occupancy"
    ACCOUNT = "account"
    INSURANCE = "insurance"
    VISIT = "visit"
    ENDED = "ended"


_EVENTS: dict[Kind, tuple[type[TenancyEvent], str, str]] = {
    Kind.LEASE: (events.LeaseSigned, "signed_on", "until"),
    Kind.OCCUPANCY: (events.OccupancyStated, "stated_on", "until"),
    Kind.ACCOUNT: (events.RentAccountStated, "as_of", "valid_until"),
    Kind.INSURANCE: (events.InsuranceStated, "as_of", "insured_until"),
    Kind.VISIT: (events.HomeVisited, "visited_on", "until"),
    Kind.ENDED: (events.TenancyEnded, "ended_on", "until"),
}
"""The event of each kind, and what `--on` and `--until` are called in it; `until` is part of none."""


@tenancy.command("publish")
def publish(
    kind: Annotated[Kind, typer.Argument(help="What is stated.")],
    siren: Annotated[str, typer.Option(help="The landlord's SIREN.")],
    dwelling: Annotated[str, typer.Option(help="The dwelling's RPLS identifier, ten characters.")],
    lease: Annotated[str, typer.Option(help="Your own name of this lease, the same in all its events.")],
    data: Data,
    on: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day: signed, stated, as of, visited, ended; today if absent."),
    ] = None,
    until: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Until when the account's statement counts, or the home is insured."),
    ] = None,
    arrears: Annotated[float | None, typer.Option(help="Arrears of rent, euros.")] = None,
    plan_since: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Since when a repayment plan is kept.")
    ] = None,
    works: Annotated[float | None, typer.Option(help="Works that the visit would charge to the tenant, euros.")] = None,
    body: Annotated[
        Path | None,
        typer.Option(help="A JSON file with further fields by their names: a lease and an occupancy need one."),
    ] = None,
    event_id: Annotated[str | None, typer.Option("--id", help="The event's id; the same again is a duplicate.")] = None,
    *,
    http: Annotated[bool, typer.Option("--http", help="By POST instead of Kafka.")] = False,
) -> None:
    """Publish one event as a landlord's system would, and show the receipt."""
    event_class, named_day, named_until = _EVENTS[kind]
    given: dict[str, Any] = {
        named_day: dt.datetime.now(tz=dt.UTC).date().isoformat(),
        **(_fields(body) if body else {}),
        "dwelling_reference": dwelling,
        "tenancy_reference": lease,
    }
    flags = {
        named_day: on and on.date().isoformat(),
        named_until: until and until.date().isoformat(),
        "arrears_cents": None if arrears is None else round(arrears * 100),
        "plan_since": plan_since and plan_since.date().isoformat(),
        "works_chargeable_cents": None if works is None else round(works * 100),
    }
    given |= {name: value for name, value in flags.items() if value is not None}
    event = event_of(kind, event_class, given)
    send(data, siren, event, event_id=event_id, door="demand/v1/tenancy-events" if http else None)


def _fields(body: Path) -> dict[str, Any]:
    try:
        said = json.loads(body.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"--body {body} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"--body {body} is not JSON in UTF-8: {error}.") from error
    if not isinstance(said, dict):
        raise CommandError(f"--body {body} is not a JSON object: give the event's fields by their names.")
    return said
