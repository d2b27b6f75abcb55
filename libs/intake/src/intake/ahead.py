"""Reading ahead: the next chunk is made in a thread while the database works on this one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TypeVar

from intake.garbage import seldom_collected

T = TypeVar("T")


@asynccontextmanager
async def read_ahead(chunks: Iterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """What the iterator gives, one ahead of whoever takes it; nothing runs any more when the block ends."""
    ahead = asyncio.create_task(asyncio.to_thread(next, chunks, None))

    async def taken() -> AsyncIterator[T]:
        nonlocal ahead
        while (one := await ahead) is not None:
            ahead = asyncio.create_task(asyncio.to_thread(next, chunks, None))
            yield one

    try:
        with seldom_collected():
            yield taken()
    finally:
        await asyncio.wait([ahead])  # its thread reads the file
