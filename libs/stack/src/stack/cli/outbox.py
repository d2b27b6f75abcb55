"""`parcours outbox list|release`: rows that the broker refused for good."""

from typing import Annotated
from uuid import UUID

import typer
from rich.table import Column, Table

from stack.cli.app import app
from stack.cli.options import Data, ServiceName
from stack.cli.running import run
from stack.cli.voice import console
from stack.errors import CommandError
from stack.parked import Parked, parked_rows, release
from stack.service_database import unit_of
from stack.state import StackState

outbox = typer.Typer(help="Events that the broker refused for good.", no_args_is_help=True)
app.add_typer(outbox, name="outbox")


@outbox.command("list")
def list_(data: Data, service: Annotated[ServiceName | None, typer.Option(help="Only this service's.")] = None) -> None:
    """Show the parked rows, and how many later ones of their key wait behind each."""
    found = run(_list(StackState.find(data), service))
    if not any(found.values()):
        console.print("Nothing is parked.")
        return
    # an id is there to be copied
    table = Table("service", Column("id", no_wrap=True), "topic", "type", "since", "behind it", "why")
    for name, rows in found.items():
        for row in rows:
            since = f"{row.parked_at:%Y-%m-%d %H:%M}"
            table.add_row(name, str(row.id), row.topic, row.type, since, str(row.held_back), row.parked_reason)
    console.print(table)


@outbox.command("release")
def release_(
    service: ServiceName,
    row_id: Annotated[UUID, typer.Argument(help="The row's id, from `parcours outbox list`.")],
    data: Data,
) -> None:
    """Have a parked row tried again, once what it was refused for is mended."""
    run(_release(StackState.find(data), service, row_id))
    console.print(f"{row_id} goes out again, and what waits behind it.")


async def _list(state: StackState, service: ServiceName | None) -> dict[str, list[Parked]]:
    found = {}
    for name in [service] if service else state.databases:
        async with unit_of(state, name) as work:
            found[name] = await parked_rows(work.session)
    return found


async def _release(state: StackState, service: ServiceName, row_id: UUID) -> None:
    async with unit_of(state, service) as work:
        if not await release(work.session, row_id):
            raise CommandError(f"{service} has no parked row {row_id}; `parcours outbox list` shows them.")
