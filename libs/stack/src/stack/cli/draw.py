"""`parcours draw verify`: a home's draw, drawn again from its public record."""

import hashlib
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
def verify(vacancy_id: Annotated[UUID, typer.Argument(help="The vacancy's id.")], data: Data) -> None:
    """Draw again for a home that is let or gone, and say whether seal and order hold; exit 1 where they do not."""
    record = run(_record(StackState.find(data), data, vacancy_id))
    console.print(verdict(record), markup=False, highlight=False)


async def _record(state: StackState, data: Path, vacancy_id: UUID) -> Mapping[str, Any]:
    token, _ = tokens.issue(data, subject="parcours draw verify", role=Role.AGENT)
    answer = await call("GET", f"{state.address_of('matching')}/v1/vacancies/{vacancy_id}/draw", token=token)
    record: Mapping[str, Any] = answer.json()
    return record


def verdict(record: Mapping[str, Any]) -> str:
    """One sentence on a public record, drawn again without any code of the service that drew.

    Raises:
        CommandError: the seed does not fit its seal, or an order is not the one of the lots.
    """
    vacancy_id, seed = record["vacancy_id"], record["seed"]
    if seed is None:
        return (
            f"The seed is still sealed, since {record['committed_at']}, by {record['commitment']}: "
            "it is told when the home is let or withdrawn."
        )
    if hashlib.sha256(bytes.fromhex(seed)).hexdigest() != record["commitment"]:
        raise CommandError(f"The seed {seed} does not fit the seal {record['commitment']}: the draw does not hold.")
    for tie in record["ties"]:
        drawn = [lot["application_id"] for lot in tie["lots"]]
        lots = {one: hashlib.sha256(f"{seed}:{vacancy_id}:{one}".encode()).hexdigest() for one in drawn}
        if drawn != sorted(drawn, key=lots.__getitem__):
            raise CommandError(f"The order of {tie['drawn_at']} is not the one of the lots: the draw does not hold.")
        if any(lot["lot"] != lots[lot["application_id"]] for lot in tie["lots"]):
            raise CommandError(f"A lot of {tie['drawn_at']} is not what the seed gives: the draw does not hold.")
    equals = sum(len(tie["lots"]) for tie in record["ties"])
    return f"The draw holds: the seed fits the seal of {record['committed_at']}, and " + (
        f"{equals} applications in {len(record['ties'])} ties stand as drawn." if equals else "nobody was equal."
    )
