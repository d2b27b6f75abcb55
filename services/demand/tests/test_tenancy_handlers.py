"""The landlords' door for tenancies, on a real database."""

import dataclasses
import datetime as dt
import itertools
import json

import pytest
from tenancy_samples import (
    HOME,
    LANDLORD,
    OTHER_HOME,
    REFERENCE,
    STRANGER,
    TENANCY,
    account,
    dwelling,
    ended,
    insurance,
    lease,
    occupancy,
    visit,
)

from chassis.testing import NOON
from contracts.event import Envelope
from contracts.topics import LANDLORD_TENANCY
from demand import store
from demand.domain.tenancy import Fact

TOPIC = LANDLORD_TENANCY.of(LANDLORD)
RECEIPT = "landlord.receipt.issued.v1"
CONTACT = "demand.contact.recorded.v1"


def envelope(event, *, event_id="e1", time=NOON, source="//landlord/erp"):
    return Envelope(id=event_id, type=event.TYPE, source=source, time=time)


async def send(harness, event, *, topic=TOPIC, **named):
    await harness.handle(event, topic=topic, envelope=envelope(event, **named))


async def receipts(harness):
    return [one.payload for one in await harness.outbox(RECEIPT)]


async def outcomes(harness):
    return [one["outcome"] for one in await receipts(harness)]


async def read(harness):
    async with harness.work() as work:
        return await store.tenancy(work.session, TENANCY)


async def test_a_lease_makes_a_tenancy_persons_and_a_receipt(harness):
    await send(harness, lease())
    (receipt,) = await harness.outbox(RECEIPT)
    assert (receipt.topic, receipt.key) == ("landlord.receipt.v1", LANDLORD)
    assert (receipt.payload["outcome"], receipt.payload["tenancy_id"]) == ("accepted", str(TENANCY))
    found = await read(harness)
    assert (found.landlord, found.reference, found.dwelling_reference) == (LANDLORD, REFERENCE, HOME)
    (contact,) = await harness.outbox(CONTACT)
    assert contact.key == str(found.leaseholders[0])
    assert (contact.payload["given_name"], contact.payload["family_name"]) == ("Odette", "Garnier")
    address = {"lines": ["12 rue de la Goutte d'Or"], "postal_code": "75018", "town": "PARIS"}
    assert contact.payload["address"] == address
    assert await harness.scalar("SELECT person_id FROM leaseholder") == found.leaseholders[0]


STORY = [
    lease(),
    occupancy(1955),
    account(as_of="2026-10-01", arrears_cents=120_00),
    account(as_of="2026-11-01"),
    insurance(),
    visit(),
    ended(),
]


@pytest.mark.parametrize("order", [[6, 5, 4, 3, 2, 1, 0], [3, 0, 6, 2, 5, 1, 4]])
async def test_every_order_and_repetition_ends_in_the_same_row(harness, order):
    for n in (*order, *order):
        await send(harness, STORY[n], event_id=str(n), time=NOON + n * dt.timedelta(minutes=1))
    found = await read(harness)
    counted = dict(zip(Fact, (STORY[n] for n in (0, 1, 3, 4, 5, 6)), strict=True))
    assert {fact: said.event for fact, said in found.statements.items()} == counted
    assert (await outcomes(harness))[-7:] == ["duplicate"] * 7
    assert len(await harness.outbox(CONTACT)) == 1


async def test_a_first_load_takes_a_poll_at_a_time(harness):
    """Leases and accounts in turn: one transaction, and one piece of due work to look for their applications."""
    events = [
        one
        for n in range(30)
        for one in (
            lease(tenancy_reference=f"B{n}", dwelling_reference=f"75{n:08d}"),
            account(tenancy_reference=f"B{n}", dwelling_reference=f"75{n:08d}"),
        )
    ]
    records = [
        harness.record(event, topic=TOPIC, offset=n, envelope=envelope(event, event_id=str(n)))
        for n, event in enumerate(events)
    ]
    await harness.edge.process(records)
    assert await outcomes(harness) == ["accepted"] * 60
    assert await harness.scalar("SELECT count(*) FROM tenancy") == 30
    assert await harness.scalar("SELECT count(DISTINCT xmin::text) FROM tenancy_event") == 1
    assert await harness.scalar("SELECT count(*) FROM due_work WHERE kind = 'demand.examine-tenancy'") == 30
    assert await harness.scalar("SELECT count(*) FROM due_work WHERE kind = 'demand.link-tenancies'") == 1


async def test_the_same_id_with_another_body_is_rejected_by_either_order_of_days(harness):
    await send(harness, account())
    await send(harness, account(arrears_cents=1))
    await send(harness, account(arrears_cents=1), time=NOON - dt.timedelta(days=2))
    assert await outcomes(harness) == ["accepted", "rejected", "rejected"]
    assert (await receipts(harness))[1]["errors"][0]["field"] == "id"
    assert (await read(harness)).statements["rent_account"].event.arrears_cents == 0


async def test_twice_the_same_id_in_one_poll_is_judged_in_order(harness):
    one = [
        harness.record(event, topic=TOPIC, offset=n, envelope=envelope(event, time=NOON - n * dt.timedelta(days=1)))
        for n, event in enumerate([account(), account(), account(arrears_cents=5)])
    ]
    await harness.edge.process(one)
    assert await outcomes(harness) == ["accepted", "duplicate", "rejected"]


class TestStrangers:
    async def test_a_dwelling_that_inventory_knows_as_anothers(self, harness):
        await harness.handle(dwelling(landlord=STRANGER))
        await send(harness, lease())
        (receipt,) = await receipts(harness)
        assert receipt["outcome"] == "rejected"
        assert receipt["errors"][0]["field"] == "dwelling_reference"
        assert await harness.scalar("SELECT count(*) FROM tenancy") == 0

    async def test_a_dwelling_that_another_landlord_lets(self, harness):
        await send(harness, lease())
        theirs = {"topic": LANDLORD_TENANCY.of(STRANGER), "event_id": "t1"}
        await send(harness, lease(), **theirs)
        await send(harness, ended(), event_id="e2")
        await send(harness, lease(), **theirs)
        assert await outcomes(harness) == ["accepted", "rejected", "accepted", "accepted"]

    async def test_a_reference_that_names_another_home(self, harness):
        await send(harness, account())
        await send(harness, account(dwelling_reference=OTHER_HOME), event_id="e2")
        assert (await receipts(harness))[1]["errors"][0]["field"] == "tenancy_reference"

    async def test_the_sender_is_the_topics_landlord(self, harness):
        await send(harness, lease(), topic=LANDLORD_TENANCY.of(STRANGER))
        assert (await receipts(harness))[0]["landlord"] == STRANGER


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (lease(commune="75056"), "commune"),
        (lease(commune="99999"), "commune"),
        (lease(signed_on="2027-03-01"), "signed_on"),
        (account(as_of="1066-10-14", valid_until=None), "as_of"),
        (insurance(insured_until="2207-08-31"), "insured_until"),
        (ended(ended_on="2026-12-31"), "ended_on"),
    ],
)
async def test_what_cannot_be_is_rejected_by_its_field(harness, event, field):
    await send(harness, event)
    (receipt,) = await receipts(harness)
    assert (receipt["outcome"], [error["field"] for error in receipt["errors"]]) == ("rejected", [field])


async def test_an_unreadable_event_is_answered_and_kept_without_its_body(harness):
    record = harness.record(occupancy(1955), topic=TOPIC, envelope=envelope(occupancy(1955)))
    body = json.loads(record.value)
    body["occupants"][0]["relation"] = "Odette's cousin"
    await harness.edge.process([dataclasses.replace(record, value=json.dumps(body).encode())])
    (receipt,) = await receipts(harness)
    assert receipt["outcome"] == "rejected"
    assert receipt["errors"][0]["field"] == "occupants.0.relation"
    assert "Odette" not in json.dumps(receipt)
    assert await harness.scalar("SELECT value FROM dead_letter") is None


async def test_a_mail_address_that_is_none_is_passed_over_and_said(harness):
    holder = {"given_name": "Odette", "family_name": "Garnier", "email": "odette chez wanadoo", "phone": "0142000000"}
    await send(harness, lease(leaseholders=[holder]))
    (receipt,) = await receipts(harness)
    assert (receipt["outcome"], receipt["errors"][0]["field"]) == ("accepted", "leaseholders.0.email")
    (contact,) = await harness.outbox(CONTACT)
    assert (contact.payload["email"], contact.payload["phone"]) == (None, "+33142000000")


async def test_what_an_agent_changed_stays_when_the_landlord_repeats_itself(harness):
    await send(harness, lease())
    async with harness.work() as work:
        (person,) = (
            await store.persons(work.session, (await store.tenancy(work.session, TENANCY)).leaseholders)
        ).values()
        changed = person.reach(dataclasses.replace(person.contact, phone="+33600000000"))
        await store.save_person(work.session, changed, work.now)
    moved = [{"given_name": "Odette", "family_name": "Garnier-Roux", "birth_date": "1955-03-02"}]
    await send(harness, lease(base_rent_cents=615_00), event_id="e2", time=NOON + dt.timedelta(minutes=1))
    await send(harness, lease(leaseholders=moved), event_id="e3", time=NOON + dt.timedelta(minutes=2))
    contacts = [one.payload for one in await harness.outbox(CONTACT)]
    assert [(one["version"], one["family_name"], one["phone"]) for one in contacts] == [
        (1, "Garnier", None),
        (3, "Garnier-Roux", "+33600000000"),
    ]


async def test_the_next_examination_is_due_once_however_often_the_lease_is_told(harness):
    for n, signed in enumerate(["1993-11-23", "1993-11-23", "1995-05-02"]):
        await send(harness, lease(signed_on=signed), event_id=str(n), time=NOON + n * dt.timedelta(minutes=1))
    due = await harness.scalar("SELECT array_agg(due_at::date) FROM due_work WHERE kind = 'demand.examine-tenancy'")
    assert due == [dt.date(2028, 5, 2)]


async def test_ids_are_distinct_for_each_place_of_a_lease(harness):
    couple = [{"given_name": name, "family_name": "Garnier"} for name in ("Odette", "René")]
    await send(harness, lease(leaseholders=couple))
    found = await read(harness)
    assert all(first != second for first, second in itertools.combinations(found.leaseholders, 2))
    assert len(await harness.outbox(CONTACT)) == 2
