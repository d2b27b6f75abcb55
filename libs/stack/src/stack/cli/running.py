"""Runs a command's coroutine; Ctrl-C and SIGTERM cancel it once, and it cleans up after itself."""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

R = TypeVar("R")

INTERRUPTED = 130


def run(work: Coroutine[Any, Any, R]) -> R:
    """Its result. Exits with status 130 when it was interrupted."""
    try:
        return asyncio.run(_until_signal(work))
    except asyncio.CancelledError:
        raise SystemExit(INTERRUPTED) from None


async def until_interrupted() -> None:
    """Wait for Ctrl-C or SIGTERM where that is how the command is meant to end: it is then no interruption."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()


async def _until_signal(work: Coroutine[Any, Any, R]) -> R:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, _cancel_once(task))
    return await task


def _cancel_once(task: "asyncio.Future[Any]") -> Any:
    def cancel() -> None:
        if not getattr(task, "parcours_cancelled", False):
            task.parcours_cancelled = True  # type: ignore[attr-defined]  # a second Ctrl-C must not cut the cleaning up short
            task.cancel()

    return cancel
