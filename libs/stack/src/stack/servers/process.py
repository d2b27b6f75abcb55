"""A process that we started: its own session, its PID on file, ended with us even when we are killed."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import psutil

from stack.servers.account import Account
from stack.servers.errors import ServerError
from stack.servers.spawn import spawn

_LOG_LIMIT = 20 * 1024 * 1024
_TAIL_BYTES = 4_096
_TAIL_LINES = 25
_SAME_START_SECONDS = 1.0
_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class PidRecord:
    """What a PID file says. A PID is used again; a PID with its start time is not."""

    name: str
    pid: int
    started: float
    owner: int
    owner_started: float
    stop_signal: int
    grace: float

    @classmethod
    def read(cls, path: Path) -> Self | None:
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, path: Path) -> None:
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self)))
        fresh.replace(path)

    @property
    def process(self) -> psutil.Process | None:
        """The process, if it still runs."""
        return _process(self.pid, self.started)

    @property
    def owned(self) -> bool:
        """Whether the process that started it still runs."""
        return _process(self.owner, self.owner_started) is not None


class OwnedProcess:
    """One process at a time under one PID file and one log; `start` again after it has ended.

    `stop_signal` asks it to end cleanly; the kernel sends the same when this process dies.
    """

    def __init__(
        self,
        name: str,
        *,
        pid_path: Path,
        log_path: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace: float = 10.0,
    ) -> None:
        self.name = name
        self.pid_path = pid_path
        self.log_path = log_path
        self._stop_signal = stop_signal
        self._grace = grace
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def running(self) -> bool:
        return self.pid is not None

    @property
    def exit_status(self) -> int | None:
        return self._process.poll() if self._process else None

    def start(
        self,
        command: Sequence[str | Path],
        *,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        account: Account | None = None,
    ) -> None:
        """Start `command` in `folder`, appending what it prints to the log.

        Raises ServerError when another process that is still alive runs it, or when it cannot be run.
        One whose owner was killed is stopped first.
        """
        if self.running:
            return
        self.end_one_left_behind()
        _turn_over(self.log_path)
        try:
            with self.log_path.open("ab") as log:
                self._process = spawn(
                    [str(part) for part in command],
                    folder=folder,
                    output=log,
                    environment=environment,
                    account=account,
                    death_signal=self._stop_signal,
                )
        except OSError as error:
            raise ServerError(f"{self.name} cannot be started: {command[0]}: {error.strerror}.") from error
        me = psutil.Process()
        PidRecord(
            name=self.name,
            pid=self._process.pid,
            started=psutil.Process(self._process.pid).create_time(),
            owner=me.pid,
            owner_started=me.create_time(),
            stop_signal=self._stop_signal,
            grace=self._grace,
        ).write(self.pid_path)

    def await_condition(self, condition: Callable[[], bool], *, timeout: float) -> None:
        """Return once `condition` holds; ServerError with the end of the log if it never does."""
        deadline = time.monotonic() + timeout
        while not condition():
            if self.ended_within(_POLL_SECONDS):
                raise ServerError(f"{self.name} ended with status {self.exit_status} while starting. {self.log_end()}")
            if time.monotonic() > deadline:
                raise ServerError(f"{self.name} was not ready after {timeout:.0f} s. {self.log_end()}")

    def ended_within(self, seconds: float) -> bool:
        if self._process is None:
            return True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """Ask it to end, and kill it and its children once the grace is over."""
        process = self._process  # a start that fails in another thread forgets it
        if process is not None and process.poll() is None:
            end_tree(psutil.Process(process.pid), self._stop_signal, self._grace)
            process.wait()
        self._forget()

    def kill(self) -> None:
        """SIGKILL it and its children, as a crash would."""
        if self._process is not None:
            self._signal_tree(signal.SIGKILL)
            self._process.wait()
        self._forget()

    def pause(self) -> None:
        self._signal_tree(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_tree(signal.SIGCONT)

    def log_end(self) -> str:
        try:
            with self.log_path.open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL_BYTES))
                text = log.read().decode(errors="replace")
        except OSError:
            return f"It wrote no log to {self.log_path}."
        end = "\n".join(text.splitlines()[-_TAIL_LINES:])
        return f"The end of its log, {self.log_path}:\n{end}" if end else f"Its log, {self.log_path}, is empty."

    def _signal_tree(self, number: signal.Signals) -> None:
        if self._process is None or not self.running:
            raise ServerError(f"{self.name} does not run, so it cannot be sent {number.name}.")
        for process in _tree(psutil.Process(self._process.pid)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def end_one_left_behind(self) -> None:
        record = PidRecord.read(self.pid_path)
        process = record.process if record else None
        if record is None or process is None:
            return
        if record.owned:
            raise ServerError(
                f"{self.name} already runs in {self.pid_path.parent} (process {record.pid}, started by "
                f"process {record.owner}); stop that one first, with `parcours down`, or use another folder."
            )
        end_tree(process, signal.Signals(record.stop_signal), record.grace)

    def _forget(self) -> None:
        self._process = None
        self.pid_path.unlink(missing_ok=True)


def stop_left_behind(folder: Path) -> list[str]:
    """Stop every process whose PID file is below `folder`, whoever started it; the names of those stopped."""
    stopped = []
    for path in sorted([*folder.glob("*.pid"), *folder.glob("*/*.pid")]):
        record = PidRecord.read(path)
        if record is None:  # another program's PID file, such as PostgreSQL's own
            continue
        if process := record.process:
            end_tree(process, signal.Signals(record.stop_signal), record.grace)
            stopped.append(record.name)
        path.unlink(missing_ok=True)
    return stopped


def end_tree(process: psutil.Process, stop_signal: signal.Signals, grace: float) -> None:
    """Send `stop_signal` to the process; after `grace` seconds SIGKILL what is left of it and its children."""
    family = _tree(process)
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(stop_signal)
        for member in family:  # a paused process acts on its signal only once it goes on
            with contextlib.suppress(psutil.NoSuchProcess):
                member.send_signal(signal.SIGCONT)
    _await_end([process], grace)
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    _await_end(family, grace)


def _tree(process: psutil.Process) -> list[psutil.Process]:
    # not the process group: PostgreSQL gives each of its children a session of its own
    with contextlib.suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


def _await_end(processes: list[psutil.Process], timeout: float) -> None:
    """Return when all have ended or the time is over. One that its parent has not looked after has ended too."""
    deadline = time.monotonic() + timeout
    while any(_lives(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)  # the end of another's child cannot be waited for


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _process(pid: int, started: float) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < _SAME_START_SECONDS
        return process if same and _lives(process) else None
    except psutil.Error:
        return None


def _turn_over(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
