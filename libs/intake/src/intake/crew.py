"""Processes that read and prepare blocks of a large file while the database takes others; a small file needs none."""

import asyncio
import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

from intake.garbage import SELDOM

_PROCESSES = 2
LARGE = 2 << 20
"""Bytes of a file that pay for the start of processes."""

P = ParamSpec("P")
R = TypeVar("R")


class Hand:
    """Runs functions of a module's top level one after the other, in a process of its own or a thread.

    What a function left in its module is there for the next one that the same hand runs.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def run(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[R]":
        """Begin; the result is awaited later."""
        return asyncio.wrap_future(self._executor.submit(function, *args, **kwargs))

    def end(self) -> None:
        """Wait for what runs; what has not begun does not."""
        self._executor.shutdown(cancel_futures=True)


@asynccontextmanager
async def crew(size: int, *, preload: str) -> AsyncIterator[Sequence[Hand]]:
    """Hands for a file of `size` bytes; `preload` is the module whose functions they run. They end with the block."""
    hands = [Hand(ThreadPoolExecutor(1))] if size < LARGE else [Hand(one) for one in _processes(preload)]
    try:
        yield hands
    finally:
        for hand in hands:
            await asyncio.to_thread(hand.end)


async def held(begun: AsyncIterator[R], ahead: int) -> AsyncGenerator[R, None]:
    """The same in its order, so many drawn before one is given: what was begun goes on while others are waited for."""
    waiting = deque[R]()
    async for one in begun:
        waiting.append(one)
        if len(waiting) > ahead:
            yield waiting.popleft()
    while waiting:
        yield waiting.popleft()


def _processes(preload: str) -> list[ProcessPoolExecutor]:
    context = multiprocessing.get_context("forkserver")  # plain forks inherit the locks of our threads
    context.set_forkserver_preload(["__main__", preload])  # once, and not in each process
    return [ProcessPoolExecutor(1, mp_context=context, initializer=_begin) for _ in range(_PROCESSES)]


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


__all__ = ["LARGE", "Hand", "crew", "held"]
