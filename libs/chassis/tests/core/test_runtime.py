"""A whole replica: comes up when its world is ready, says why not before, and goes down without loss."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from chassis import dead_letters, migrations, topics
from chassis.handlers import Handlers, RuleBroken
from chassis.jobs import Jobs
from chassis.service import Service
from chassis.settings import ServiceSettings, prefixed
from chassis.testing import EdgeHarness
from chassis.work import Task, Work
from contracts.inventory import VacancyLet

from .events import let, note, noted
from .test_bus import publish


class Settings(ServiceSettings):
    model_config = prefixed("TOY_")


async def reasons(client: httpx.AsyncClient) -> tuple[int, str]:
    answer = await client.get("/health/ready")
    return answer.status_code, answer.text


@pytest.fixture
async def current(harness, monkeypatch):
    """The toy's database is made by the harness, so its migrations count as run."""

    async def yes(url: str, service: str) -> bool:
        return True

    monkeypatch.setattr(migrations, "is_current", yes)
    return harness


def toy(mood: list[bool], vacancy) -> Service[Settings]:
    handlers, jobs = Handlers(), Jobs()

    @handlers.reaction(VacancyLet)
    async def react(event: VacancyLet, work: Work) -> None:
        if event.vacancy_id != vacancy:
            return
        if not mood[0]:
            raise RuleBroken("the mood is bad")
        work.due("note", str(event.version))

    @jobs.on("note")
    async def run(task: Task, work: Work) -> None:
        await note(work, task.subject)
        work.emit(let(uuid4(), 1))

    return Service(name="matching", title="Toy", settings=Settings, handlers=handlers, jobs=jobs)


@asynccontextmanager
async def replica(service: Service[Settings], settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The service from start-up to shutdown, and a client of its HTTP."""
    app = service.app(settings)
    transport = httpx.ASGITransport(app=app)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://toy") as client,
        app.router.lifespan_context(app),
    ):
        yield client


async def test_a_replica_comes_up_works_and_goes_down(current, kafka, database):
    vacancy, mood = uuid4(), [False]
    edge: EdgeHarness = current()
    settings = Settings(database_url=database, kafka_url=kafka, instance=f"i{vacancy.hex}")
    await topics.declare(kafka)
    async with replica(toy(mood, vacancy), settings) as client:
        async with asyncio.timeout(20):
            while (await reasons(client))[0] != 200:
                await asyncio.sleep(0.05)
        await publish(kafka, edge.record(let(vacancy, 1)))
        async with asyncio.timeout(20):
            while not await edge.scalar("SELECT count(*) FROM dead_letter WHERE reason = 'rule_broken'"):
                await asyncio.sleep(0.02)
        async with edge.work() as work:
            # the topic also holds what other tests wrote
            (letter,) = [one for one in await dead_letters.find(work.session) if one.reason == "rule_broken"]
            await dead_letters.request_replay(work, letter.id)
        async with asyncio.timeout(20):
            while not await edge.scalar("SELECT max(attempts) FROM dead_letter"):
                await asyncio.sleep(0.02)
        assert await edge.scalar("SELECT error FROM dead_letter WHERE attempts = 1") == "the mood is bad"
        mood[0] = True
        async with edge.work() as work:
            await dead_letters.request_replay(work, letter.id)
        await publish(kafka, edge.record(let(vacancy, 2)))
        async with asyncio.timeout(20):
            while sorted(await noted(edge)) != ["1", "2"]:
                await asyncio.sleep(0.02)
    async with edge.database.session() as session:
        assert [one.id for one in await dead_letters.find(session, state="replayed")] == [letter.id]
        left = await session.scalar(text("SELECT count(*) FROM outbox"))
    assert left == 0, "the relay ended before it had sent what was written"
    assert await edge.scalar("SELECT count(*) FROM event_log") >= 3


async def test_a_replica_whose_database_is_behind_is_not_ready_and_says_what_to_do(harness, kafka, database):
    harness()
    settings = Settings(database_url=database, kafka_url=kafka, instance=f"i{uuid4().hex}")
    async with replica(toy([True], uuid4()), settings) as client:
        async with asyncio.timeout(10):
            while "parcours migrate matching" not in (await reasons(client))[1]:
                await asyncio.sleep(0.05)
        assert (await reasons(client))[0] == 503
        assert (await client.get("/health/live")).status_code == 200


async def test_a_replica_without_its_broker_is_alive_but_not_ready(current, database):
    current()
    settings = Settings(database_url=database, kafka_url="127.0.0.1:9", instance=f"i{uuid4().hex}")
    async with replica(toy([True], uuid4()), settings) as client:
        async with asyncio.timeout(10):
            while "KafkaConnectionError" not in (await reasons(client))[1]:
                await asyncio.sleep(0.05)
        assert (await reasons(client))[0] == 503


async def test_a_replica_whose_topics_differ_from_the_table_is_not_ready_and_names_them(
    current, kafka, database, monkeypatch
):
    current()
    differs = "topic inventory.vacancy.v1 has 3 partitions instead of 4: keys would lie in other partitions"

    async def compare(*_: object) -> list[str]:
        return [differs]

    monkeypatch.setattr(topics, "compare", compare)
    settings = Settings(database_url=database, kafka_url=kafka, instance=f"i{uuid4().hex}")
    async with replica(toy([True], uuid4()), settings) as client:
        async with asyncio.timeout(20):
            while differs not in (await reasons(client))[1]:
                await asyncio.sleep(0.05)
        assert (await reasons(client))[0] == 503
