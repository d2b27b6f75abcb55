"""A database with the chassis's tables, and the edge of a made-up service on it."""

from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text

from chassis import schema
from chassis.handlers import Handlers
from chassis.jobs import Jobs
from chassis.testing import EdgeHarness

MakeHarness = Callable[..., EdgeHarness]


class _Statements:
    def __init__(self) -> None:
        self.all: list[str] = []

    def execute(self, sqltext: str) -> None:
        self.all.append(sqltext)


@pytest.fixture
async def harness(database: str) -> AsyncIterator[MakeHarness]:
    """Build harnesses on one database; the service is `matching`, whose dead-letter topic is in the table."""
    made: list[EdgeHarness] = []

    def make(handlers: Handlers | None = None, jobs: Jobs | None = None) -> EdgeHarness:
        one = EdgeHarness(database, service="matching", handlers=handlers, jobs=jobs)
        made.append(one)
        return one

    first = make()
    statements = _Statements()
    schema.create_v1(statements)
    schema.create_v2(statements)
    schema.create_v3(statements)
    async with first.database.engine.begin() as connection:
        for statement in statements.all:
            await connection.execute(text(statement.replace(":", "\\:")))
        await connection.execute(text("CREATE TABLE seen (place serial, what text)"))
    yield make
    for one in made:
        await one.close()
