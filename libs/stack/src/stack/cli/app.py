"""The command itself: what it is called with, and how an error leaves it."""

import logging
import os
import sys
import traceback
from importlib import import_module
from typing import Annotated

import typer

from stack.cli.failure import sentence
from stack.cli.voice import errors

app = typer.Typer(
    name="parcours",
    help="Parcours on one machine: bring it up, look at it, publish to it, repair it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
)
_DEBUG = "PARCOURS_DEBUG"
_MODULES = {
    "up": "up",
    "down": "up",
    "demo": "demo",
    "status": "status",
    "load": "load",
    "vacancy": "vacancy",
    "tenancy": "tenancy",
    "landlord": "landlord",
    "token": "token",
    "topics": "topics",
    "policy": "policy",
    "draw": "draw",
    "migrate": "migrate",
    "dead-letters": "dead_letters",
    "outbox": "outbox",
    "alerts": "alerts",
    "letters": "letters",
    "replay": "replay",
}
"""Where each command is. Only the one that is called is imported: all of them would take a second."""


@app.callback()
def _options(
    *,
    debug: Annotated[bool, typer.Option("--debug", envvar=_DEBUG, help="Show where an error comes from.")] = False,
) -> None:
    if debug:
        os.environ[_DEBUG] = "1"


def main() -> None:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what matters of it reaches us as an error
    called = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    for module in [_MODULES[called]] if called in _MODULES else dict.fromkeys(_MODULES.values()):
        import_module(f"stack.cli.{module}")
    try:
        app()
    except Exception as error:  # noqa: BLE001 - the last stop of every error
        if os.environ.get(_DEBUG):
            traceback.print_exc()
        errors.print(sentence(error), style="red", markup=False)
        sys.exit(1)
