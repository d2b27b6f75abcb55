"""The index follows its database: whatever commits in whatever order, a ranking sees all that was committed before."""

import asyncio
import random
from types import SimpleNamespace

import matching_samples as samples
import pytest
from matching_samples import announced, fitting, wishes
from sqlalchemy import text

from contracts.demand import ApplicationStatus
from contracts.matching import CallIssued
from matching import following
from matching.domain.policy import Basis
from matching.index import Index
from matching.store import applications, postings, vacancies

POLICIES = samples.policies()
VACANCY = samples.vacancy()
BASIS = Basis(policy=POLICIES.of("75118"), on=POLICIES.on, available_on=VACANCY.available_on)


class Watched(Index):
    """A replica of its own, which counts how often it had to load everything."""

    def __init__(self):
        super().__init__()
        self.loads = 0

    def replica(self, session):
        found = super().replica(session)
        if not hasattr(found, "watched"):
            load, found.watched = found._load, True

            async def counted(*given):
                self.loads += 1
                return await load(*given)

            found._load = counted
        return found

    async def ranked(self, harness):
        async with harness.database.session() as session:
            return await self.ranked_in(session)

    async def ranked_in(self, session):
        found = await self.shortlist(session, VACANCY, BASIS, limit=100)
        return [one.application_id for one in found]


@pytest.fixture
def index():
    return Watched()


async def store(harness, *events):
    async with harness.work() as work:
        await applications.record(work.session, events, POLICIES)


def changed(event, version=2, **fields):
    return event.model_copy(update={"version": version, **fields})


async def test_an_older_transaction_that_commits_after_a_reading_is_read(harness, index):
    """The younger transaction's row is read first; the older one is in progress then, and comes when it commits."""
    older, younger = fitting(2)
    assert await index.ranked(harness) == []
    async with harness.work() as first:
        await applications.record(first.session, [older], POLICIES)
        await store(harness, younger)
        assert await index.ranked(harness) == [younger.application_id]
        async with harness.work() as third:
            await applications.record(third.session, fitting(1), POLICIES)
        assert len(await index.ranked(harness)) == 2
    assert older.application_id in await index.ranked(harness)
    assert index.loads == 1


async def test_a_load_while_transactions_run_misses_none_of_them(harness, index):
    (slow,), (late,) = fitting(1), fitting(1)
    async with harness.work() as open_before:
        await applications.record(open_before.session, [slow], POLICIES)
        assert await index.ranked(harness) == []
    await store(harness, late)
    assert set(await index.ranked(harness)) == {slow.application_id, late.application_id}


async def test_a_ranking_that_writes_afterwards_in_its_own_transaction_hides_nothing(harness, index):
    """Its own transaction counts as running in its snapshot; what it rolls back was never there."""
    first, second, third = fitting(3)
    await store(harness, first)
    async with harness.work() as work:
        await work.session.execute(text("SELECT pg_current_xact_id()"))
        assert await index.ranked_in(work.session) == [first.application_id]
        await applications.record(work.session, [second], POLICIES)
    assert set(await index.ranked(harness)) == {first.application_id, second.application_id}

    class RolledBack(Exception):
        pass

    moved = changed(first, wishes=wishes(min_area_m2=1))
    dearer = changed(third, wishes=wishes(max_rent_cents=1))

    async def write_rank_and_fail():
        async with harness.work() as work:
            await store(harness, third)
            await applications.record(work.session, [moved, dearer], POLICIES)
            seen = await index.ranked_in(work.session)
            assert set(seen) == {first.application_id, second.application_id}
            raise RolledBack

    with pytest.raises(RolledBack):
        await write_rank_and_fail()
    everyone = {first.application_id, second.application_id, third.application_id}
    assert set(await index.ranked(harness)) == everyone


async def test_what_is_closed_erased_or_changed_is_so_in_the_next_ranking(harness, index):
    kept, closed, erased, dearer = fitting(4)
    await store(harness, kept, closed, erased, dearer)
    assert len(await index.ranked(harness)) == 4
    await store(harness, changed(closed, status=ApplicationStatus.WITHDRAWN))
    async with harness.work() as work:
        await applications.forget(work.session, [erased.application_id])
    await store(harness, changed(dearer, wishes=wishes(max_rent_cents=10_000)))
    assert await index.ranked(harness) == [kept.application_id]
    await store(harness, changed(closed, version=3))
    assert set(await index.ranked(harness)) == {kept.application_id, closed.application_id}
    assert index.loads == 1


async def test_a_replica_that_slept_while_closed_rows_were_pruned_loads_anew(harness):
    awake, asleep = Watched(), Watched()
    one, other = fitting(2)
    await store(harness, one, other)
    for replica in (awake, asleep):
        assert len(await replica.ranked(harness)) == 2
    await store(harness, changed(one, status=ApplicationStatus.WITHDRAWN))
    assert await awake.ranked(harness) == [other.application_id]
    assert await harness.scalar("SELECT count(*) FROM posting WHERE packed IS NULL") == 1
    for _ in range(2):
        harness.clock.advance(samples.dt.timedelta(hours=1))
        await harness.run_due()
    assert await harness.scalar("SELECT count(*) FROM posting") == 1
    assert await awake.ranked(harness) == [other.application_id]
    assert await asleep.ranked(harness) == [other.application_id]
    assert asleep.loads == 2


async def test_two_replicas_under_a_storm_of_writers_agree_with_the_rules(harness):
    """Transactions of every length commit in every order; each reading has all that was committed before it."""
    chance = random.Random(12)
    replicas = [Watched(), Watched()]
    events = fitting(40)
    versions = dict.fromkeys((one.application_id for one in events), 0)
    committed = set()

    async def write(event):
        await asyncio.sleep(chance.random() / 20)
        versions[event.application_id] += 1
        version = versions[event.application_id]
        closed = chance.random() < 0.3
        status = ApplicationStatus.WITHDRAWN if closed else ApplicationStatus.ACTIVE
        async with harness.work() as work:
            written = await applications.record(work.session, [changed(event, version, status=status)], POLICIES)
            await asyncio.sleep(chance.random() / 20)
        return written

    async def read(replica):
        await asyncio.sleep(chance.random() / 10)
        async with harness.database.session() as session:
            before = set(await session.scalars(text("SELECT id FROM application WHERE status = 'active'")))
            gone = set(await session.scalars(text("SELECT id FROM application WHERE status <> 'active'")))
            seen = set(await replica.ranked_in(session))
            after = set(await session.scalars(text("SELECT id FROM application WHERE status = 'active'")))
        changed_meanwhile = before ^ after
        assert before - changed_meanwhile <= seen <= before | changed_meanwhile
        return gone

    for _ in range(4):
        await asyncio.gather(
            *(write(event) for event in chance.sample(events, 20)), *(read(chance.choice(replicas)) for _ in range(6))
        )
        active = set(await everyone_active(harness))
        for replica in replicas:
            assert set(await replica.ranked(harness)) == active
        committed |= active
    assert len(committed) > 20
    assert [replica.loads for replica in replicas] == [1, 1]


async def everyone_active(harness):
    async with harness.database.session() as session:
        return list(await session.scalars(text("SELECT id FROM application WHERE status = 'active'")))


async def test_a_change_finds_the_open_homes_that_it_reaches_and_no_others(harness):
    """The reverse query: by bucket, rent and area; each vacancy once, those it was called for not again."""
    near, far, dear = announced(), announced(commune="37261"), announced(base_rent_cents=200_000)
    await harness.handle(near, far, dear)
    await harness.run_due()
    (one,) = fitting(1, wishes=wishes(max_rent_cents=90_000))
    await store(harness, one)
    async with harness.work() as work:
        found = await vacancies.reached_by(work.session, [one.application_id], at_once=20)
    assert found == [(near.vacancy_id, one.application_id)]


async def test_a_database_from_before_is_posted_whole_before_the_replica_answers(harness):
    """As the migration leaves it: applications are there and nothing is posted, in a form this engine reads."""
    everyone = fitting(7)
    await store(harness, *everyone)
    async with harness.work() as work:
        await work.session.execute(text("UPDATE posting SET format = 0"))
        await work.session.execute(text("DELETE FROM posting_policy"))
    assert await Watched().ranked(harness) == []
    said = []
    health = SimpleNamespace(fail=lambda _, sentence: said.append(sentence))
    edge = SimpleNamespace(unit=lambda _: harness.work())
    await following.come_up(SimpleNamespace(edge=edge, health=health, database=harness.database))
    assert any("being posted" in sentence for sentence in said)
    assert "7 of about" in said[-1]
    assert len(await Watched().ranked(harness)) == 7
    assert await harness.scalar("SELECT name FROM posting_policy") == POLICIES.fingerprint
    await harness.handle(announced())
    await harness.run_due()
    assert len(await harness.outbox(CallIssued.TYPE)) == 7


async def test_a_restored_backup_does_not_count_as_news_for_ever(harness, index):
    """Rows signed by transactions that this server has not come to yet."""
    await store(harness, *fitting(3))
    async with harness.work() as work:
        await work.session.execute(text("UPDATE posting SET writer = '99999999999'"))
    assert len(await index.ranked(harness)) == 3
    async with harness.work() as work:
        await postings.take_over(work.session)
    async with harness.database.session() as session:
        replica = index.replica(session)
        assert await replica.follow(session) == 3
        assert await replica.follow(session) == 0
