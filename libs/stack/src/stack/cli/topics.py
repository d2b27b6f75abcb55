"""`parcours topics declare|check`."""

from typing import Annotated

import typer

from chassis import topics as broker
from contracts.topics import TOPICS
from stack.cli.app import app
from stack.cli.options import Data
from stack.cli.running import run
from stack.cli.voice import console
from stack.state import StackState

topics = typer.Typer(help="Topics on the broker, from the table of the contracts.", no_args_is_help=True)
app.add_typer(topics, name="topics")

Bootstrap = Annotated[
    str | None, typer.Option("--kafka", envvar="PARCOURS_KAFKA", help="host:port; the running stack's if absent.")
]


@topics.command("declare")
def declare(
    data: Data,
    kafka: Bootstrap = None,
    landlord: Annotated[list[str] | None, typer.Option(help="Also this landlord's topics; may be repeated.")] = None,
    replication: Annotated[int, typer.Option(min=1, help="Copies of each partition.")] = 1,
) -> None:
    """Create what is missing."""
    made = run(broker.declare(_address(kafka, data), landlords=landlord or [], replication=replication))
    console.print("\n".join(made) if made else "Nothing was missing.")


@topics.command("check")
def check(data: Data, kafka: Bootstrap = None) -> None:
    """Compare the broker with the table; exit 1 where they differ."""
    wrong = run(broker.compare(_address(kafka, data), TOPICS))
    console.print("\n".join(wrong) if wrong else "Every topic is as declared.", markup=False)
    if wrong:
        raise typer.Exit(1)


def _address(kafka: str | None, data: Data) -> str:
    return kafka if kafka and kafka != "embedded" else StackState.find(data).broker
