"""A stack that outlives the command that brought it up: `parcours up` in a session of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path

from stack.errors import CommandError
from stack.parts import Choice
from stack.state import STATE_FILE, StackState

LOG = "up.log"
_LOOK_AGAIN_S = 0.1
_TAIL = 15


def leave_running(folder: Path, choice: Choice) -> StackState:
    """Start it and return once it is up; what it says goes to `up.log` in its folder.

    Raises:
        CommandError: it did not come up; the sentence ends with what it said last.
    """
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--kafka", choice.kafka, "--database", choice.database, "--redis", choice.redis]
    log = folder.with_name(f"{folder.name}.{LOG}")
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-c", "from stack.cli import main; main()", "up", "--data", str(folder), *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
    while process.poll() is None:
        if (folder / STATE_FILE).exists():
            state = StackState.find(folder)
            if state.pid == process.pid:
                return state
        time.sleep(_LOOK_AGAIN_S)
    said = "\n".join(log.read_text(errors="replace").splitlines()[-_TAIL:])
    raise CommandError(f"The stack did not come up. It said:\n{said}")
