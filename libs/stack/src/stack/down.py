"""Stopping a stack from outside: ask its supervisor, then end whatever a killed one left behind."""

import signal
from pathlib import Path

import psutil

from stack.errors import CommandError
from stack.servers import stop_left_behind
from stack.state import StackState, holder

TIMEOUT_S = 90.0


def stop_stack(folder: Path) -> list[str]:
    """What was stopped, by name; blocks until it has ended.

    Raises:
        CommandError: its supervisor does not end in time.
    """
    supervisor = holder(folder)
    stopped = []
    if supervisor:
        supervisor.send_signal(signal.SIGTERM)
        try:
            supervisor.wait(TIMEOUT_S)
        except psutil.TimeoutExpired:
            raise CommandError(
                f"The stack on {folder} (process {supervisor.pid}) did not end within {TIMEOUT_S:.0f} s; "
                f"`kill -9 {supervisor.pid}` ends it and all that it started, and its logs are in {folder}."
            ) from None
        stopped.append("the stack")
    stopped += stop_left_behind(folder)
    StackState.forget(folder)
    return stopped
