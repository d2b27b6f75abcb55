from abc import ABC, abstractmethod
from pathlib import Path
from signal import SIGTERM, Signals
from typing import ClassVar, Self

from stack.servers.errors import ServerError
from stack.servers.ports import free_port, is_free
from stack.servers.process import OwnedProcess


class Server(ABC):
    """One server process in one folder. Blocking: from a coroutine call `asyncio.to_thread(server.start)`.

    The folder keeps the data, the log and the PID file between runs; the port is drawn once, when the
    object is made, and is the same after a restart.
    """

    name: ClassVar[str]
    stop_signal: ClassVar[Signals] = SIGTERM
    grace: ClassVar[float] = 10.0
    start_timeout: ClassVar[float] = 120.0  # PostgreSQL may have much to recover after a kill

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.folder = folder.absolute()
        self.port = free_port() if port is None else port
        self.log_path = self.folder / f"{self.name.lower()}.log"
        self._process = OwnedProcess(
            self.name,
            pid_path=self.folder / f"{self.name.lower()}.pid",
            log_path=self.log_path,
            stop_signal=self.stop_signal,
            grace=self.grace,
        )

    @property
    @abstractmethod
    def url(self) -> str:
        """What a client needs to connect."""

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.running

    def start(self) -> None:
        """Start and wait until it serves; nothing to do if it runs already.

        Raises ServerError, with the end of the log, when it cannot.
        """
        if self.running:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process.end_one_left_behind()
        if not is_free(self.port):
            raise ServerError(
                f"{self.name} cannot listen on port {self.port}: another program does. "
                "Stop that one, or choose another port."
            )
        try:
            self._launch()
            self._process.await_condition(self._is_ready, timeout=self.start_timeout)
        except BaseException:
            self._process.stop()
            raise

    def stop(self) -> None:
        """End it cleanly, or by SIGKILL after its grace; nothing to do if it does not run."""
        self._process.stop()

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        self._process.kill()

    def pause(self) -> None:
        """SIGSTOP: alive, and silent."""
        self._process.pause()

    def resume(self) -> None:
        self._process.resume()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @abstractmethod
    def _launch(self) -> None:
        """Make what the server needs in its folder, and start its process."""

    @abstractmethod
    def _is_ready(self) -> bool: ...
