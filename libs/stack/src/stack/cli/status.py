"""`parcours status`."""

import dataclasses
import json
from typing import Annotated

import typer
from rich.table import Table

from stack.cli.app import app
from stack.cli.options import Data
from stack.cli.running import run
from stack.cli.voice import console
from stack.state import StackState
from stack.status import ServiceStatus, StackStatus, status_of


@app.command()
def status(
    data: Data,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Say how everything is; exit 1 where something is not ready."""
    found = run(status_of(StackState.find(data)))
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(found), indent=1))
    else:
        _show(found)
    if not found.well:
        raise typer.Exit(1)


def _show(found: StackStatus) -> None:
    services = Table("service", "state", "outbox", "oldest", "parked", "dead letters", "due")
    for one in found.services:
        services.add_row(one.name, _state(one), *_backlog(one))
    console.print(services)
    for one in found.services:
        console.print(f"  {one.name:<14} {one.url}")
        for reason in one.reasons:
            console.print(f"  {one.name}: {reason}", style="yellow", markup=False)
    lags = {topic: [lag for lag in found.lags if lag.topic == topic] for topic in sorted(found.topics)}
    topics = Table("topic", "partitions", "read by", "lag")
    for topic, groups in lags.items():
        readers = "\n".join(f"{lag.group}{'' if lag.partitions else ' (gone)'}" for lag in groups)
        topics.add_row(topic, str(found.topics[topic]), readers, "\n".join(str(lag.lag) for lag in groups))
    console.print(topics)
    for problem in found.problems:
        console.print(problem, style="red", markup=False)


def _state(one: ServiceStatus) -> str:
    if not one.ready:
        return "[red]not ready[/red]"
    return "[yellow]degraded[/yellow]" if one.reasons else "[green]ready[/green]"


def _backlog(one: ServiceStatus) -> tuple[str, ...]:
    if one.backlog is None:
        return ("?",) * 5
    counts = one.backlog
    numbers = (counts.waiting, f"{counts.oldest_s:.1f} s", counts.parked, counts.dead_letters, counts.due)
    return tuple(map(str, numbers))
