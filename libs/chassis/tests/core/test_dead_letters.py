"""Dead letters are listed, shown, replayed or discarded with a reason; a replay is one transaction with its mark."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text

from chassis import dead_letters
from chassis.dead_letters import NoSuchDeadLetter
from chassis.handlers import Handlers, RuleBroken
from chassis.testing import EdgeHarness
from chassis.work import Work
from contracts.inventory import VacancyLet

from .events import let, note, noted


def moody(mood: list[bool]) -> Handlers:
    """Refuses while the mood is bad; keeps a version guard, as every handler of facts does."""
    handlers = Handlers()

    @handlers.reaction(VacancyLet)
    async def react(event: VacancyLet, work: Work) -> None:
        await note(work, f"v{event.version}")
        if not mood[0]:
            raise RuleBroken("the mood is bad")
        work.emit(let(event.vacancy_id, event.version + 100))

    return handlers


async def letters(edge: EdgeHarness, state: str | None = "open"):
    async with edge.database.session() as session:
        return await dead_letters.find(session, state=state)


async def take_again(edge: EdgeHarness, letter_id, handlers: Handlers) -> None:
    """What `chassis.runtime` does when the replay is due."""
    async with edge.work() as work:
        _, record = await dead_letters.get(work.session, letter_id)
        await edge.edge.accept(record, work, unmark=True)
        await dead_letters.mark_replayed(work, letter_id)


async def test_a_dead_letter_is_listed_and_shown_with_its_record(harness):
    edge = harness(moody([False]))
    record = edge.record(let(version=7), offset=42)
    await edge.edge.process([record])
    (letter,) = await letters(edge)
    assert (letter.topic, letter.offset, letter.reason) == (record.topic, 42, "rule_broken")
    assert letter.error == "the mood is bad"
    async with edge.database.session() as session:
        _, shown = await dead_letters.get(session, letter.id)
    assert shown == replace(record, headers=[tuple(pair) for pair in record.headers])


async def test_a_replay_has_its_effects_once_and_flips_the_mark(harness):
    mood = [False]
    handlers = moody(mood)
    edge = harness(handlers)
    record = edge.record(let(version=7))
    await edge.edge.process([record])
    assert await edge.scalar("SELECT dead FROM inbox") is True
    mood[0] = True
    (letter,) = await letters(edge)
    async with edge.work() as work:
        await dead_letters.request_replay(work, letter.id)
    assert await edge.scalar("SELECT kind FROM due_work") == dead_letters.REPLAY
    await take_again(edge, letter.id, handlers)
    assert await noted(edge) == ["v7"]
    assert await edge.scalar("SELECT dead FROM inbox") is False
    assert [one.state for one in await letters(edge, None)] == ["replayed"]
    await edge.edge.process([record])
    assert await noted(edge) == ["v7"], "the record came again from the broker and was taken twice"


async def test_a_replay_that_fails_leaves_the_mark_and_nothing_else(harness):
    handlers = moody([False])
    edge = harness(handlers)
    await edge.handle(let())
    (letter,) = await letters(edge)
    with pytest.raises(RuleBroken):
        await take_again(edge, letter.id, handlers)
    assert await noted(edge) == []
    assert await edge.scalar("SELECT dead FROM inbox") is True
    assert len(await letters(edge)) == 1


async def test_discarding_says_why_and_happens_once(harness):
    edge = harness(moody([False]))
    await edge.handle(let())
    (letter,) = await letters(edge)
    async with edge.work() as work:
        await dead_letters.discard(work, letter.id, reason="the landlord sent it again")
    (settled,) = await letters(edge, "discarded")
    assert settled.settled_note == "the landlord sent it again"
    async with edge.work() as work:
        with pytest.raises(NoSuchDeadLetter, match="no open dead letter"):
            await dead_letters.request_replay(work, letter.id)


async def test_an_unknown_dead_letter_is_named(harness):
    edge = harness()
    nobody = uuid4()
    async with edge.work() as work:
        with pytest.raises(NoSuchDeadLetter, match=str(nobody)):
            await dead_letters.get(work.session, nobody)


async def test_partitions_are_made_ahead_and_take_what_came_too_early(harness):
    from chassis import maintenance

    edge = harness(moody([True]))
    record = edge.record(let(version=1))
    await edge.edge.process([record])
    assert await edge.scalar("SELECT count(*) FROM inbox_default") == 1
    async with edge.work() as work:
        await maintenance.tend_partitions(work.session, work.now.date())
        await maintenance.forget_keys(work.session, work.now)
    assert await edge.scalar("SELECT count(*) FROM inbox_default") == 0
    assert await edge.scalar("SELECT count(*) FROM inbox_20261122") == 1
    await edge.edge.process([record])
    assert await noted(edge) == ["v1"]
    async with edge.work() as work:
        later = work.now.date().replace(year=2027)
        await maintenance.tend_partitions(work.session, later)
        gone = await work.session.scalar(text("SELECT to_regclass('inbox_20261122')"))
    assert gone is None
