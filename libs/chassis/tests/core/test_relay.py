"""The relay on a real broker: order for every key, one leader, nothing lost between publish and move."""

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import text

from chassis import outbox, topics
from chassis.bus import producer
from chassis.database import asyncpg_url
from chassis.health import Health
from chassis.metrics import Metrics
from chassis.relay import LOCK, Relay
from contracts.demand import ContactRecorded
from contracts.topics import DEMAND_CONTACT, INVENTORY_VACANCY, PARTITIONS

from .events import let

TOPIC = INVENTORY_VACANCY.name


@pytest.fixture
async def broker(kafka: str) -> str:
    await topics.declare(kafka)
    return kafka


def relay(edge, broker: str, **options) -> Relay:
    return Relay(
        edge.database.url,
        producer=options.pop("producer", lambda: producer(broker, name="test")),
        name="test",
        health=edge.health,
        metrics=Metrics(),
        **options,
    )


@asynccontextmanager
async def running(*relays: Relay) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(one.run()) for one in relays]
    try:
        yield
    finally:
        for one in relays:
            await one.stop()
        await asyncio.gather(*tasks)


async def until(condition, seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


async def read(broker: str, keys: set[str]) -> list[tuple[str, int]]:
    """(key, version) of every record of these keys, in the broker's order per partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker)
    await consumer.start()
    try:
        places = [TopicPartition(TOPIC, partition) for partition in range(PARTITIONS)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        found = []
        for place in places:
            while await consumer.position(place) < ends[place]:
                found += [
                    (record.key.decode(), json.loads(record.value)["version"])
                    for record in (await consumer.getmany(place, timeout_ms=1000)).get(place, [])
                    if record.value and record.key.decode() in keys
                ]
        return found
    finally:
        await consumer.stop()


async def emit(edge, *events) -> None:
    async with edge.work() as work:
        for event in events:
            work.emit(event)


def empty(edge):
    async def check() -> bool:
        return await edge.scalar("SELECT count(*) FROM outbox") == 0

    return check


async def test_rows_are_sent_in_order_and_moved_to_the_history(harness, broker):
    edge = harness()
    vacancy = uuid4()
    await emit(edge, *(let(vacancy, version) for version in range(1, 30)))
    async with running(relay(edge, broker, page_rows=7)):
        await until(empty(edge))
    assert await read(broker, {str(vacancy)}) == [(str(vacancy), version) for version in range(1, 30)]
    assert await edge.scalar("SELECT count(*) FROM event_log WHERE published_at >= occurred_at") == 29


async def test_a_driver_that_lost_the_thread_interrupts_the_relay_and_no_more(harness, broker, monkeypatch):
    """As asyncpg says it where the server ended the session while all of this process stood still."""
    edge, lead = harness(), Relay._lead
    confused = iter([asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress")])

    async def lose_it_once(self, connection):
        for error in confused:
            raise error
        await lead(self, connection)

    monkeypatch.setattr(Relay, "_lead", lose_it_once)
    await emit(edge, let())
    async with running(relay(edge, broker)):
        await until(empty(edge))


async def test_a_commit_elsewhere_wakes_the_relay_by_notify(harness, broker, monkeypatch):
    # Its own look comes too late for this test, and nothing in this process wakes it as in a service.
    monkeypatch.setattr("chassis.relay.IDLE_POLL_S", 600)
    monkeypatch.setattr("chassis.relay.SILENCE_S", 600)
    edge = harness()
    leader = relay(edge, broker)
    elsewhere = await asyncpg.connect(asyncpg_url(edge.database.url))
    async with running(leader):
        await asyncio.wait_for(leader.leading.wait(), 10)
        for _ in range(3):
            async with edge.work() as work:
                work.emit(let())
                rows, work.outgoing = work.outgoing, []
            await outbox.bulk_insert(elsewhere, rows)
            await until(empty(edge))
    await elsewhere.close()


async def test_a_replica_that_does_not_lead_tells_the_leader_of_its_commits(harness, broker, monkeypatch):
    monkeypatch.setattr("chassis.relay.SILENCE_S", 600)
    edge, other = harness(), harness()
    leader, follower = relay(edge, broker), relay(other, broker)
    other.edge.after_commit.append(follower.woken_by)
    async with running(leader):
        await asyncio.wait_for(leader.leading.wait(), 10)
        async with running(follower):
            monkeypatch.setattr("chassis.relay.IDLE_POLL_S", 600)
            await asyncio.sleep(0.6)  # the pauses that had begun are over
            for _ in range(3):
                await emit(other, let())
                await until(empty(edge))


async def test_what_nobody_waits_for_leaves_with_the_next_look(harness, broker, monkeypatch):
    # Neither its own look nor NOTIFY tells: a pool's commits are told by `woken_by` alone.
    monkeypatch.setattr("chassis.relay.IDLE_POLL_S", 600)
    monkeypatch.setattr("chassis.relay.SILENCE_S", 600)
    edge = harness()
    leader = relay(edge, broker)
    edge.edge.after_commit.append(leader.woken_by)
    async with running(leader):
        await asyncio.wait_for(leader.leading.wait(), 10)
        for _ in range(2):
            async with edge.work() as work:
                work.patient = True
                work.emit(let())
        async with edge.work() as work:
            work.emit(let(), patient=True)
        await asyncio.sleep(0.3)
        assert await edge.scalar("SELECT count(*) FROM outbox") == 3
        await emit(edge, let())
        await until(empty(edge))


async def test_two_transactions_on_one_key_number_their_rows_in_commit_order(harness, broker):
    """The first to draw a number would commit last; the lock on the key makes the other wait for it."""
    edge = harness()
    vacancy = uuid4()
    first_wrote, let_first_commit = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with edge.database.session() as session:
            async with edge.work() as work:
                work.emit(let(vacancy, 1))
                rows, work.outgoing = work.outgoing, []
            await outbox.insert(session, rows)
            first_wrote.set()
            await let_first_commit.wait()
            await session.commit()

    slow_task = asyncio.create_task(slow())
    await first_wrote.wait()
    fast_task = asyncio.create_task(emit(edge, let(vacancy, 2)))
    done, _ = await asyncio.wait({fast_task}, timeout=0.5)
    assert not done, "the second transaction did not wait for the first to commit"
    assert await edge.scalar("SELECT count(*) FROM outbox") == 0
    let_first_commit.set()
    await asyncio.gather(slow_task, fast_task)
    order = await edge.scalar("SELECT array_agg((payload->>'version')::int ORDER BY seq) FROM outbox")
    assert order == [1, 2]


async def test_killed_between_publish_and_move_sends_again_and_loses_nothing(harness, broker):
    edge = harness()
    vacancy = uuid4()
    await emit(edge, let(vacancy, 1), let(vacancy, 2))

    class Killed(BaseException):
        pass

    dying = relay(edge, broker)

    async def die(*_: object) -> None:
        raise Killed

    dying._settle = die  # type: ignore[method-assign]  # the window between the broker's answer and our commit
    with pytest.raises(Killed):
        await dying.run()
    assert await edge.scalar("SELECT count(*) FROM outbox") == 2
    async with running(relay(edge, broker)):
        await until(empty(edge))
    assert await read(broker, {str(vacancy)}) == [(str(vacancy), version) for version in (1, 2, 1, 2)]


async def test_one_leads_and_the_next_takes_over_when_it_ends(harness, broker):
    edge = harness()
    first, second = relay(edge, broker), relay(edge, broker)
    first_task = asyncio.create_task(first.run())
    await asyncio.wait_for(first.leading.wait(), 10)
    async with running(second):
        await asyncio.sleep(0.6)
        assert not second.leading.is_set()
        await first.stop()
        await first_task
        await asyncio.wait_for(second.leading.wait(), 5)


async def test_a_leader_that_is_stopped_loses_the_lock(harness, broker):
    """A leader that says nothing for three seconds, as one stopped by SIGSTOP, is ended by the server."""
    edge = harness()
    silent = await asyncpg.connect(asyncpg_url(edge.database.url), server_settings={"idle_session_timeout": "3s"})
    assert await silent.fetchval("SELECT pg_try_advisory_lock($1)", LOCK)
    waiting = relay(edge, broker)
    async with running(waiting):
        await asyncio.sleep(1)
        assert not waiting.leading.is_set()
        await asyncio.wait_for(waiting.leading.wait(), 6)
    silent.terminate()


async def test_a_row_refused_for_good_is_parked_with_the_later_rows_of_its_key(harness, broker):
    edge = harness()
    bad, good = uuid4(), uuid4()
    await emit(edge, let(bad, 1))
    async with edge.work() as work:
        await work.session.execute(
            text("UPDATE outbox SET payload = payload::jsonb || jsonb_build_object('padding', repeat('x', 2000000))")
        )
    await emit(edge, let(bad, 2), let(good, 1))
    async with running(relay(edge, broker)):

        async def only_the_bad_key_is_left() -> bool:
            left = await edge.scalar("SELECT array_agg(DISTINCT aggregateid) FROM outbox")
            return left == [str(bad)]

        await until(only_the_bad_key_is_left)

        async def alarmed() -> bool:
            return any(one.name == "outbox.parked" for one in edge.health.conditions)

        await until(alarmed)
    assert await edge.scalar("SELECT count(*) FROM outbox") == 2
    assert "MessageSizeTooLarge" in await edge.scalar("SELECT max(parked_reason) FROM outbox")
    assert await read(broker, {str(bad), str(good)}) == [(str(good), 1)]


async def test_the_age_of_the_oldest_row_is_an_alarm(harness, broker, kafka_server):
    edge = harness()
    health = Health()
    edge.health = health
    edge.clock.advance(dt.datetime.now(dt.UTC) - edge.clock.now() - dt.timedelta(minutes=5))
    await emit(edge, let())
    kafka_server.stop()
    try:
        waiting = Relay(
            edge.database.url,
            producer=lambda: producer(broker, name="test"),
            name="test",
            health=health,
            metrics=Metrics(),
        )
        task = asyncio.create_task(waiting.run())

        async def said() -> bool:
            return any(one.name == "relay" for one in health.conditions)

        await until(said)
        kafka_server.start()
        await until(empty(edge), 40)
        await waiting.stop()
        await task
    finally:
        kafka_server.start()
    assert not [one for one in health.conditions if one.name == "relay"]


async def test_a_relay_that_is_at_work_again_says_so_though_nothing_waits(harness, broker):
    edge = harness()
    leader, follower = relay(edge, broker), relay(edge, broker)

    def well() -> bool:
        return not [one for one in edge.health.conditions if one.name == "relay"]

    sessions = "FROM pg_stat_activity WHERE application_name = 'test.relay'"
    async with running(leader), running(follower), asyncio.timeout(20):
        while await edge.scalar(f"SELECT count(*) {sessions}") < 2:
            await asyncio.sleep(0.02)
        while not (leader.leading.is_set() or follower.leading.is_set()):
            await asyncio.sleep(0.02)
        assert await edge.scalar(f"SELECT count(pg_terminate_backend(pid)) {sessions}") == 2
        while well():
            await asyncio.sleep(0.005)
        while not well():
            await asyncio.sleep(0.02)
    assert await edge.scalar("SELECT count(*) FROM event_log") == 0


async def test_erasure_reaches_the_history_but_not_what_came_after_it(harness, broker):
    edge = harness()
    person = uuid4()

    def contact(version: int) -> ContactRecorded:
        return ContactRecorded(person_id=person, version=version, given_name="Ada", family_name="Essai")

    async with edge.work() as work:
        work.emit(contact(1))
        work.emit(contact(2))
        work.erase(DEMAND_CONTACT, str(person))
        work.emit(contact(3))
    async with running(relay(edge, broker, page_rows=2)):
        await until(empty(edge))
    kept = await edge.scalar("SELECT array_agg(payload->>'version' ORDER BY seq) FROM event_log")
    assert kept == [None, None, None, "3"]


async def test_killed_between_commit_and_publish_is_sent_by_the_next(harness, broker):
    """Committed, and then nothing: no relay ran, no wake-up was heard."""
    edge = harness()
    vacancy = uuid4()
    await emit(edge, let(vacancy, 1))
    assert await read(broker, {str(vacancy)}) == []
    async with running(relay(edge, broker)):
        await until(empty(edge))
    assert await read(broker, {str(vacancy)}) == [(str(vacancy), 1)]
