"""Due work: once, at its time, by whoever comes first, visibly when it fails."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from chassis import due
from chassis.due import DueWork
from chassis.handlers import Handlers
from chassis.jobs import Jobs
from chassis.work import Task, Work
from contracts.event import Envelope
from contracts.inventory import VacancyLet

from .events import let, note, noted, withdrawn


def noting() -> Jobs:
    jobs = Jobs()

    @jobs.on("note")
    async def run(task: Task, work: Work) -> None:
        await note(work, f"{task.subject} {task.payload.get('extra', '')}".strip())

    return jobs


async def test_work_runs_at_its_time_and_not_before(harness):
    edge = harness(jobs=noting())
    async with edge.work() as work:
        work.due("note", "later", at=work.now + dt.timedelta(hours=1))
        work.due("note", "now", extra=7)
    assert await edge.run_due() == 1
    edge.clock.advance(dt.timedelta(hours=1))
    assert await edge.run_due() == 1
    assert await noted(edge) == ["now 7", "later"]
    assert await edge.scalar("SELECT count(*) FROM due_work") == 0


async def test_the_story_goes_on_through_due_work(harness):
    jobs = Jobs()

    @jobs.on("emit")
    async def run(task: Task, work: Work) -> None:
        work.emit(let())

    edge = harness(jobs=jobs)
    async with edge.work() as work:
        story = work.cause.correlation_id
        work.due("emit", "subject")
    await edge.run_due()
    (out,) = await edge.outbox()
    assert out.headers["correlationid"] == story


async def test_work_that_fails_leaves_nothing_and_comes_again_later(harness):
    jobs = Jobs()
    fail = [True]

    @jobs.on("note")
    async def run(task: Task, work: Work) -> None:
        await note(work, f"attempt {task.attempts}")
        if fail[0]:
            raise ValueError("not today")

    edge = harness(jobs=jobs)
    async with edge.work() as work:
        work.due("note", "subject")
    await edge.run_due()
    assert await noted(edge) == []
    assert await edge.scalar("SELECT last_error FROM due_work") == "ValueError: not today"
    assert await edge.run_due() == 0
    fail[0] = False
    edge.clock.advance(dt.timedelta(seconds=2))
    await edge.run_due()
    assert await noted(edge) == ["attempt 1"]


async def test_two_replicas_share_the_work_and_none_is_done_twice(harness):
    jobs = Jobs()

    @jobs.on("note")
    async def run(task: Task, work: Work) -> None:
        await note(work, task.subject)
        await asyncio.sleep(0.005)

    one, other = harness(jobs=jobs), harness(jobs=jobs)
    async with one.work() as work:
        for place in range(40):
            work.due("note", str(place))
    shares = await asyncio.gather(one.run_due(), other.run_due())
    assert sorted(map(int, await noted(one))) == list(range(40))
    assert all(shares), f"one replica did all the work: {shares}"


async def test_what_is_cancelled_does_not_run(harness):
    edge = harness(jobs=noting())
    async with edge.work() as work:
        work.due("note", "subject", at=work.now + dt.timedelta(hours=1))
    async with edge.work() as work:
        await due.cancel(work.session, "note", "subject")
    edge.clock.advance(dt.timedelta(hours=2))
    assert await edge.run_due() == 0


async def test_a_commit_wakes_the_runner(harness, monkeypatch):
    monkeypatch.setattr(due, "IDLE_POLL_S", 600)  # its own look comes too late for this test
    edge = harness(jobs=noting())
    runner = DueWork(edge.edge, noting())
    task = asyncio.create_task(runner.run())
    async with edge.work() as work:
        work.due("note", "subject")
    async with asyncio.timeout(20):
        while not await noted(edge):
            await asyncio.sleep(0.005)
    await runner.stop()
    await task


async def test_work_left_while_all_workers_are_busy_is_done_by_them_at_once(harness):
    jobs, going, release = Jobs(), asyncio.Event(), asyncio.Event()

    @jobs.on("long")
    async def long(task: Task, work: Work) -> None:
        going.set()
        await release.wait()

    @jobs.on("note")
    async def run(task: Task, work: Work) -> None:
        await note(work, task.subject)

    edge = harness(jobs=jobs)
    runner = DueWork(edge.edge, jobs, workers=1)
    task = asyncio.create_task(runner.run())
    async with edge.work() as work:
        work.due("long", "subject")
    await going.wait()
    for place in range(30):
        async with edge.work() as work:
            work.due("note", str(place))
    began = asyncio.get_running_loop().time()
    release.set()
    async with asyncio.timeout(20):
        while len(await noted(edge)) < 30:
            await asyncio.sleep(0.005)
    took_s = asyncio.get_running_loop().time() - began
    await runner.stop()
    await task
    assert took_s < 30 * due.IDLE_POLL_S / 2, "each piece waited for a look of its own"


async def test_a_backlog_is_worked_off_by_all_workers_without_waiting(harness):
    jobs, at_once, most = Jobs(), 0, 0

    @jobs.on("note")
    async def run(task: Task, work: Work) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await note(work, task.subject)
        await asyncio.sleep(0.01)
        at_once -= 1

    edge = harness()
    async with edge.work() as work:
        for place in range(60):
            work.due("note", str(place))
    runner = DueWork(edge.edge, jobs, workers=3)
    began = asyncio.get_running_loop().time()
    task = asyncio.create_task(runner.run())
    async with asyncio.timeout(20):
        while len(await noted(edge)) < 60:
            await asyncio.sleep(0.005)
    took_s = asyncio.get_running_loop().time() - began
    await runner.stop()
    await task
    assert most == 3
    assert took_s < 60 * due.IDLE_POLL_S / 2, "each piece waited for a look of its own"


async def test_what_due_work_publishes_names_what_left_it_as_its_cause(harness):
    """The event that led to it, or the one named when many were handled together."""
    handlers, jobs = Handlers(), Jobs()

    @handlers.projection(VacancyLet)
    async def keep(events: Sequence[VacancyLet], work: Work) -> None:
        work.due("emit", "first")
        for event, envelope in zip(events, work.envelopes, strict=True):
            work.due("emit", str(event.version), cause=envelope)

    @jobs.on("emit")
    async def run(task: Task, work: Work) -> None:
        work.emit(withdrawn(UUID(int=1), 1))

    edge = harness(handlers, jobs=jobs)
    told = [Envelope.new(VacancyLet.TYPE, source="test", time=edge.clock.now()) for _ in range(2)]
    await edge.edge.process(
        [edge.record(let(version=at), offset=at, envelope=envelope) for at, envelope in enumerate(told, start=1)]
    )
    await edge.run_due()
    causes = sorted(one.headers["causationid"] for one in await edge.outbox())
    assert causes == sorted([told[0].id, told[0].id, told[1].id])
    assert {one.headers["correlationid"] for one in await edge.outbox()} == {one.id for one in told}
