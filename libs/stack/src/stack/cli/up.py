"""`parcours up` and `parcours down`."""

from typing import Annotated

import typer

from stack.cli.app import app
from stack.cli.options import Data, Database, Kafka, LogLevel, Redis
from stack.cli.running import run, until_interrupted
from stack.cli.voice import Voice, console
from stack.detach import leave_running
from stack.down import stop_stack
from stack.logs import Follower, Level
from stack.parts import Choice
from stack.stack import Stack
from stack.state import StackState


@app.command()
def up(
    data: Data,
    kafka: Kafka = "embedded",
    database: Database = "embedded",
    redis: Redis = "embedded",
    log_level: LogLevel = "warning",
    *,
    detach: Annotated[bool, typer.Option("--detach", help="Return once it is up, and leave it running.")] = False,
) -> None:
    """Bring everything up, and keep it up until Ctrl-C."""
    choice = Choice(kafka=kafka, database=database, redis=redis)
    if detach:
        show_addresses(leave_running(data, choice))
        return
    voice = Voice()
    follower = Follower(voice.show, level=Level.of(log_level))
    run(_stay(Stack(data, choice=choice, say=voice.say, follower=follower)))


async def _stay(stack: Stack) -> None:
    async with stack as state:
        show_addresses(state)
        console.print("Ctrl-C stops it.")
        await until_interrupted()


@app.command()
def down(data: Data) -> None:
    """Stop the stack that runs on this folder, and whatever a killed one left behind."""
    stopped = stop_stack(data)
    console.print(f"Stopped: {', '.join(stopped)}." if stopped else f"Nothing runs on {data}.")


def show_addresses(state: StackState) -> None:
    """Where to look."""
    console.print()
    for service, url in state.services.items():
        console.print(f"  {service:<14} {url}/v1/openapi.json")
    console.print(f"  {'mailbox':<14} {state.mailbox.page}")
    console.print(f"  {'Kafka':<14} {state.kafka}")
    console.print(f"  {'status':<14} parcours status\n")
