"""Keeps processes running: one that dies is started again, after a pause that grows while it keeps dying."""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from stack.servers import ServerError

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 10.0
STEADY_S = 10.0
"""A process that lived this long starts anew from the first pause."""
_POLL_S = 0.1
"""Where the system has no pidfd."""


class Part(Protocol):
    """A process that can be started again: a `stack.servers.Server`, or a service."""

    @property
    def name(self) -> str: ...

    @property
    def pid(self) -> int | None: ...

    def start(self) -> None:
        """Start it; blocks until it serves. Raises ServerError when it cannot."""

    def stop(self) -> None:
        """End it, cleanly if it lets itself, within a time of its own; blocks."""


Say = Callable[[str, str], None]
"""Called with a part's name and a sentence about it."""


@dataclass(slots=True)
class Backoff:
    """Pauses in seconds before the next start: doubled each time, back to the first after a steady life."""

    first: float = FIRST_PAUSE_S
    longest: float = LONGEST_PAUSE_S
    steady: float = STEADY_S
    _next: float = field(default=0.0, init=False)

    def pause(self, lived: float) -> float:
        """How long to wait after a process that lived `lived` seconds."""
        now = self.first if not self._next or lived >= self.steady else self._next
        self._next = min(self.longest, now * 2)
        return now


class Supervisor:
    """Starts parts, watches them and stops them: the highest layer first, the parts of a layer side by side.

    `stop` ends everything, also what failed half-way.
    """

    def __init__(self, say: Say) -> None:
        self._say = say
        self._layers: dict[int, list[Part]] = {}
        self._watchers: dict[str, asyncio.Task[None]] = {}
        self._starting: dict[str, asyncio.Future[None]] = {}
        self._pool = ThreadPoolExecutor(32, thread_name_prefix="supervisor")
        self.restarts: dict[str, int] = {}
        """How often each part was started again."""

    async def start(self, *parts: Part, layer: int = 0) -> None:
        """Start these side by side and keep them running.

        Raises:
            ServerError: one cannot be started; the others may be running, `stop` ends them.
        """
        self._layers.setdefault(layer, []).extend(parts)
        results = await asyncio.gather(*(self._start(part) for part in parts), return_exceptions=True)
        for part, result in zip(parts, results, strict=True):
            if isinstance(result, BaseException):
                raise result
            self._watchers[part.name] = asyncio.create_task(self._keep(part), name=f"keep {part.name}")

    async def stop(self) -> None:
        """Stop all; a part that fails to stop does not keep the others from it."""
        for watcher in self._watchers.values():
            watcher.cancel()
        await asyncio.gather(*self._watchers.values(), return_exceptions=True)
        self._watchers.clear()
        for layer in sorted(self._layers, reverse=True):
            await asyncio.gather(*(self._stop(part) for part in self._layers.pop(layer)))
        self._pool.shutdown(wait=False)

    async def _start(self, part: Part) -> None:
        future = asyncio.get_running_loop().run_in_executor(self._pool, part.start)
        self._starting[part.name] = future
        # a thread cannot be cancelled: `stop` waits for it
        await asyncio.shield(future)

    async def _stop(self, part: Part) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._pool, part.stop)
            if starting := self._starting.get(part.name):
                under_way = not starting.done()
                await asyncio.wait({starting})
                starting.exception()  # said already, or of no interest any more
                if under_way:
                    await loop.run_in_executor(self._pool, part.stop)
        except (ServerError, OSError) as error:
            self._say(part.name, f"could not be stopped: {error}")

    async def _keep(self, part: Part) -> None:
        backoff = Backoff()
        began = time.monotonic()
        while True:
            await ended(part)
            pause = backoff.pause(time.monotonic() - began)
            self._say(part.name, f"has ended; it starts again in {pause:.1f} s")
            await asyncio.sleep(pause)
            began = time.monotonic()
            self.restarts[part.name] = self.restarts.get(part.name, 0) + 1
            try:
                await self._start(part)
            except (ServerError, OSError) as error:
                self._say(part.name, f"does not start: {error}")
            else:
                self._say(part.name, "runs again")


async def ended(part: Part) -> None:
    """Return once the part's process is gone; at once where there is none."""
    pid = part.pid
    if pid is None:
        return
    if not hasattr(os, "pidfd_open"):
        while part.pid == pid:  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(_POLL_S)
        return
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop = asyncio.get_running_loop()
    gone = asyncio.Event()
    try:
        loop.add_reader(descriptor, gone.set)
        await gone.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
