"""How a command finds a running stack: a file beside its data, gone when the stack stops, or the environment.

The environment is for stacks that `parcours up` did not bring up: PARCOURS_KAFKA (host:port), `<SERVICE>_DATABASE_URL`
as the services themselves are told, and `PARCOURS_<SERVICE>_URL` for a service's HTTP. What a command does not need may
be left out.
"""

import contextlib
import fcntl
import os
from pathlib import Path
from typing import Self

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.topics import SERVICES
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
        """The stack that runs on this folder, else the one the environment names.

        Raises:
            CommandError: there is neither.
        """
        try:
            state = cls.model_validate_json((folder / STATE_FILE).read_bytes())
        except FileNotFoundError:
            if named := cls.from_environment():
                return named
            if holder(folder):
                raise CommandError(f"The stack on {folder} is still starting: try again in a moment.") from None
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

    @classmethod
    def from_environment(cls) -> Self | None:
        """What the environment says of a stack, None where it says nothing."""
        kafka = os.environ.get("PARCOURS_KAFKA", "embedded")
        databases = {name: url for name in SERVICES if (url := os.environ.get(f"{name.upper()}_DATABASE_URL"))}
        services = {name: url for name in SERVICES if (url := os.environ.get(f"PARCOURS_{name.upper()}_URL"))}
        if kafka == "embedded" and not databases and not services:
            return None
        return cls(
            pid=0,
            started=0,
            kafka="" if kafka == "embedded" else kafka,
            redis="",
            databases=databases,
            services=services,
            mailbox=Mailbox(page="", smtp_port=0),
            kafka_version="",
            policies="",
        )

    def database_of(self, service: str) -> str:
        """Raises CommandError where nothing says where it is."""
        return _known(self.databases.get(service), f"the database of {service}", f"{service.upper()}_DATABASE_URL")

    def address_of(self, service: str) -> str:
        """Raises CommandError where nothing says where it is."""
        return _known(self.services.get(service), service, f"PARCOURS_{service.upper()}_URL")

    @property
    def broker(self) -> str:
        """Raises CommandError where nothing says where it is."""
        return _known(self.kafka, "Kafka", "PARCOURS_KAFKA")

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


def _known(address: str | None, what: str, variable: str) -> str:
    if not address:
        raise CommandError(f"Nothing says where {what} is: set {variable}, or name a stack's folder with --data.")
    return address


def holder(folder: Path) -> psutil.Process | None:
    """The process that holds the folder's lock: the supervisor of the stack on it."""
    try:
        lock = os.open(folder / "lock", os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return psutil.Process(int(os.read(lock, 32)))
    finally:
        os.close(lock)
    return None


def default_folder() -> Path:
    """`PARCOURS_DATA`, else `.parcours` here: the data of this clone of Parcours."""
    return Path(os.environ.get("PARCOURS_DATA", ".parcours")).expanduser().absolute()
