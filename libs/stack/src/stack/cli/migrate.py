"""`parcours migrate`."""

from typing import Annotated

import typer

from stack import databases
from stack.cli.app import app
from stack.cli.options import Data, ServiceName
from stack.cli.running import run
from stack.cli.voice import console
from stack.state import StackState


@app.command()
def migrate(
    data: Data,
    services: Annotated[list[ServiceName] | None, typer.Argument(help="Which; all if none is named.")] = None,
    database: Annotated[
        str | None,
        typer.Option("--database", help="The URL of one service's database; the running stack's if absent."),
    ] = None,
) -> None:
    """Bring databases to the newest revision of their services."""
    run(_migrate(data, services, database))


async def _migrate(data: Data, services: list[ServiceName] | None, database: str | None) -> None:
    if database and (not services or len(services) != 1):
        raise typer.BadParameter("name the one service that the database is of", param_hint="--database")
    urls: dict[str, str] = {services[0]: database} if database and services else StackState.find(data).databases
    wanted = {service: url for service, url in urls.items() if not services or service in services}
    for service, ran in (await databases.migrate(wanted)).items():
        console.print(f"{service}: {', '.join(ran) or 'at its newest revision already'}")
