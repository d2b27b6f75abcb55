"""The consumers on a real broker: acknowledged after the commit, read again after a crash, taken once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from sqlalchemy import text

from chassis import dead_letters, replay, topics
from chassis.bus import Bus, _poll, producer
from chassis.handlers import Handlers, Received
from chassis.metrics import Metrics
from chassis.record import Record
from chassis.work import Work
from contracts.demand import ContactRecorded
from contracts.event import Event
from contracts.inventory import DwellingRecorded, VacancyLet
from contracts.landlord import DwellingLet
from contracts.topics import DEMAND_CONTACT, INVENTORY_DWELLING, PARTITIONS, Kind, Topic, topic_of

from .events import let, note, noted


@pytest.fixture
async def broker(kafka: str) -> str:
    await topics.declare(kafka)
    return kafka


async def publish(broker: str, *records: Record) -> None:
    sender = producer(broker, name="test")
    await sender.start()
    try:
        for record in records:
            await sender.send_and_wait(
                record.topic, key=record.key, value=record.value, headers=list(record.headers), partition=0
            )
    finally:
        await sender.stop()


def bus_for(edge, broker: str, group: str, handlers: Handlers, grace_s: float = 10, patience_ms: int = 0) -> Bus:
    return Bus(
        bootstrap=broker,
        service=group,
        instance="0",
        handlers=handlers,
        metrics=Metrics(),
        grace_s=grace_s,
        patience_ms=patience_ms,
    )


@asynccontextmanager
async def consuming(edge, broker: str, group: str, handlers: Handlers) -> AsyncIterator[Bus]:
    bus = bus_for(edge, broker, group, handlers)
    await bus.start(edge.edge)
    try:
        yield bus
    finally:
        await bus.stop()


async def until_noted(edge, expected: list[str], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while list(await noted(edge)) != expected:
            await asyncio.sleep(0.02)


def noting(*mine: UUID) -> Handlers:
    """Note the versions of these vacancies; the topic holds those of other tests as well."""
    handlers = Handlers()

    @handlers.reaction(VacancyLet)
    async def react(event: VacancyLet, work: Work) -> None:
        if event.vacancy_id in mine:
            await note(work, str(event.version))

    return handlers


async def test_a_crash_between_commit_and_acknowledgement_repeats_the_poll_without_effect(harness, broker):
    vacancy = uuid4()
    handlers = noting(vacancy)
    edge = harness(handlers)
    dying = bus_for(edge, broker, f"crash-{vacancy}", handlers, grace_s=0.1)
    died = asyncio.Event()

    ours = edge.record(let(vacancy, 1))

    async def crash(_: object, records: Sequence[ConsumerRecord]) -> None:
        if any(record.value == ours.value for record in records):  # a poll may bring other tests' records alone
            died.set()
            await asyncio.Event().wait()  # never acknowledges; the stop below cuts it off as a kill would

    dying._acknowledge = crash  # type: ignore[method-assign]
    await publish(broker, ours)
    await dying.start(edge.edge)
    await asyncio.wait_for(died.wait(), 15)
    assert await noted(edge) == ["1"]
    await dying.stop()
    async with consuming(edge, broker, f"crash-{vacancy}", handlers):
        await publish(broker, edge.record(let(vacancy, 2)))
        await until_noted(edge, ["1", "2"])
    assert await edge.scalar("SELECT count(*) FROM inbox WHERE source = 'test'") >= 2


async def test_a_stop_acknowledges_what_was_taken(harness, broker):
    vacancy = uuid4()
    handlers = noting(vacancy)
    edge = harness(handlers)
    group = f"stop-{vacancy}"
    async with consuming(edge, broker, group, handlers):
        await publish(broker, edge.record(let(vacancy, 1)))
        await until_noted(edge, ["1"])
    reader = AIOKafkaConsumer(bootstrap_servers=broker, group_id=f"{group}.facts", enable_auto_commit=False)
    await reader.start()
    try:
        places = [TopicPartition(topic_of(VacancyLet).name, partition) for partition in range(PARTITIONS)]
        ends = await reader.end_offsets(places)
        said = {place: await reader.committed(place) or 0 for place in places}
    finally:
        await reader.stop()
    assert said == ends


async def test_a_patient_consumer_takes_together_what_comes_apart(harness, broker):
    vacancy, runs = uuid4(), []
    handlers = Handlers()

    @handlers.reaction_batch(VacancyLet)
    async def react(received: Sequence[Received[VacancyLet]], work: Work) -> None:
        mine = [one.event.version for one in received if one.event.vacancy_id == vacancy]
        runs.extend([mine] if mine else [])

    edge = harness(handlers)
    bus = bus_for(edge, broker, f"patient-{vacancy}", handlers, patience_ms=1000)
    await bus.start(edge.edge)
    try:
        await publish(broker, *(edge.record(let(vacancy, version)) for version in range(1, 7)))
        async with asyncio.timeout(15):
            while sum(map(len, runs)) < 6:
                await asyncio.sleep(0.02)
    finally:
        await bus.stop()
    assert [version for run in runs for version in run] == [1, 2, 3, 4, 5, 6]
    assert len(runs) <= 2, "the wait may end once while they come"


async def test_a_poll_comes_topic_by_topic_each_partition_in_its_order():
    class Consumer:
        async def getmany(self, **_: object) -> dict[TopicPartition, list[str]]:
            places = (("b", 1), ("a", 0), ("b", 0), ("a", 1))
            return {TopicPartition(*place): [f"{place} {number}" for number in (1, 2)] for place in places}

    places = (("a", 0), ("a", 1), ("b", 0), ("b", 1))
    assert await _poll(Consumer(), max_records=8) == tuple(f"{place} {number}" for place in places for number in (1, 2))


async def test_a_crash_in_mid_poll_takes_nothing_and_the_poll_comes_again_in_order(harness, broker):
    vacancy = uuid4()
    stuck, reached = Handlers(), asyncio.Event()

    @stuck.reaction(VacancyLet)
    async def hang(event: VacancyLet, work: Work) -> None:
        if event.vacancy_id == vacancy:
            await note(work, str(event.version))
            if event.version == 2:
                reached.set()
                await asyncio.Event().wait()

    edge = harness(stuck)
    records = [edge.record(let(vacancy, version)) for version in (1, 2, 3)]
    await publish(broker, *records)
    dying = bus_for(edge, broker, f"mid-{vacancy}", stuck, grace_s=0.1)
    await dying.start(edge.edge)
    await asyncio.wait_for(reached.wait(), 15)
    await dying.stop()
    assert await noted(edge) == []
    again = harness(noting(vacancy))
    async with consuming(again, broker, f"mid-{vacancy}", noting(vacancy)):
        await until_noted(again, ["1", "2", "3"])


async def test_a_landlords_new_topic_is_seen_and_its_name_tells_who_wrote(harness, broker):
    siren = f"999{uuid4().int % 1_000_000:06d}"
    handlers = Handlers()

    @handlers.reaction(DwellingLet)
    async def react(event: DwellingLet, work: Work) -> None:
        if siren in work.topic:
            await note(work, work.topic)

    edge = harness(handlers)
    event = DwellingLet(dwelling_reference="7500000001", vacancy_reference="v1", lease_signed_on="2026-11-22")
    name = f"landlord.{siren}.vacancy.v1"
    async with consuming(edge, broker, f"landlords-{siren}", handlers):
        await topics.declare(broker, landlords=[siren])
        await publish(broker, edge.record(event, topic=name))
        await until_noted(edge, [name])


def contact(person: UUID, version: int) -> ContactRecorded:
    return ContactRecorded(
        person_id=person, version=version, given_name="Ada", family_name="Essai", email="ada@example.org"
    )


def keeping(*mine: UUID) -> Handlers:
    """A projection of contacts with the version guard, and a reaction that a replay must not wake."""
    handlers = Handlers()
    wanted = {str(person) for person in mine}

    @handlers.projection(ContactRecorded)
    async def keep(events, work: Work) -> None:
        for event in events:
            if str(event.person_id) in wanted:
                await work.session.execute(
                    text(
                        "INSERT INTO contact VALUES (:id, :version) ON CONFLICT (id) DO UPDATE "
                        "SET version = excluded.version WHERE contact.version < excluded.version"
                    ),
                    {"id": str(event.person_id), "version": event.version},
                )

    @handlers.erasure(DEMAND_CONTACT)
    async def forget(keys, work: Work) -> None:
        await work.session.execute(text("DELETE FROM contact WHERE id = ANY(:keys)"), {"keys": list(keys)})

    @handlers.reaction(VacancyLet)
    async def react(event: VacancyLet, work: Work) -> None:
        await note(work, "reacted")

    return handlers


async def contacts(edge) -> dict[str, int]:
    async with edge.database.session() as session:
        return dict(list(await session.execute(text("SELECT id, version FROM contact"))))


async def with_contact_table(edge) -> None:
    async with edge.work() as work:
        await work.session.execute(text("CREATE TABLE contact (id text PRIMARY KEY, version int NOT NULL)"))


async def test_null_on_a_state_topic_erases(harness, broker):
    kept, gone = uuid4(), uuid4()
    handlers = keeping(kept, gone)
    edge = harness(handlers)
    await with_contact_table(edge)
    erased = Record(topic=DEMAND_CONTACT.name, key=str(gone).encode(), value=None, headers=[])
    async with consuming(edge, broker, f"erase-{kept}", handlers):
        await publish(broker, *(edge.record(contact(person, 1)) for person in (gone, kept)), erased)
        async with asyncio.timeout(15):
            while await contacts(edge) != {str(kept): 1}:
                await asyncio.sleep(0.02)


async def test_a_projection_is_made_again_from_the_start_while_reactions_stay_silent(harness, broker):
    person, erased = uuid4(), uuid4()
    handlers = keeping(person, erased)
    edge = harness(handlers)
    await with_contact_table(edge)
    null = Record(topic=DEMAND_CONTACT.name, key=str(erased).encode(), value=None, headers=[])
    versions = [edge.record(contact(person, version)) for version in (1, 2, 3)]
    await publish(broker, edge.record(contact(erased, 1)), *versions, null, edge.record(let()))
    shown = []
    taken = await replay.replay(broker, edge.edge, handlers, progress=lambda done, total: shown.append((done, total)))
    assert taken >= 5
    assert shown[-1][0] == shown[-1][1]
    assert await contacts(edge) == {str(person): 3}
    async with edge.work() as work:
        await work.session.execute(text("UPDATE contact SET version = 99"))
    await replay.replay(broker, edge.edge, handlers)
    assert await contacts(edge) == {str(person): 99}, "an older version was written over a newer one"
    assert await noted(edge) == []
    assert await edge.scalar("SELECT count(*) FROM inbox") == 0


async def test_a_dead_letter_of_a_restricted_topic_keeps_no_body_and_is_read_again_from_the_broker(harness, broker):
    person = uuid4()
    handlers = Handlers()

    @handlers.projection(ContactRecorded)
    async def refuse(events, work: Work) -> None:
        if any(event.person_id == person for event in events):
            raise LookupError("Ada Essai has no home")

    edge = harness(handlers)
    async with consuming(edge, broker, f"restricted-{person}", handlers):
        await publish(broker, edge.record(contact(person, 1)))
        async with asyncio.timeout(15):
            while not await edge.scalar("SELECT count(*) FROM dead_letter"):
                await asyncio.sleep(0.02)
    async with edge.database.session() as session:
        (row,) = (await session.execute(text("SELECT value, headers, error FROM dead_letter"))).all()
        (letter,) = await dead_letters.find(session)
    assert row.value is None
    assert row.headers == []
    assert "Ada" not in row.error
    (published,) = await edge.outbox("chassis.dead-letter.recorded.v1")
    assert "Ada" not in str(published)
    record = await replay.fetch_record(broker, topic=letter.topic, partition=letter.partition, offset=letter.offset)
    assert ContactRecorded.decode(record.value) == contact(person, 1)
    with pytest.raises(replay.RecordGone, match="can only be discarded"):
        await replay.fetch_record(broker, topic=letter.topic, partition=letter.partition, offset=10**9)


async def test_a_topic_with_the_wrong_partition_count_or_settings_is_named(broker, monkeypatch):
    name = f"wrong.{uuid4().hex}.v1"
    events: tuple[type[Event], ...] = (DwellingRecorded,)
    wrong = Topic(name=name, owner="inventory", key="k", kind=Kind.STATE, says="", events=events)
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    await admin.create_topics([NewTopic(name=name, num_partitions=3, replication_factor=1)])
    await admin.close()
    sentences = await topics.compare(broker, [wrong, INVENTORY_DWELLING])
    assert len(sentences) == 2
    assert "3 partitions instead of 4" in sentences[0]
    assert "cleanup.policy=delete instead of compact" in sentences[1]
    earlier = replace(INVENTORY_DWELLING, name=f"earlier.{uuid4().hex}.v1", partitions=12)
    monkeypatch.setattr(topics, "TOPICS", [earlier])
    await topics.declare(broker)
    assert await topics.compare(broker, [replace(earlier, partitions=4)]) == [], "made before there were four"
    reader = AIOKafkaConsumer(bootstrap_servers=broker)
    await reader.start()
    try:
        assert len(await topics.places_of(reader, [earlier])) == 12
    finally:
        await reader.stop()
    missing = replace(wrong, name="absent.v1")
    assert await topics.compare(broker, [missing]) == ["topic absent.v1 does not exist: run `parcours topics declare`"]


def test_what_a_service_subscribes_to_follows_from_its_handlers():
    handlers = noting()
    bus = Bus(bootstrap="nowhere:1", service="s", instance="0", handlers=handlers, metrics=Metrics())
    assert bus.topics == [topic_of(VacancyLet)]
