"""What passes by itself is waited for in place; nothing is lost and nothing becomes a dead letter."""

import asyncio

import pytest
from sqlalchemy import text

from chassis.edge import EdgeClosed
from chassis.handlers import Handlers
from chassis.work import Work
from contracts.inventory import VacancyLet

from .events import let, note, noted


def noting() -> Handlers:
    handlers = Handlers()

    @handlers.reaction(VacancyLet)
    async def react(event: VacancyLet, work: Work) -> None:
        await note(work, str(event.version))

    return handlers


async def test_a_poll_waits_for_the_database_and_is_then_taken_once(harness, postgres_server):
    edge = harness(noting())
    await edge.handle(let(version=1))
    postgres_server.stop()
    try:
        taking = asyncio.create_task(edge.handle(let(version=2), let(version=3)))
        async with asyncio.timeout(10):
            while not edge.health.conditions:
                await asyncio.sleep(0.02)
        assert "Waiting with the order kept" in edge.health.conditions[0].message
        assert not taking.done()
    finally:
        postgres_server.start()
    await asyncio.wait_for(taking, 20)
    assert await noted(edge) == ["1", "2", "3"]
    assert await edge.scalar("SELECT count(*) FROM dead_letter") == 0
    assert not edge.health.conditions


async def test_a_connection_killed_in_mid_handler_means_once_again_from_the_start(harness):
    handlers = Handlers()
    kills = [1]

    @handlers.reaction(VacancyLet)
    async def react(event: VacancyLet, work: Work) -> None:
        await note(work, str(event.version))
        if kills and event.version == 2:
            kills.pop()
            pid = await work.session.scalar(text("SELECT pg_backend_pid()"))
            async with edge.database.session() as other:
                await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            await work.session.execute(text("SELECT 1"))

    edge = harness(handlers)
    await edge.handle(let(version=1), let(version=2), let(version=3))
    assert await noted(edge) == ["1", "2", "3"]
    assert await edge.scalar("SELECT count(*) FROM dead_letter") == 0


async def test_a_deadlock_is_tried_again(harness):
    """Both hold a row and want the other's; PostgreSQL ends one, and the edge takes its poll again."""
    edge = harness()
    async with edge.work() as work:
        await work.session.execute(text("CREATE TABLE row (id int PRIMARY KEY, hits int DEFAULT 0)"))
        await work.session.execute(text("INSERT INTO row VALUES (1), (2)"))
    both_hold = asyncio.Barrier(2)

    def taker(first: int, second: int) -> Handlers:
        handlers = Handlers()
        waits = [1]

        @handlers.reaction(VacancyLet)
        async def react(event: VacancyLet, work: Work) -> None:
            update = text("UPDATE row SET hits = hits + 1 WHERE id = :id")
            await work.session.execute(update, {"id": first})
            if waits:
                waits.pop()
                await both_hold.wait()
            await work.session.execute(update, {"id": second})

        return handlers

    one, other = harness(taker(1, 2)), harness(taker(2, 1))
    await asyncio.gather(one.handle(let()), other.handle(let()))
    assert await edge.scalar("SELECT sum(hits) FROM row") == 4
    assert await edge.scalar("SELECT count(*) FROM dead_letter") == 0


async def test_a_stopping_service_gives_up_waiting_without_acknowledging(harness, postgres_server):
    edge = harness(noting())
    postgres_server.stop()
    try:
        taking = asyncio.create_task(edge.handle(let()))
        async with asyncio.timeout(10):
            while not edge.health.conditions:
                await asyncio.sleep(0.02)
        edge.edge.close()
        with pytest.raises(EdgeClosed):
            await asyncio.wait_for(taking, 10)
    finally:
        postgres_server.start()
    assert await noted(edge) == []
