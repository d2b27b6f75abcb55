"""How many live calls a household may have at a time, whatever looks at whatever at once."""

import asyncio
import datetime as dt
import random
from collections import Counter

import asyncpg
import matching_samples as samples
import pytest
from matching_samples import announced, fitting, household
from sqlalchemy import text

from chassis.testing import EdgeHarness
from contracts.event import Envelope
from contracts.inventory import VacancyAnnounced, VacancyLet
from contracts.matching import Answer, CallIssued
from matching.acts import calling
from matching.domain.call import AnswerRefused
from matching.domain.vacancy import apply
from matching.handlers import handlers
from matching.jobs import jobs
from matching.store import vacancies

DAYS_TO_ANSWER = dt.timedelta(days=3)


@pytest.fixture
def limit(monkeypatch):
    return lambda most_live, at_once=20: samples.calls_as(monkeypatch, most_live=most_live, calls_at_once=at_once)


async def rows(harness, query, **values):
    async with harness.database.session() as session:
        return (await session.execute(text(query), values)).all()


async def live(harness):
    """Live calls by application, which is what the slots say too."""
    counted = await rows(
        harness,
        "SELECT application_id, id FROM call WHERE status IN ('open', 'interested') ORDER BY application_id, id",
    )
    slots = await rows(harness, "SELECT application_id, call_id FROM call_slot ORDER BY application_id, call_id")
    assert [tuple(one) for one in slots] == [tuple(one) for one in counted]
    return Counter(one.application_id for one in counted)


async def called_for(harness, home):
    found = await rows(
        harness, "SELECT application_id FROM call WHERE vacancy_id = :id ORDER BY rank", id=home.vacancy_id
    )
    return [one.application_id for one in found]


async def come_free(harness, *homes):
    for home in homes:
        await harness.handle(home)
        await harness.run_due()


async def reply(harness, home, one, given=Answer.NOT_INTERESTED):
    found = await rows(
        harness, "SELECT id FROM call WHERE vacancy_id = :v AND application_id = :a",
        v=home.vacancy_id, a=one.application_id,
    )  # fmt: skip
    async with harness.work() as work:
        await calling.give_answer(found[0].id, given, reason=None, on_behalf_by=None, work=work)


async def test_who_has_as_many_calls_as_allowed_is_passed_over_and_the_next_is_called(harness, limit):
    limit(2, at_once=1)
    second, best = fitting(2)
    homes = [announced() for _ in range(5)]
    await harness.handle(second, best)
    await come_free(harness, *homes)
    assert [await called_for(harness, home) for home in homes] == [
        [best.application_id], [best.application_id], [second.application_id], [second.application_id], [],
    ]  # fmt: skip
    (last,) = (await harness.outbox(CallIssued.TYPE))[-1:]
    assert (last.payload["rank"], last.payload["called"]) == (1, 1), "who is passed over leaves no gap"


@pytest.mark.parametrize("ending", ["no", "silence", "let", "rule"])
async def test_a_slot_that_frees_lets_the_household_be_called_again_by_its_cause(harness, limit, ending):
    limit(1)
    (one,) = fitting(1)
    first, second = announced(), announced()
    await harness.handle(one)
    await come_free(harness, first, second)
    assert await called_for(harness, second) == []
    if ending == "no":
        await reply(harness, first, one)
    elif ending == "let":
        await harness.handle(VacancyLet(vacancy_id=first.vacancy_id, version=2, lease_signed_on=samples.ON))
    elif ending == "rule":
        told = Envelope.new(one.TYPE, source="demand", time=harness.clock.now())
        poor = household(reference_tax_income_euros=300_000)
        await harness.handle(one.model_copy(update={"version": 2, "household": poor}))
        await harness.run_due()
        assert await called_for(harness, second) == [], "the rule holds for the other home too"
        await harness.handle(one.model_copy(update={"version": 3}), envelope=told)
    else:
        harness.clock.advance(DAYS_TO_ANSWER)
    await harness.run_due()
    assert await called_for(harness, second) == [one.application_id]
    assert await called_for(harness, first) == [one.application_id], "never twice for one home"
    *_, ended, again = await harness.outbox()
    cause = told.id if ending == "rule" else ended.headers["ce_id"]
    assert again.headers["causationid"] == cause
    assert ended.payload["vacancy_id"] == str(first.vacancy_id)


async def test_interest_keeps_the_slot(harness, limit):
    limit(1)
    (one,) = fitting(1)
    first, second = announced(), announced()
    await harness.handle(one)
    await come_free(harness, first)
    await reply(harness, first, one, Answer.INTERESTED)
    await come_free(harness, second)
    harness.clock.advance(2 * DAYS_TO_ANSWER)
    await harness.run_due()
    assert await called_for(harness, second) == []


async def test_without_a_limit_no_slot_is_taken(harness, limit):
    limit(None)
    (one,) = fitting(1)
    await harness.handle(one)
    await come_free(harness, *(announced() for _ in range(8)))
    assert await harness.scalar("SELECT count(*) FROM call") == 8
    assert await harness.scalar("SELECT count(*) FROM call_slot") == 0


async def test_the_database_itself_gives_no_slot_twice(harness, limit):
    limit(1)
    (one,) = fitting(1)
    await harness.handle(one)
    await come_free(harness, announced())
    connection = await asyncpg.connect(harness.database.engine.url.set(drivername="postgresql").render_as_string(False))
    try:
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(
                "INSERT INTO call_slot SELECT application_id, slot, gen_random_uuid() FROM call_slot"
            )
    finally:
        await connection.close()


async def test_the_one_who_loses_a_slot_in_the_same_moment_looks_again_at_once(harness, limit):
    limit(1, at_once=1)
    second, best = fitting(2)
    await harness.handle(second, best)
    await harness.run_due()
    mine, other = announced(), announced()
    async with harness.work() as work:
        for home in (mine, other):
            held = await vacancies.meet(work.session, home.vacancy_id)
            held.vacancy = apply(held.vacancy, home)
            await vacancies.keep(work.session, held)
    told = Envelope.new(VacancyAnnounced.TYPE, source="inventory", time=harness.clock.now())
    async with harness.work() as work:
        await calling.fill(await vacancies.hold(work.session, mine.vacancy_id), work)
        async with harness.edge.unit("test", envelope=told) as later:
            later.due("match_vacancy", str(other.vacancy_id))
        looking = asyncio.create_task(harness.run_due())
        while await harness.scalar("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0:
            await asyncio.sleep(0.01)
    await looking
    assert await called_for(harness, mine) == [best.application_id]
    assert await called_for(harness, other) == [second.application_id]
    assert (await harness.outbox(CallIssued.TYPE))[-1].headers["causationid"] == told.id
    assert await harness.scalar("SELECT count(*) FROM due_work WHERE attempts > 0") == 0


@pytest.mark.parametrize("most_live", [1, 3])
async def test_two_replicas_never_call_a_household_too_often(harness, limit, most_live):
    """Many homes, many workers on two pools, answers meanwhile: nobody over the limit, nobody forgotten."""
    limit(most_live, at_once=4)
    chance = random.Random(most_live)
    everyone = fitting(16)
    await harness.handle(*everyone)
    await harness.run_due()
    homes = [announced() for _ in range(20)]
    twin = EdgeHarness(
        harness.database.engine.url.render_as_string(False), service="matching", handlers=handlers, jobs=jobs
    )
    lost = []
    whole = calling.calls.insert

    async def counting(session, issued, **named):
        taken = await whole(session, issued, **named)
        lost.append(len(issued) - len(taken))
        return taken

    calling.calls.insert = counting

    async def answer_some(replica):
        for _ in range(12):
            found = await rows(replica, "SELECT id FROM call WHERE status = 'open' ORDER BY random() LIMIT 1")
            for one in found:
                given = chance.choice((Answer.INTERESTED, Answer.NOT_INTERESTED, Answer.NOT_INTERESTED))
                try:
                    async with replica.work() as work:
                        await calling.give_answer(one.id, given, reason=None, on_behalf_by=None, work=work)
                except AnswerRefused:
                    continue

    try:
        await harness.handle(*homes)
        await asyncio.gather(*(one.run_due() for one in (harness, twin) * 4), answer_some(harness), answer_some(twin))
        await asyncio.gather(harness.run_due(), twin.run_due())
    finally:
        calling.calls.insert = whole
        await twin.close()
    assert sum(lost) > 0, "nothing was raced"
    counted = await live(harness)
    assert max(counted.values()) <= most_live
    assert await harness.scalar("SELECT count(*) FROM dead_letter") == 0
    assert await harness.scalar("SELECT count(*) FROM due_work WHERE attempts > 0") == 0
    for home in homes:
        asked = await called_for(harness, home)
        assert len(set(asked)) == len(asked)
        standing = await harness.scalar("SELECT standing FROM vacancy WHERE id = :id", id=home.vacancy_id)
        ranks = await rows(harness, "SELECT rank FROM call WHERE vacancy_id = :id ORDER BY rank", id=home.vacancy_id)
        assert [one.rank for one in ranks] == list(range(1, len(asked) + 1))
        if standing < 4:
            left = [one for one in everyone if one.application_id not in asked]
            assert all(counted[one.application_id] >= most_live for one in left), "a place and a slot were free"
