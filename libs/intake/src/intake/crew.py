"""Processes that prepare chunks of a large file while the database works on others; a small file needs none."""

import asyncio
import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

from intake.garbage import SELDOM

_PROCESSES = 2
LARGE = 2 << 20
"""Bytes of a file that pay for the start of processes."""

P = ParamSpec("P")
R = TypeVar("R")


class Crew:
    """Runs functions of a module's top level in processes, or in a thread where there are none."""

    def __init__(self, pool: ProcessPoolExecutor | None) -> None:
        self._pool = pool

    def run(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[R]":
        """Begin; the result is awaited later."""
        if self._pool is None:
            return asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
        return asyncio.wrap_future(self._pool.submit(function, *args, **kwargs))


@asynccontextmanager
async def crew(size: int, *, preload: str) -> AsyncIterator[Crew]:
    """Hands for a file of `size` bytes; `preload` is the module whose functions they run. They end with the block."""
    if size < LARGE:
        yield Crew(None)
        return
    context = multiprocessing.get_context("forkserver")  # plain forks inherit the locks of our threads
    context.set_forkserver_preload(["__main__", preload])  # once, and not in each process
    pool = ProcessPoolExecutor(_PROCESSES, mp_context=context, initializer=_begin)
    try:
        yield Crew(pool)
    finally:
        await asyncio.to_thread(pool.shutdown, cancel_futures=True)


async def in_order(
    results: AsyncIterator["asyncio.Future[R]"], *, ahead: int = _PROCESSES + 2
) -> AsyncGenerator[R, None]:
    """The results in the order they were begun in, so many of them ahead: what waits is all that is in memory."""
    begun: deque[asyncio.Future[R]] = deque()
    try:
        async for one in results:
            begun.append(one)
            if len(begun) > ahead:
                yield await begun.popleft()
        while begun:
            yield await begun.popleft()
    finally:
        for one in begun:
            one.cancel()


def _begin() -> None:
    gc.freeze()
    gc.set_threshold(SELDOM)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that was killed tells nobody: without this its processes would wait for work for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "only processes of a crew run this"
    parent.join()
    os._exit(1)


__all__ = ["LARGE", "Crew", "crew", "in_order"]
