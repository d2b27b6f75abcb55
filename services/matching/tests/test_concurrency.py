"""Store, commit, then look: what arrives together finds each other, whatever waits for whatever."""

import asyncio
import random

import matching_samples as samples
import pytest
from matching_samples import announced, fitting
from sqlalchemy import text

from contracts.demand import ApplicationStatus
from contracts.matching import Answer, CallIssued
from matching.acts import calling
from matching.domain.application import Application
from matching.domain.call import AnswerRefused
from matching.domain.policy import Basis
from matching.domain.rules import findings
from matching.handlers.applications import record
from matching.handlers.vacancies import follow
from matching.index import Index


class PausedIndex(Index):
    """Stops after its first ranking until it is let go: the window between looking and committing, held open."""

    def __init__(self):
        super().__init__()
        self.ranked, self.go_on, self.asked = asyncio.Event(), asyncio.Event(), 0

    async def shortlist(self, *given, **named):
        found = await super().shortlist(*given, **named)
        self.asked += 1
        if self.asked == 1:
            self.ranked.set()
            await self.go_on.wait()
        return found


@pytest.fixture
def paused(monkeypatch):
    index = PausedIndex()
    monkeypatch.setattr(calling, "index", index)
    return index


async def called(harness):
    return [CallIssued.model_validate(one.payload) for one in await harness.outbox(CallIssued.TYPE)]


async def test_an_application_committed_while_its_vacancy_is_being_matched_is_called(harness, paused):
    (one,) = fitting(1)
    await harness.handle(announced())
    looking = asyncio.create_task(harness.run_due())
    await paused.ranked.wait()
    await harness.handle(one)
    # Looks at the application now, finds the vacancy, leaves a look that has to wait for the vacancy's lock.
    second = asyncio.create_task(harness.run_due())
    while await harness.scalar("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0:
        await asyncio.sleep(0.01)
    assert await called(harness) == []
    paused.go_on.set()
    await asyncio.gather(looking, second)
    assert [event.application_id for event in await called(harness)] == [one.application_id]


@pytest.mark.parametrize("first", ["application", "vacancy"])
async def test_two_that_are_stored_at_once_find_each_other(harness, first):
    """Both transactions are open at the same time, and neither sees the other; whichever commits last finds both."""
    (one,), vacancy = fitting(1), announced()
    async with harness.work() as outer:
        async with harness.work() as inner:
            if first == "application":
                await record([one], inner)
                await follow(vacancy, outer)
            else:
                await follow(vacancy, inner)
                await record([one], outer)
        await harness.run_due()
        assert await called(harness) == []
    await harness.run_due()
    assert [event.application_id for event in await called(harness)] == [one.application_id]


async def test_an_application_withdrawn_after_the_ranking_is_passed_over(harness, paused):
    everyone = fitting(21)
    await harness.handle(*everyone)
    await harness.run_due()
    await harness.handle(announced())
    looking = asyncio.create_task(harness.run_due())
    await paused.ranked.wait()
    best = everyone[-1]
    await harness.handle(best.model_copy(update={"version": 2, "status": ApplicationStatus.WITHDRAWN}))
    paused.go_on.set()
    await looking
    events = await called(harness)
    assert {event.application_id for event in events} == {one.application_id for one in everyone[:-1]}
    assert sorted(event.rank for event in events) == list(range(1, 21))


async def test_answers_given_at_the_same_moment_call_as_many_and_no_more(harness):
    await harness.handle(*fitting(45))
    vacancy = announced()
    await harness.handle(vacancy)
    await harness.run_due()

    async def decline(call_id):
        async with harness.work() as work:
            await calling.give_answer(call_id, Answer.NOT_INTERESTED, reason=None, on_behalf_by=None, work=work)

    ids = [event.call_id for event in await called(harness)]
    workers = [harness.run_due() for _ in range(3)]
    await asyncio.gather(*map(decline, ids[:12]), *workers)
    await harness.run_due()
    assert len(await called(harness)) == 20 + 12
    assert await harness.scalar("SELECT standing FROM vacancy") == 20
    assert await harness.scalar("SELECT count(*) FROM call WHERE status = 'open'") == 20


async def test_a_storm_of_applications_vacancies_and_answers_forgets_nobody(harness):
    chance = random.Random(3)
    events = [samples.random_application(chance) for _ in range(600)]
    vacancies = [
        announced().model_copy(update={"dwelling": samples.random_home(chance, known=True)}) for _ in range(12)
    ]

    async def later(step):
        await asyncio.sleep(chance.random() / 2)
        await step

    async def decline_some():
        for event in (await called(harness))[:20]:
            try:
                async with harness.work() as work:
                    await calling.give_answer(
                        event.call_id, Answer.NOT_INTERESTED, reason=None, on_behalf_by=None, work=work
                    )
            except AnswerRefused:
                continue

    polls = [harness.handle(*events[start : start + 60]) for start in range(0, len(events), 60)]
    steps = [*polls, *map(harness.handle, vacancies), *(harness.run_due() for _ in range(8)), decline_some()]
    await asyncio.gather(*map(later, steps))
    await harness.run_due()
    everyone = [Application.recorded(event) for event in events]
    for vacancy in vacancies:
        policies = samples.policies()
        of_home = {"landlord": vacancy.landlord, "available_on": vacancy.expected_on}
        basis = Basis(policy=policies.of(vacancy.dwelling.commune), on=policies.on, **of_home)
        fit = {
            one.id for one in everyone if not any(found.excludes for found in findings(one, vacancy.dwelling, basis))
        }
        async with harness.database.session() as session:
            rows = (
                await session.execute(
                    text("SELECT application_id, status FROM call WHERE vacancy_id = :id"), {"id": vacancy.vacancy_id}
                )
            ).all()
        asked = {row.application_id for row in rows}
        holding = sum(row.status == "open" for row in rows)
        assert asked <= fit
        assert holding == min(20, len(fit) - (len(rows) - holding))
        assert len(asked) == len(rows)
