"""`parcours alerts hold|resume|state`: the switch that stops every message."""

from pathlib import Path
from typing import Annotated, Any

import typer

from chassis.auth import Role
from stack import tokens
from stack.api_client import call
from stack.cli.app import app
from stack.cli.options import Data
from stack.cli.running import run
from stack.cli.voice import console
from stack.state import StackState

alerts = typer.Typer(help="The switch that stops every message.", no_args_is_help=True)
app.add_typer(alerts, name="alerts")

Why = Annotated[str, typer.Option("--why", help="For those who come after.", prompt=True)]


@alerts.command("state")
def state(data: Data) -> None:
    """Say whether messages leave, and how many wait."""
    _show(run(_ask(data, "GET", "state")))


@alerts.command("hold")
def hold(data: Data, why: Why) -> None:
    """Let nothing leave any more; what is due waits."""
    _show(run(_ask(data, "POST", "hold", why)))


@alerts.command("resume")
def resume(data: Data, why: Why) -> None:
    """Let what waited leave."""
    _show(run(_ask(data, "POST", "resume", why)))


async def _ask(data: Path, method: str, what: str, why: str | None = None) -> dict[str, Any]:
    running = StackState.find(data)
    token, _ = tokens.issue(data, subject="parcours-command", role=Role.OPERATOR)
    url = f"{running.address_of('notifications')}/v1/alerts/{what}"
    document: dict[str, Any] = (await call(method, url, token=token, body={"why": why} if why else None)).json()
    return document


def _show(found: dict[str, Any]) -> None:
    colour, word = ("yellow", "held") if found["held"] else ("green", "leaving")
    turned = f", turned by {found['who']} at {found['since']}: {found['why']}" if found["who"] else ""
    console.print(f"[{colour}]{word}[/{colour}] (mode {found['mode']}){turned}")
    console.print(
        f"{found['pending']} pending, {found['sending']} being sent, {found['awaiting_contact']} wait for a contact; "
        f"{found['handed_this_minute']} of {found['ceiling_per_minute']} this minute"
    )
