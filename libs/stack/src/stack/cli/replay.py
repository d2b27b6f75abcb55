"""`parcours replay <service>`: projections again from the start, reactions silent."""

import subprocess
import sys

import typer

from stack.cli.app import app
from stack.cli.options import Data, ServiceName
from stack.environment import service_environment
from stack.keys import Keys
from stack.state import StackState


@app.command()
def replay(service: ServiceName, data: Data) -> None:
    """Bring a service's projections through their topics again; it goes on working meanwhile."""
    environment = service_environment(service, StackState.find(data), Keys.of(data / "keys"))
    environment[f"{service.upper()}_LOG_LEVEL"] = "error"  # this one is starting and stopping, as it should
    done = subprocess.run(  # noqa: S603 - our own service
        [sys.executable, "-m", service, "replay"], env=environment, check=False
    )
    if done.returncode:
        raise typer.Exit(done.returncode)
