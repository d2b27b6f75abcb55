"""How a command finds a running stack: a file beside its data, gone when the stack stops."""

import contextlib
import os
from pathlib import Path
from typing import Self

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from stack.errors import CommandError

STATE_FILE = "state.json"
_SAME_START_SECONDS = 1.0


class Mailbox(BaseModel):
    """The development mailbox: its page (SMS are posted to `/sms` below it), and where mail is handed to it."""

    page: str
    smtp_port: int


class StackState(BaseModel):
    """Addresses of one running stack. Holds passwords: the file is its owner's alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pid: int
    started: float
    """Of the supervising process, in seconds since 1970: a PID is used again, with its start time it is not."""
    kafka: str
    redis: str
    databases: dict[str, str]
    """One URL a service."""
    services: dict[str, str]
    """The base URL of each service's HTTP."""
    mailbox: Mailbox
    kafka_version: str
    """Of the embedded broker; empty where the broker is somebody else's."""
    policies: str
    """The folder of the policy in force."""

    @classmethod
    def find(cls, folder: Path) -> Self:
        """The stack that runs on this folder.

        Raises:
            CommandError: none does.
        """
        try:
            state = cls.model_validate_json((folder / STATE_FILE).read_bytes())
        except FileNotFoundError:
            raise CommandError(
                f"No stack runs on {folder}: start one with `parcours up`, or name its folder with --data."
            ) from None
        except (OSError, ValidationError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not one of this version"
            raise CommandError(
                f"{folder / STATE_FILE} cannot be read ({reason}): "
                "stop the stack with `parcours down` and start it again."
            ) from error
        if not state.alive:
            raise CommandError(f"The stack on {folder} was killed: start it again with `parcours up`.")
        return state

    @property
    def alive(self) -> bool:
        try:
            return abs(psutil.Process(self.pid).create_time() - self.started) < _SAME_START_SECONDS
        except psutil.Error:
            return False

    def write(self, folder: Path) -> None:
        fresh = folder / f"{STATE_FILE}.new"
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(self.model_dump_json(indent=1))
        fresh.replace(folder / STATE_FILE)

    @staticmethod
    def forget(folder: Path) -> None:
        (folder / STATE_FILE).unlink(missing_ok=True)


def default_folder() -> Path:
    """`PARCOURS_DATA`, else `.parcours` here: the data of this clone of Parcours."""
    return Path(os.environ.get("PARCOURS_DATA", ".parcours")).expanduser().absolute()
