"""`parcours landlord add`: a landlord whose systems may publish."""

from typing import Annotated

import typer

from chassis import topics
from chassis.auth import Role
from stack import tokens
from stack.api_client import call
from stack.cli.app import app
from stack.cli.options import Data
from stack.cli.running import run
from stack.cli.voice import console
from stack.state import StackState

landlord = typer.Typer(help="Landlords whose systems may publish here.", no_args_is_help=True)
app.add_typer(landlord, name="landlord")


@landlord.command("add")
def add(
    siren: Annotated[str, typer.Argument(help="Its SIREN; one without a public SIREN gets 999 and six digits.")],
    name: Annotated[str, typer.Argument(help="Its name.")],
    data: Data,
) -> None:
    """Register a landlord and declare its topics; again with another name renames it."""
    made = run(
        _add(StackState.find(data), tokens.issue(data, subject="parcours-command", role=Role.OPERATOR)[0], siren, name)
    )
    console.print(f"{name} ({siren}) is registered; {', '.join(made) + ' declared' if made else 'its topics exist'}.")
    console.print(f"A token for its systems: parcours token issue --role landlord --siren {siren}")


async def _add(state: StackState, token: str, siren: str, name: str) -> list[str]:
    url = f"{state.address_of('inventory')}/v1/landlords/{siren}"
    before = await call("GET", url, token=token, accepted=(404,))
    if not before.is_success or before.json()["name"] != name:
        expected = {"If-Match": before.headers["ETag"]} if before.is_success else None
        await call("PUT", url, token=token, body={"name": name}, headers=expected)
    return await topics.declare(state.broker, landlords=[siren])
