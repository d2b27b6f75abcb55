"""A command's unit of work in the database of one service, by the same edge as the service's own."""

import contextlib
from collections.abc import AsyncIterator

from chassis.clock import SystemClock
from chassis.database import Database
from chassis.edge import Edge
from chassis.handlers import Handlers
from chassis.health import Health
from chassis.metrics import Metrics
from chassis.work import Work
from stack.state import StackState


@contextlib.asynccontextmanager
async def unit_of(state: StackState, service: str) -> AsyncIterator[Work]:
    """Commits when the block ends cleanly, rolls back when it raises."""
    database = Database(state.database_of(service), name=f"{service}.command", pool_size=1)
    edge = Edge(
        service=service,
        database=database,
        handlers=Handlers(),
        clock=SystemClock(),
        health=Health(),
        metrics=Metrics(),
    )
    try:
        async with edge.unit("command") as work:
            yield work
    finally:
        await database.close()
