import dataclasses
import datetime as dt
import itertools
import json

import pytest
from inventory_samples import DWELLING, LANDLORD, STRANGER, available, cancelled, facts, let, notice, works

from chassis.testing import NOON
from contracts.event import Envelope
from contracts.landlord import Outcome
from contracts.topics import LANDLORD_VACANCY
from inventory import store
from inventory.domain.dwelling import Dwelling
from inventory.domain.vacancy import vacancy_id

TOPIC = LANDLORD_VACANCY.of(LANDLORD)


def envelope(event, *, event_id="e1", time=NOON, source="//landlord/erp"):
    return Envelope(id=event_id, type=event.TYPE, source=source, time=time)


async def send(harness, event, *, topic=TOPIC, **named):
    await harness.handle(event, topic=topic, envelope=envelope(event, **named))


async def send_raw(harness, event, body, *, topic=TOPIC, offset=0, **named):
    record = harness.record(event, topic=topic, envelope=envelope(event, **named), offset=offset)
    await harness.edge.process([dataclasses.replace(record, value=body)])


async def last_receipt(harness):
    return (await harness.outbox("landlord.receipt.issued.v1"))[-1].payload


async def outcomes(harness):
    return [receipt.payload["outcome"] for receipt in await harness.outbox("landlord.receipt.issued.v1")]


async def news(harness):
    published = await harness.outbox()
    return [one for one in published if one.topic == "inventory.vacancy.v1"]


async def test_a_notice_announces_a_vacancy_and_is_answered(harness):
    await send(harness, notice(works_days=10))
    (announced,) = await news(harness)
    assert announced.type == "inventory.vacancy.announced.v1"
    assert announced.key == str(vacancy_id(LANDLORD, "V-2026-17"))
    assert announced.payload["expected_on"] == "2026-10-15"
    assert announced.payload["landlord"] == LANDLORD
    assert announced.payload["dwelling"]["commune"] == "75118"
    assert announced.headers["causationid"] == "e1"
    (receipt,) = await harness.outbox("landlord.receipt.issued.v1")
    assert (receipt.topic, receipt.key) == ("landlord.receipt.v1", LANDLORD)
    assert receipt.payload["outcome"] == "accepted"
    assert receipt.payload["event_id"] == "e1"
    assert receipt.payload["vacancy_id"] == announced.key


async def test_a_whole_story_in_one_poll(harness):
    story = [notice(), works(), available(base_rent_cents=43_000), let()]
    records = [
        harness.record(event, topic=TOPIC, offset=n, envelope=envelope(event, event_id=str(n)))
        for n, event in enumerate(story)
    ]
    await harness.edge.process(records)
    assert [one.type.split(".")[2] for one in await news(harness)] == [
        "announced",
        "availability-changed",
        "released",
        "let",
    ]
    assert [one.payload["version"] for one in await news(harness)] == [1, 2, 3, 4]
    assert await outcomes(harness) == ["accepted"] * 4
    assert await harness.scalar("SELECT state FROM vacancy") == "let"


STORY = [notice(works_days=3), works(), available(base_rent_cents=43_000), cancelled()]


@pytest.mark.parametrize("order", [[3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]])
async def test_every_order_and_repetition_ends_in_the_same_row(harness, order):
    hours = dt.timedelta(hours=1)
    for n in (*order, *order):
        await send(harness, STORY[n], event_id=str(n), time=NOON + n * hours)
    row = await harness.scalar("SELECT to_jsonb(v) - 'version' - 'changed_at' - 'facts' - 'id' FROM vacancy v")
    assert row["state"] == "withdrawn"
    assert row["withdrawal_reason"] == "sold"
    assert row["ready_on"] is None
    assert (await outcomes(harness))[-4:] == ["duplicate"] * 4


async def test_the_same_event_again_is_a_duplicate_and_changes_nothing(harness):
    await send(harness, notice())
    await send(harness, notice())
    assert len(await news(harness)) == 1
    assert await outcomes(harness) == ["accepted", "duplicate"]
    assert (await last_receipt(harness))["vacancy_id"] == str(vacancy_id(LANDLORD, "V-2026-17"))


async def test_the_same_event_twice_in_one_poll(harness):
    record = harness.record(notice(), topic=TOPIC, envelope=envelope(notice()))
    await harness.edge.process([record, dataclasses.replace(record, offset=1)])
    assert await outcomes(harness) == ["accepted", "duplicate"]
    assert len(await news(harness)) == 1


@pytest.mark.parametrize("time", [NOON, NOON - dt.timedelta(days=3)])
async def test_the_same_id_with_another_body_is_rejected_even_where_its_time_hides_it_from_the_inbox(harness, time):
    await send(harness, notice())
    await send(harness, notice(notice_months=3), time=time)
    receipt = await last_receipt(harness)
    assert receipt["outcome"] == "rejected"
    assert [error["field"] for error in receipt["errors"]] == ["id"]
    assert len(await news(harness)) == 1


async def test_another_landlord_may_use_the_same_id(harness):
    await send(harness, notice())
    await send(harness, notice(dwelling_reference="7500000003"), topic=LANDLORD_VACANCY.of(STRANGER))
    assert await outcomes(harness) == ["accepted", "accepted"]


async def rejected_field(harness):
    receipt = await last_receipt(harness)
    assert receipt["outcome"] == "rejected"
    (error,) = receipt["errors"]
    assert error["message"]
    return error["field"]


async def nothing_stored(harness):
    assert await news(harness) == []
    assert await harness.scalar("SELECT count(*) FROM vacancy") == 0


async def test_an_unknown_dwelling_is_rejected_and_taken_once_it_is_recorded(harness):
    event = notice(dwelling_reference="7500009999")
    await send(harness, event)
    assert await rejected_field(harness) == "dwelling_reference"
    await nothing_stored(harness)
    async with harness.work() as work:
        home = Dwelling(reference="7500009999", landlord=LANDLORD, facts=facts())
        await store.save_dwelling(work.session, home, work.now)
    await send(harness, event)
    assert await outcomes(harness) == ["rejected", "accepted"]
    assert len(await news(harness)) == 1


async def test_someone_elses_dwelling_is_rejected(harness):
    await send(harness, notice(dwelling_reference="7500000003"))
    assert await rejected_field(harness) == "dwelling_reference"
    await nothing_stored(harness)


async def test_an_unregistered_landlord_is_rejected(harness):
    await send(harness, notice(), topic=LANDLORD_VACANCY.of("999000002"))
    assert await rejected_field(harness) == "landlord"
    await nothing_stored(harness)


async def test_a_vacancy_reference_names_one_dwelling(harness):
    await send(harness, notice())
    await send(harness, works(dwelling_reference="7500000002"), event_id="e2")
    assert await rejected_field(harness) == "vacancy_reference"
    assert len(await news(harness)) == 1


async def test_a_notice_received_after_the_event_is_rejected(harness):
    await send(harness, notice("2026-11-30"))
    assert await rejected_field(harness) == "received_on"
    await nothing_stored(harness)


def body(**fields):
    return json.dumps({"dwelling_reference": DWELLING, "vacancy_reference": "V", **fields}).encode()


@pytest.mark.parametrize(
    ("spoil", "event_id", "field"),
    [
        (lambda good: dataclasses.replace(good, value=None), "e1", "body"),
        (
            lambda good: dataclasses.replace(good, headers=[*good.headers, ("traceparent", b"\xff\xfe")]),
            "e1",
            "traceparent",
        ),
        (lambda good: dataclasses.replace(good, headers=[("ce_id", b"\xff"), *good.headers[2:]]), "0:7", "ce_id"),
        (lambda good: dataclasses.replace(good, headers=[]), "0:7", "ce_id"),
        (lambda good: dataclasses.replace(good, headers=[*good.headers, ("ce_time", b"yesterday")]), "e1", "ce_time"),
    ],
    ids=["null body", "header bytes", "id bytes", "no headers", "no time"],
)
async def test_a_record_that_is_no_cloudevent_is_answered_too(harness, spoil, event_id, field):
    good = harness.record(notice(), topic=TOPIC, envelope=envelope(notice()), offset=7)
    await harness.edge.process([dataclasses.replace(spoil(good), partition=0)])
    receipt = await last_receipt(harness)
    assert (receipt["outcome"], receipt["event_id"], receipt["landlord"]) == ("rejected", event_id, LANDLORD)
    assert [error["field"] for error in receipt["errors"]] == [field]
    assert await harness.scalar("SELECT count(*) FROM dead_letter") == 1
    assert await harness.scalar("SELECT outcome FROM vacancy_event") == "rejected"
    await nothing_stored(harness)
    await send(harness, notice(), event_id="e1")
    assert (await last_receipt(harness))["outcome"] == "accepted", "the id is free: nothing was taken under it"


async def test_the_answer_to_a_body_that_is_not_utf_8_says_so(harness):
    await send_raw(harness, notice(), b'{"dwelling_reference": "\xff"}')
    [error] = (await last_receipt(harness))["errors"]
    assert error["message"] == "The body is not UTF-8: invalid start byte at byte 24."


@pytest.mark.parametrize(
    ("event", "body", "field"),
    [
        (works(), body(starts_on="2026-10-20", ends_on="2026-10-01"), "ends_on"),
        (cancelled(), body(withdrawn_on="2026-10-01", reason="meteorite"), "reason"),
        (available(), body(available_on="2026-10-01", base_rent_cents=-1), "base_rent_cents"),
        (notice(), body(received_on="2026-02-30"), "received_on"),
        (notice(), body(received_on="2026-10-01", notice_months=4), "notice_months"),
        (notice(), b'{"dwelling_reference": "\xff"}', "body"),
        (notice(), b'{"dwelling_reference":', "body"),
    ],
)
async def test_what_cannot_be_read_is_answered_and_kept_as_a_dead_letter(harness, event, body, field):
    await send_raw(harness, event, body)
    receipt = await last_receipt(harness)
    assert receipt["outcome"] == "rejected"
    assert receipt["event_id"] == "e1"
    assert [error["field"] for error in receipt["errors"]] == [field]
    assert await harness.scalar("SELECT count(*) FROM dead_letter") == 1
    assert await harness.scalar("SELECT outcome FROM vacancy_event") == "rejected"
    await nothing_stored(harness)
    await send(harness, notice(), event_id="next")
    assert (await last_receipt(harness))["outcome"] == "accepted"


async def test_an_id_whose_first_body_could_not_be_read_names_no_other(harness):
    await send_raw(harness, notice(), b"{}")
    await send(harness, notice())
    assert await rejected_field(harness) == "id"


async def test_the_ledger_says_what_became_of_each_arrival(harness):
    await send(harness, notice())
    await send(harness, notice())
    await send(harness, let())
    async with harness.work() as work:
        receipts = await store.receipts(work.session, LANDLORD, "e1")
        assert await store.receipts(work.session, STRANGER, "e1") == []
    assert [receipt.outcome for receipt in receipts] == [Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.REJECTED]
    assert receipts[0].received_at == NOON
    assert receipts[2].errors[0].field == "id"


async def test_permutations_of_a_story_publish_the_same_last_word(harness):
    """Every order on a vacancy of its own: what the world knows last is where the row stands."""
    story = [notice(), works(), available(base_rent_cents=43_000)]
    for turn, order in enumerate(itertools.permutations(range(3))):
        for n in order:
            event = story[n].model_copy(update={"vacancy_reference": f"V{turn}"})
            await send(harness, event, event_id=f"{turn}-{n}", time=NOON + n * dt.timedelta(hours=1))
    last = {one.key: one for one in await news(harness)}
    assert len(last) == 6
    assert {one.type for one in last.values()} == {"inventory.vacancy.released.v1"}
    assert {one.payload["available_on"] for one in last.values()} == {"2026-10-21"}
    assert {one.payload["dwelling"]["base_rent_cents"] for one in last.values()} == {43_000}
