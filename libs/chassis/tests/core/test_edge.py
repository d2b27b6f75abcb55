"""One poll, one transaction; a failing record takes its failure class alone."""

import datetime as dt
from dataclasses import replace

import pytest

from chassis.handlers import Handlers, Repeat, RuleBroken
from chassis.record import Record
from chassis.work import Work
from contracts.event import Envelope
from contracts.inventory import VacancyLet, VacancyWithdrawn
from contracts.topics import INVENTORY_VACANCY

from .events import let, note, noted, withdrawn


def noting() -> Handlers:
    handlers = Handlers()

    @handlers.reaction(VacancyLet)
    async def react(event: VacancyLet, work: Work) -> None:
        await note(work, str(event.version))
        work.emit(withdrawn(event.vacancy_id, event.version))

    return handlers


async def test_a_poll_is_one_transaction_with_its_effects_and_its_outbox(harness):
    edge = harness(noting())
    await edge.handle(let(version=1), let(version=2), let(version=3))
    assert await noted(edge) == ["1", "2", "3"]
    assert len(await edge.outbox("inventory.vacancy.withdrawn.v1")) == 3
    assert await edge.scalar("SELECT count(DISTINCT xmin::text) FROM seen") == 1


async def test_the_story_goes_on_in_what_is_emitted(harness):
    edge = harness(noting())
    envelope = Envelope.new(VacancyLet.TYPE, source="landlord", time=edge.clock.now())
    await edge.handle(let(), envelope=envelope)
    (out,) = await edge.outbox()
    assert out.headers["correlationid"] == envelope.id
    assert out.headers["causationid"] == envelope.id
    assert out.headers["ce_source"] == "matching"
    assert out.headers["storytime"] == out.headers["ce_time"]
    assert out.headers["traceparent"].startswith("00-")


async def test_a_repetition_changes_nothing_even_within_one_poll(harness):
    edge = harness(noting())
    record = edge.record(let())
    await edge.edge.process([record, record])
    await edge.edge.process([record])
    assert await noted(edge) == ["1"]
    assert len(await edge.outbox()) == 1


async def test_the_same_id_with_another_body_is_a_dead_letter(harness):
    edge = harness(noting())
    envelope = Envelope.new(VacancyLet.TYPE, source="landlord", time=edge.clock.now())
    await edge.handle(let(version=1), envelope=envelope)
    await edge.edge.process([edge.record(let(version=2), envelope=envelope, offset=7)])
    assert await noted(edge) == ["1"]
    assert await edge.scalar("SELECT reason FROM dead_letter") == "conflicting_duplicate"
    assert not await edge.scalar("SELECT dead FROM inbox")


async def test_who_asked_hears_of_repetitions_and_conflicts(harness):
    handlers = Handlers()

    async def repeat(repeat: Repeat, work: Work) -> None:
        await note(work, f"repeat {repeat.same_body}")

    @handlers.reaction(VacancyLet, on_repeat=repeat)
    async def react(event: VacancyLet, work: Work) -> None:
        await note(work, "new")

    edge = harness(handlers)
    envelope = Envelope.new(VacancyLet.TYPE, source="landlord", time=edge.clock.now())
    first = let()
    await edge.handle(first, envelope=envelope)
    await edge.handle(first, let(version=9), envelope=envelope)
    assert await noted(edge) == ["new", "repeat True", "repeat False"]
    assert await edge.scalar("SELECT count(*) FROM dead_letter") == 0


POISON = {
    "bad JSON": lambda good: replace(good, value=b"{not json"),
    "wrong shape": lambda good: replace(good, value=b'{"version": 1}'),
    "not UTF-8 in the body": lambda good: replace(good, value=b'{"version": "\xff"}'),
    "bad header bytes": lambda good: replace(good, headers=[*good.headers, ("ce_subject", b"\xff\xfe")]),
    "no ce_id": lambda good: replace(good, headers=[pair for pair in good.headers if pair[0] != "ce_id"]),
    "null on a fact topic": lambda good: replace(good, value=None),
    "handled type of an unknown major": lambda good: replace(
        good,
        headers=[(name, b"inventory.vacancy.let.v9" if name == "ce_type" else value) for name, value in good.headers],
    ),
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
async def test_poison_in_the_middle_of_a_poll_is_a_dead_letter_and_the_next_is_taken(harness, poison):
    edge = harness(noting())
    good = [edge.record(let(version=version), offset=version) for version in (1, 2, 3)]
    await edge.edge.process([good[0], poison(good[1]), good[2]])
    assert await noted(edge) == ["1", "3"]
    assert await edge.scalar('SELECT "offset" FROM dead_letter') == 2
    assert len(await edge.outbox("chassis.dead-letter.recorded.v1")) == 1


async def test_a_handler_that_fails_buries_its_record_alone_and_keeps_the_order(harness):
    handlers = Handlers()

    @handlers.reaction(VacancyLet)
    async def react(event: VacancyLet, work: Work) -> None:
        await note(work, str(event.version))
        if event.version == 4:
            raise RuleBroken("version: 4 cannot be taken")

    edge = harness(handlers)
    await edge.handle(*(let(version=version) for version in range(1, 10)))
    assert await noted(edge) == ["1", "2", "3", "5", "6", "7", "8", "9"]
    assert await edge.scalar("SELECT reason FROM dead_letter") == "rule_broken"
    assert await edge.scalar("SELECT error FROM dead_letter") == "version: 4 cannot be taken"
    assert await edge.scalar("SELECT count(*) FROM inbox WHERE dead") == 1


async def test_poison_read_again_after_a_crash_is_one_dead_letter(harness):
    edge = harness(noting())
    bad = replace(edge.record(let(), offset=5), value=b"{")
    await edge.edge.process([bad])
    await edge.edge.process([bad])
    assert await edge.scalar("SELECT count(*) FROM dead_letter") == 1
    assert len(await edge.outbox()) == 1


async def test_a_type_nobody_handles_is_passed_over(harness):
    edge = harness(noting())
    await edge.handle(withdrawn(), let())
    assert await noted(edge) == ["1"]
    assert await edge.scalar("SELECT count(*) FROM dead_letter") == 0


async def test_an_event_on_another_topic_than_its_own_is_refused(harness):
    handlers = noting()
    edge = harness(handlers)
    await edge.handle(let(), topic="matching.call.v1")
    assert await noted(edge) == []
    assert "does not belong" in await edge.scalar("SELECT error FROM dead_letter")


async def test_an_event_dated_outside_every_partition_is_still_taken_once(harness):
    edge = harness(noting())
    envelope = Envelope.new(VacancyLet.TYPE, source="landlord", time=dt.datetime(1999, 1, 1, tzinfo=dt.UTC))
    record = edge.record(let(), envelope=envelope)
    await edge.edge.process([record])
    await edge.edge.process([record])
    assert await noted(edge) == ["1"]


async def test_a_refused_record_answers_its_sender_in_the_same_transaction(harness):
    handlers = noting()

    @handlers.refusal(INVENTORY_VACANCY)
    async def refuse(refused, work: Work) -> None:
        await note(work, f"refused {refused.errors[0].field}")

    edge = harness(handlers)
    bad = replace(edge.record(let()), value=b'{"version": 1, "lease_signed_on": "2026-01-01"}')
    await edge.edge.process([bad])
    assert await noted(edge) == ["refused vacancy_id"]


async def test_a_command_that_fails_leaves_nothing(harness):
    edge = harness()

    async def command() -> None:
        async with edge.work() as work:
            await note(work, "half")
            work.emit(let())
            work.due("later", "subject")
            raise RuleBroken("no")

    with pytest.raises(RuleBroken):
        await command()
    assert await noted(edge) == []
    assert await edge.outbox() == []
    assert await edge.scalar("SELECT count(*) FROM due_work") == 0


async def test_the_http_door_shares_the_inbox_with_kafka(harness):
    edge = harness(noting())
    record = Record(
        topic="inventory.vacancy.v1",
        key=b"k",
        value=let().encode(),
        headers=Envelope.new(VacancyLet.TYPE, source="landlord", time=edge.clock.now()).headers(),
    )
    async with edge.work() as work:
        await edge.edge.accept(record, work)
    await edge.edge.process([record])
    assert await noted(edge) == ["1"]


async def test_withdrawn_and_let_of_one_poll_run_in_the_records_order(harness):
    handlers = noting()

    @handlers.reaction(VacancyWithdrawn)
    async def react(event: VacancyWithdrawn, work: Work) -> None:
        await note(work, f"withdrawn {event.version}")

    edge = harness(handlers)
    await edge.handle(let(version=1), withdrawn(version=2), let(version=3), let(version=4), withdrawn(version=5))
    assert await noted(edge) == ["1", "withdrawn 2", "3", "4", "withdrawn 5"]


async def test_a_type_nobody_knows_is_refused_where_somebody_answers_the_sender(harness):
    handlers = noting()

    @handlers.refusal(INVENTORY_VACANCY)
    async def refuse(refused, work: Work) -> None:
        await note(work, refused.error)

    edge = harness(handlers)
    misspelt = Envelope.new("inventory.vacancy.lett.v1", source="landlord", time=edge.clock.now())
    await edge.edge.process([replace(edge.record(let()), headers=misspelt.headers())])
    (said,) = await noted(edge)
    assert said.startswith("inventory.vacancy.lett.v1 is none of inventory.vacancy.announced.v1")


async def test_neighbours_of_several_types_are_one_run_of_a_batch_and_repetitions_are_told(harness):
    handlers, runs, again = Handlers(), [], []

    async def repeated(repeat: Repeat, work: Work) -> None:
        again.append((repeat.event.version, repeat.same_body))

    @handlers.reaction_batch(VacancyLet, VacancyWithdrawn, on_repeat=repeated)
    async def take(received, work: Work) -> None:
        runs.append([type(one.event).__name__ for one in received])

    edge = harness(handlers)
    records = [edge.record(event, offset=place) for place, event in enumerate([let(), withdrawn(), let()])]
    await edge.edge.process([*records, records[1]])
    assert runs == [["VacancyLet", "VacancyWithdrawn", "VacancyLet"]]
    assert again == [(1, True)]
