"""What comes in by the thousand, past the edge's handlers: a file's own edge, and rows loaded a chunk a transaction."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import asyncpg

from chassis.clock import Clock, SystemClock
from chassis.database import Database, asyncpg_url
from chassis.edge import Edge
from chassis.handlers import Handlers
from chassis.health import Health
from chassis.metrics import Metrics

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were given and how many of them were new."""

    given: int
    new: int


@asynccontextmanager
async def import_edge(url: str, service: str, clock: Clock | None = None) -> AsyncIterator[Edge]:
    """An edge on one connection, which holds from chunk to chunk what a file said before."""
    database = Database(url, name=f"{service}.import", pool_size=1)
    try:
        yield Edge(
            service=service,
            database=database,
            handlers=Handlers(),
            clock=clock or SystemClock(),
            health=Health(),
            metrics=Metrics(),
        )
    finally:
        await database.close()


async def load(
    url: str,
    rows: Iterable[T],
    store: Callable[[asyncpg.Connection, Sequence[T]], Awaitable[int]],
    *,
    size: int,
    staging: str,
    progress: Callable[[int], None] | None = None,
) -> Loaded:
    """Load `size` rows a transaction, all over one connection that `staging` was run on.

    `store` writes a chunk and says how many of its rows were new; `progress` is told how many rows are committed.
    """
    source, given, new = iter(rows), 0, 0
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        await connection.execute(staging)
        while chunk := list(islice(source, size)):
            async with connection.transaction():
                new += await store(connection, chunk)
            given += len(chunk)
            if progress:
                progress(given)
    finally:
        await connection.close()
    return Loaded(given, new)
