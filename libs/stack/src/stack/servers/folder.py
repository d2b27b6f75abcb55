"""Where the stack keeps things: one folder for data between runs, one for what can be fetched again."""

import fcntl
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from stack.servers.errors import ServerError

LAYOUT_VERSION = 1
"""What the folder looks like: one folder a server (`postgres`, `kafka`, `valkey`), each with data, log, PID file."""

Migration = Callable[[Path], None]

MIGRATIONS: Mapping[int, Migration] = {}
"""From version n to n + 1, for every n below LAYOUT_VERSION."""


class StackFolder:
    """The folder of one stack, locked while it is open.

    Raises ServerError when another Parcours has it open, when a newer one made it, or when it holds
    something else.
    """

    def __init__(
        self, path: Path, *, version: int = LAYOUT_VERSION, migrations: Mapping[int, Migration] = MIGRATIONS
    ) -> None:
        self.path = path.absolute()
        self._version = version
        self._migrations = migrations
        self._lock: int | None = None

    def open(self) -> Self:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ServerError(f"{self.path} cannot be made ({error.strerror}); choose another folder.") from error
        self._take()
        try:
            self._migrate()
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(self, *_: object) -> None:
        self.close()

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def _take(self) -> None:
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(lock, 32).decode(errors="replace").strip() or "another process"
            os.close(lock)
            raise ServerError(
                f"{self.path} is in use by a running Parcours (process {holder}); "
                "stop it with `parcours down`, or use another folder."
            ) from None
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
        self._lock = lock

    def _migrate(self) -> None:
        found = self._found_version()
        if found > self._version:
            raise ServerError(
                f"{self.path} was made by a newer Parcours (layout {found}, this one knows {self._version}); "
                "update Parcours, or use another folder."
            )
        for version in range(found, self._version):
            self._migrations[version](self.path)
            self._write_version(version + 1)

    def _found_version(self) -> int:
        layout = self.path / "layout.json"
        try:
            return int(json.loads(layout.read_text())["version"])
        except FileNotFoundError:
            if any(entry.name != "lock" for entry in self.path.iterdir()):
                raise ServerError(
                    f"{self.path} holds files but no layout.json, so it is not a folder of Parcours; "
                    "choose an empty one."
                ) from None
            self._write_version(self._version)
            return self._version
        except (ValueError, KeyError, TypeError):
            raise ServerError(
                f"{layout} is not readable as a layout; restore it, or delete {self.path} to start afresh."
            ) from None

    def _write_version(self, version: int) -> None:
        fresh = self.path / "layout.json.new"
        fresh.write_text(json.dumps({"version": version}) + "\n")
        fresh.replace(self.path / "layout.json")


def cache_folder() -> Path:
    """`PARCOURS_CACHE`, else `parcours` in the user's cache folder; not made here."""
    if own := os.environ.get("PARCOURS_CACHE"):
        return Path(own).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache").absolute() / "parcours"
