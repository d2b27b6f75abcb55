import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import psutil

from stack.servers.account import Account, unprivileged_account
from stack.servers.errors import ServerError
from stack.servers.ports import LOOPBACK, accepts_connections
from stack.servers.postgres_home import (
    MAJOR_VERSION,
    data_folder,
    delete_data,
    initialise,
    programs,
    socket_folder,
)
from stack.servers.server import Server

USER = "postgres"

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_READY_LINE = 7
_SQL_SECONDS = 60
_ROOMY = 1024**3


class PostgresServer(Server):
    """PostgreSQL 18 by password: over a Unix socket beside its data by its URL, for other programs on loopback.

    A statement over the socket costs both sides 53 µs of processor time, over TCP 74 (measured). Where the folder's
    path is too long for a socket, the URL is the loopback's.
    `durable=False` is for tests: nothing waits for the disk, and a crash of the machine loses the data.
    Where we are root the server runs as `nobody`, and its data may be elsewhere (`data_folder` says where).
    """

    name: ClassVar[str] = "Postgres"
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT  # "fast": roll back, write out, end
    grace: ClassVar[float] = 30.0

    def __init__(
        self, folder: Path, *, port: int | None = None, durable: bool = True, shared_buffers: str = "256MB"
    ) -> None:
        super().__init__(folder, port=port)
        self._durable = durable
        self._shared_buffers = shared_buffers
        self._account: Account | None = None
        self._programs = Path()
        self._data = Path()

    @property
    def url(self) -> str:
        """The URL of the maintenance database."""
        return self.database_url(USER)

    @property
    def data_folder(self) -> Path:
        return self._data

    def database_url(self, name: str) -> str:
        user, sockets = f"{USER}:{quote(self.password, safe='')}", self._sockets
        if sockets is None:
            return f"postgresql://{user}@{LOOPBACK}:{self.port}/{name}"
        return f"postgresql://{user}@/{name}?host={quote(str(sockets), safe='')}&port={self.port}"

    @property
    def _sockets(self) -> Path | None:
        self.folder.mkdir(parents=True, exist_ok=True)
        return socket_folder(data_folder(self.folder, unprivileged_account()))

    @property
    def password(self) -> str:
        """Drawn once and kept in the folder, readable by its owner alone."""
        path = self.folder / "password"
        with contextlib.suppress(FileExistsError):
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as fresh:
                fresh.write(secrets.token_urlsafe(24))
        return path.read_text()

    def create_database(self, name: str, *, template: str | None = None) -> str:
        """Its URL; nothing to do if it exists. A `template` must have no connections."""
        _check_name(name)
        if self._sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") != "1":  # noqa: S608 - checked
            options = f" TEMPLATE {_check_name(template)} STRATEGY FILE_COPY" if template else ""
            self._sql(f"CREATE DATABASE {name}{options}")
        return self.database_url(name)

    def drop_database(self, name: str) -> None:
        """Ends its connections first; nothing to do if there is none."""
        self._sql(f"DROP DATABASE IF EXISTS {_check_name(name)} WITH (FORCE)")

    def delete_data(self) -> None:
        """Delete the data, wherever they are; the server must be stopped."""
        if self.running:
            raise ServerError(f"PostgreSQL runs in {self.folder}; stop it before its data are deleted.")
        delete_data(self.folder)

    def _launch(self) -> None:
        self._account = unprivileged_account()
        self._programs = programs(self._account)
        self._data = data_folder(self.folder, self._account)
        if not self._data.exists():
            initialise(
                self._data,
                programs=self._programs,
                account=self._account,
                user=USER,
                password=self.password,
                durable=self._durable,
            )
        self._check_version()
        self._forget_dead_postmaster()
        durable = "on" if self._durable else "off"
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": str(socket_folder(self._data) or ""),
            "max_connections": "200",
            "dynamic_shared_memory_type": _shared_memory(),
            "shared_buffers": self._shared_buffers,
            "max_wal_size": "2GB",
            "synchronous_commit": "on",  # whatever `durable` says: a killed server loses no commit
            "fsync": durable,
            "full_page_writes": durable,
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        self._process.start(
            [
                self._programs / "postgres",
                "-D",
                self._data,
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ],
            folder=self._data,
            account=self._account,
        )

    def _is_ready(self) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        ready = len(lines) > _READY_LINE and lines[_READY_LINE].strip() == "ready"
        return ready and lines[0] == str(self.pid) and accepts_connections(self.port)

    def _check_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text().strip()
        if found != MAJOR_VERSION:
            raise ServerError(
                f"The data in {self._data} are of PostgreSQL {found} and the server is {MAJOR_VERSION}; "
                "carry them over with pg_dump, or delete the folder to start afresh."
            )

    def _forget_dead_postmaster(self) -> None:
        """Drop the locks of a server that was killed, whose PID another program has by now.

        PostgreSQL does not start while that PID is alive, whatever runs under it.
        """
        for lock in (self._data / "postmaster.pid", self._data / f".s.PGSQL.{self.port}.lock"):
            with contextlib.suppress(OSError, ValueError, IndexError, psutil.NoSuchProcess):
                holder = psutil.Process(int(lock.read_text().split(maxsplit=1)[0]))
                if holder.name() != "postgres":
                    lock.unlink()

    def _sql(self, statement: str) -> str:
        result = subprocess.run(  # noqa: S603 - our own command, names in it are checked
            [
                *(self._programs / "psql", "--no-psqlrc", "--tuples-only", "--no-align", "--quiet"),
                *("--host", LOOPBACK, "--port", str(self.port), "--username", USER, "--dbname", USER),
                *("--command", statement),
            ],
            env={"PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "10", "LANG": "C.UTF-8"},
            check=False,
            capture_output=True,
            text=True,
            timeout=_SQL_SECONDS,
        )
        if result.returncode != 0:
            raise ServerError(f"PostgreSQL refused `{statement}`: {result.stderr.strip()}")
        return result.stdout.strip()


def _shared_memory() -> str:
    """A container's /dev/shm is often 64 MB, and parallel queries fail once it is full."""
    try:
        return "posix" if shutil.disk_usage("/dev/shm").total >= _ROOMY else "mmap"  # noqa: S108 - its size
    except OSError:
        return "mmap"


def _check_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ServerError(
            f"{name!r} is not a name for a database: lower-case letters, digits and underscores, at most 63."
        )
    return name
