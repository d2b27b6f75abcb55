"""`parcours draw verify`: a home's draw, drawn again from its public record."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from chassis.auth import Role
from stack import tokens
from stack.api_client import call
from stack.cli.app import app
from stack.cli.options import Data
from stack.cli.running import run
from stack.cli.voice import console
from stack.errors import CommandError
from stack.state import StackState

draw = typer.Typer(help="The draws that part equal files.", no_args_is_help=True)
app.add_typer(draw, name="draw")


@draw.command("verify")
def verify(
    data: Data,
    vacancy_id: Annotated[UUID | None, typer.Argument(help="The vacancy's id, on a running stack.")] = None,
    record: Annotated[
        Path | None,
        typer.Option(help="The home's public record instead, as GET /v1/vacancies/<id>/draw gave it to anybody."),
    ] = None,
    seal: Annotated[str | None, typer.Option(help="The seal as it was published before the draw.")] = None,
    application: Annotated[UUID | None, typer.Option(help="Say where this application's lot stands, too.")] = None,
) -> None:
    """Draw again for a home that is let or gone, and say whether seal and order hold; exit 1 where they do not."""
    if (vacancy_id is None) == (record is None):
        raise CommandError("Name the vacancy on the running stack, or a file with --record; one of both.")
    if vacancy_id is not None:
        known = run(_record(StackState.find(data), data, vacancy_id))
    else:
        assert record is not None
        known = _read(record)
    console.print(verdict(known, seal=seal), markup=False, highlight=False)
    if application is not None:
        console.print(place_of(known, application), markup=False, highlight=False)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        record: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        UUID(record["vacancy_id"]), record["seed"], record["commitment"], record["ties"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} is no record of a draw ({type(error).__name__}); save it from …/draw.") from error
    return record


async def _record(state: StackState, data: Path, vacancy_id: UUID) -> Mapping[str, Any]:
    token, _ = tokens.issue(data, subject="parcours draw verify", role=Role.AGENT)
    answer = await call("GET", f"{state.address_of('matching')}/v1/vacancies/{vacancy_id}/draw", token=token)
    record: Mapping[str, Any] = answer.json()
    return record


def verdict(record: Mapping[str, Any], *, seal: str | None = None) -> str:
    """One sentence on a public record, drawn again without any code of the service that drew.

    `seal` is the one that was noted before the draw; without it the record's own is believed.

    Raises:
        CommandError: the seed does not fit its seal, or an order is not the one of the lots.
    """
    seed = record["seed"]
    if seal is not None and seal.lower() != record["commitment"]:
        raise CommandError(f"The record's seal {record['commitment']} is not the one published, {seal}.")
    if seed is None:
        return (
            f"The seed is still sealed, since {record['committed_at']}, by {record['commitment']}: "
            "it is told when the home is let or withdrawn."
        )
    if hashlib.sha256(bytes.fromhex(seed)).hexdigest() != record["commitment"]:
        raise CommandError(f"The seed {seed} does not fit the seal {record['commitment']}: the draw does not hold.")
    for tie in record["ties"]:
        named = [lot for lot in tie["lots"] if lot["application_id"] is not None]
        drawn = [
            lot["lot"] if lot["application_id"] is None else lot_of(record, lot["application_id"])
            for lot in tie["lots"]
        ]
        if drawn != sorted(drawn):
            raise CommandError(f"The order of {tie['drawn_at']} is not the one of the lots: the draw does not hold.")
        if any(lot["lot"] != lot_of(record, lot["application_id"]) for lot in named):
            raise CommandError(f"A lot of {tie['drawn_at']} is not what the seed gives: the draw does not hold.")
    equals = sum(len(tie["lots"]) for tie in record["ties"])
    return f"The draw holds: the seed fits the seal of {record['committed_at']}, and " + (
        f"{equals} applications in {len(record['ties'])} ties stand as drawn." if equals else "nobody was equal."
    )


def lot_of(record: Mapping[str, Any], application: UUID | str) -> str:
    return hashlib.sha256(f"{record['seed']}:{record['vacancy_id']}:{application}".encode()).hexdigest()


def place_of(record: Mapping[str, Any], application: UUID) -> str:
    """Where the lot of one application stands, for who knows its id."""
    if record["seed"] is None:
        return "Lots are told with the seed."
    own = lot_of(record, application)
    for tie in record["ties"]:
        lots = [lot["lot"] for lot in tie["lots"]]
        if own in lots:
            return f"The lot of {application} is {own}: number {lots.index(own) + 1} of {len(lots)} equals."
    return f"The lot of {application} is {own}, and no tie has it: nobody called was its equal."
