"""The landlords' HTTP door for tenancies: the same inbox and receipts as Kafka's."""

import pytest
from tenancy_samples import LANDLORD, STRANGER, account, lease

from chassis.auth import Role
from chassis.testing import bearer
from contracts.topics import LANDLORD_TENANCY

MINE, THEIRS = bearer(Role.LANDLORD, LANDLORD), bearer(Role.LANDLORD, STRANGER)


def headers(event, *, event_id="e1", who=MINE, **over):
    return {
        "ce-id": event_id,
        "ce-source": "//landlord/erp",
        "ce-type": event.TYPE,
        "ce-time": "2026-11-22T11:30:00Z",
        "content-type": "application/json",
        **who,
        **over,
    }


async def send(client, event, **named):
    return await client.post("/v1/tenancy-events", content=event.encode(), headers=headers(event, **named))


async def test_an_event_is_taken_and_its_receipt_read(client, harness):
    answer = await send(client, account())
    assert (answer.status_code, answer.json()["outcome"]) == (202, "accepted")
    again = await send(client, account())
    assert again.json()["outcome"] == "duplicate"
    read = await client.get(answer.headers["Location"], headers=MINE)
    assert [one["outcome"] for one in read.json()["receipts"]] == ["accepted", "duplicate"]
    assert (await client.get(answer.headers["Location"], headers=THEIRS)).status_code == 404
    assert len(await harness.outbox("landlord.receipt.issued.v1")) == 2


async def test_both_doors_know_one_event(client, harness):
    event = lease()
    await send(client, event)
    record = harness.record(event, topic=LANDLORD_TENANCY.of(LANDLORD))
    same = [(name, value) for name, value in record.headers if not name.startswith("ce_")]
    same += [(name.replace("-", "_"), value.encode()) for name, value in headers(event).items() if name[:3] == "ce-"]
    await harness.edge.process([type(record)(topic=record.topic, key=record.key, value=record.value, headers=same)])
    receipts = [one.payload["outcome"] for one in await harness.outbox("landlord.receipt.issued.v1")]
    assert receipts == ["accepted", "duplicate"]


async def test_what_cannot_be_read_is_refused_and_not_kept(client, harness):
    event = account()
    answer = await client.post("/v1/tenancy-events", content=b'{"as_of": "soon"}', headers=headers(event))
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} >= {"as_of", "dwelling_reference"}
    assert await harness.scalar("SELECT count(*) FROM tenancy_event") == 0


@pytest.mark.parametrize(("who", "status"), [(bearer(Role.AGENT), 403), ({"Authorization": ""}, 401)])
async def test_only_a_landlord_speaks(client, who, status):
    assert (await send(client, account(), who=who)).status_code == status
