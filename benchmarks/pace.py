"""An open loop: what is sent does not wait for what came of it."""

import asyncio
from collections.abc import Awaitable, Callable


async def evenly(count: int, rate: float, send: Callable[[int], Awaitable[None]]) -> float:
    """Call `send(0)`, …, `send(count - 1)`, each at its moment, `rate` a second; return how late the latest began (s).

    A `send` that takes long does not delay the next one.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    latest = 0.0
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - loop.time()))
            latest = max(latest, loop.time() - due)
            group.create_task(_sent(send, number))
    return latest


async def _sent(send: Callable[[int], Awaitable[None]], number: int) -> None:
    await send(number)
