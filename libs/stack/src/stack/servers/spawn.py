"""Start a process that ends when this one does, however this one ends."""

import ctypes
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import IO

from stack.servers.account import Account

_Process = subprocess.Popen[bytes]

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str],
    *,
    folder: Path,
    output: IO[bytes],
    environment: Mapping[str, str] | None,
    account: Account | None,
    death_signal: int,
) -> _Process:
    """A process in a session of its own, which the kernel sends `death_signal` when this process dies."""
    parent = os.getpid()
    return _spawner.run(
        lambda: subprocess.Popen(  # noqa: S603 - our own commands
            command,
            cwd=folder,
            env=dict(environment) if environment is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            # one call into libc that takes no lock
            preexec_fn=lambda: _end_with(parent, death_signal),  # noqa: PLW1509
        )
    )


def _end_with(parent: int, number: int) -> None:
    """In the child, before it becomes the server: ask the kernel for `number` when the parent dies."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


class _Spawner:
    """Forks from one thread that lives as long as the process.

    The kernel sends the parent-death signal when the *thread* that forked ends, so a server started in a
    worker thread (`asyncio.to_thread`) would otherwise end with that worker.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: queue.SimpleQueue[tuple[Callable[[], _Process], Future[_Process]]]
        self._process = 0

    def run(self, fork: Callable[[], _Process]) -> _Process:
        answer: Future[_Process] = Future()
        with self._lock:
            if self._process != os.getpid():  # first use, or a fork of this process, which has no threads
                self._process = os.getpid()
                self._requests = queue.SimpleQueue()
                threading.Thread(target=self._serve, name="stack-spawner", daemon=True).start()
            self._requests.put((fork, answer))
        return answer.result()

    def _serve(self) -> None:
        requests = self._requests
        while True:
            fork, answer = requests.get()
            try:
                answer.set_result(fork())
            except BaseException as error:  # noqa: BLE001 - handed to whoever asked
                answer.set_exception(error)


_spawner = _Spawner()
