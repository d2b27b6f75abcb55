import datetime as dt
import uuid

import pytest
from notifications_samples import call_id, consent, issued, person, recorded

from chassis import sql
from chassis.auth import Role
from chassis.testing import NOON, bearer
from contracts.values import Channel
from notifications.api import router
from notifications.settings import Settings

PHONE = "+33612345678"
GATEWAY = {"X-Gateway-Token": "agreed-with-the-gateway"}


OPERATOR, AGENT = bearer(Role.OPERATOR, subject="the operator"), bearer(Role.AGENT)
LANDLORD = bearer(Role.LANDLORD, siren="552032708")


def settings(**given):
    fields = {
        "database_url": "postgresql://u@h/d",
        "kafka_url": "h:1",
        "link_secret": "x" * 32,
        "sms_report_token": "agreed-with-the-gateway",
    }
    return Settings(**fields | given)


@pytest.fixture
async def client(harness):
    async with harness.http(router, settings=settings()) as client:
        yield client


async def test_deliveries_are_listed_by_call_and_by_person_without_identity(harness, client, sender):
    await harness.handle(recorded(1, phone=PHONE), recorded(2, consents=(consent(Channel.EMAIL, granted=False),)))
    await harness.handle(issued(1, 2), issued(1, number=2))
    await sender.run_once()
    listed = await client.get("/v1/deliveries", params={"call_id": str(call_id())}, headers=AGENT)
    found = {(one["person_id"], one["channel"]): one for one in listed.json()}
    assert set(found) == {
        (str(person(1)), "email"),
        (str(person(1)), "sms"),
        (str(person(2)), "email"),
    }
    assert found[str(person(1)), "email"]["state"] == "sent"
    assert found[str(person(1)), "email"]["attempts"] == 1
    assert found[str(person(2)), "email"]["suppression"] == "no_consent"
    for personal in ("example.org", PHONE, "Guyen"):
        assert personal not in listed.text
    mine = await client.get("/v1/deliveries", params={"person_id": str(person(1))}, headers=OPERATOR)
    assert len(mine.json()) == 4
    both = {"person_id": str(person(1)), "call_id": str(call_id(2))}
    assert len((await client.get("/v1/deliveries", params=both, headers=AGENT)).json()) == 2
    assert (await client.get("/v1/deliveries", params={"call_id": str(uuid.uuid4())}, headers=AGENT)).json() == []


@pytest.mark.parametrize(
    ("headers", "params", "status"),
    [
        ({}, {"call_id": str(call_id())}, 401),
        (LANDLORD, {"call_id": str(call_id())}, 403),
        (AGENT, {}, 422),
        (AGENT, {"call_id": "x"}, 422),
        (AGENT, {"call_id": str(call_id()), "limit": 0}, 422),
    ],
)
async def test_who_may_not_and_what_cannot_be_listed(client, headers, params, status):
    answer = await client.get("/v1/deliveries", params=params, headers=headers)
    assert answer.status_code == status
    assert answer.json()["detail"]


async def test_an_operator_holds_and_resumes(harness, client, sender, mailbox):
    state = (await client.get("/v1/alerts/state", headers=OPERATOR)).json()
    assert (state["held"], state["mode"], state["who"]) == (False, "sink", None)
    held = await client.post("/v1/alerts/hold", json={"why": "a drill"}, headers=OPERATOR)
    assert held.json()["held"]
    assert (held.json()["who"], held.json()["why"]) == ("the operator", "a drill")
    await harness.handle(recorded(1))
    await harness.handle(issued(1))
    assert await sender.run_once() == 0
    state = (await client.get("/v1/alerts/state", headers=OPERATOR)).json()
    assert (state["pending"], state["handed_this_minute"]) == (1, 0)
    resumed = await client.post("/v1/alerts/resume", json={"why": "over"}, headers=OPERATOR)
    assert not resumed.json()["held"]
    assert await sender.run_once() == 1
    state = (await client.get("/v1/alerts/state", headers=OPERATOR)).json()
    assert (state["pending"], state["handed_this_minute"], state["ceiling_per_minute"]) == (0, 1, 1000)
    assert await harness.scalar("SELECT count(*) FROM alert_hold") == 2


async def test_a_resume_wakes_the_sender_at_once(client, sender):
    for wake in sender._wakes:
        wake.clear()
    await client.post("/v1/alerts/resume", json={"why": "over"}, headers=OPERATOR)
    assert all(wake.is_set() for wake in sender._wakes)


@pytest.mark.parametrize("headers", [{}, AGENT, LANDLORD])
@pytest.mark.parametrize("path", ["hold", "resume"])
async def test_only_an_operator_turns_the_switch(client, headers, path):
    answer = await client.post(f"/v1/alerts/{path}", json={"why": "me"}, headers=headers)
    assert answer.status_code in (401, 403)
    assert (await client.get("/v1/alerts/state", headers=headers)).status_code in (401, 403)


@pytest.mark.parametrize("body", [{}, {"why": ""}, {"why": "  "}, {"why": "x" * 501}, {"why": "x", "who": "y"}])
async def test_a_turn_says_why(client, harness, body):
    assert (await client.post("/v1/alerts/hold", json=body, headers=OPERATOR)).status_code == 422
    assert await harness.scalar("SELECT count(*) FROM alert_hold") == 0


@pytest.fixture
async def sms_sent(harness, sender):
    """The id of an SMS that the gateway took."""
    await harness.handle(recorded(1, phone=PHONE, email=None, consents=(consent(Channel.SMS),)))
    await harness.handle(issued(1))
    await sender.run_once()
    return str(await harness.scalar("SELECT id FROM delivery"))


async def test_a_report_of_delivery_is_published_once(harness, client, sms_sent):
    report = {"reference": sms_sent, "id": "sms-1", "status": "delivered", "at": NOON.isoformat()}
    for _ in range(2):
        answer = await client.post("/v1/sms/reports", json=report, headers=GATEWAY)
        assert answer.json() == {"delivery_id": sms_sent, "state": "delivered"}
    (delivered,) = await harness.outbox("notifications.delivery.delivered.v1")
    assert delivered.payload["delivery_id"] == sms_sent
    assert delivered.key == str(person(1))


async def test_a_report_may_name_the_gateway_s_own_id_and_say_that_it_failed(harness, client, sms_sent):
    gateway_s = await harness.scalar("SELECT gateway_reference FROM delivery")
    report = {"id": gateway_s, "status": "failed", "reason": f"{PHONE} is not in service"}
    answer = await client.post("/v1/sms/reports", json=report, headers=GATEWAY)
    assert answer.json() == {"delivery_id": sms_sent, "state": "failed"}
    (failed,) = await harness.outbox("notifications.delivery.failed.v1")
    assert failed.payload["final"]
    assert failed.payload["reason"] == "[recipient] is not in service"
    check = await harness.scalar("SELECT channel || ': ' || reason FROM contact_check WHERE closed_at IS NULL")
    assert check == "sms: [recipient] is not in service"


async def test_a_report_settles_an_outcome_nobody_knew(harness, client, sender, mailbox):
    mailbox.faults.drop = 1
    await harness.handle(recorded(1, phone=PHONE, email=None, consents=(consent(Channel.SMS),)))
    await harness.handle(issued(1))
    await sender.run_once()
    reference = str(await harness.scalar("SELECT id FROM delivery"))
    report = {"reference": reference, "status": "delivered"}
    assert (await client.post("/v1/sms/reports", json=report, headers=GATEWAY)).json()["state"] == "delivered"
    harness.clock.advance(dt.timedelta(minutes=1))
    assert await sender.run_once() == 0
    assert [one.repeats for one in mailbox.mailbox.after(0)] == [0]


async def test_a_report_that_comes_too_early_is_asked_for_again(harness, client, sms_sent):
    async with harness.work() as work:
        from sqlalchemy import text

        await work.session.execute(text("UPDATE delivery SET state = 'sending', due_at = now()"))
    report = {"reference": sms_sent, "status": "delivered"}
    answer = await client.post("/v1/sms/reports", json=report, headers=GATEWAY)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"reference": str(uuid.uuid4()), "status": "delivered"}, GATEWAY, 404),
        ({"status": "delivered"}, GATEWAY, 422),
        ({"reference": str(uuid.uuid4()), "status": "perhaps"}, GATEWAY, 422),
        ({"reference": str(uuid.uuid4()), "status": "delivered"}, {}, 401),
        ({"reference": str(uuid.uuid4()), "status": "delivered"}, {"X-Gateway-Token": "guessed"}, 401),
    ],
)
async def test_a_report_that_is_not_taken(client, harness, body, headers, status):
    assert (await client.post("/v1/sms/reports", json=body, headers=headers)).status_code == status
    assert await harness.outbox() == []


async def test_a_report_on_what_never_left_is_refused(harness, client):
    await harness.handle(recorded(1, phone=PHONE, email=None, consents=(consent(Channel.SMS),)))
    await harness.handle(issued(1))
    reference = str(await harness.scalar("SELECT id FROM delivery"))
    report = {"reference": reference, "status": "delivered"}
    assert (await client.post("/v1/sms/reports", json=report, headers=GATEWAY)).status_code == 409


async def test_without_an_agreed_token_no_report_is_taken(harness):
    report = {"reference": str(uuid.uuid4()), "status": "delivered"}
    async with harness.http(router, settings=settings(sms_report_token=None)) as client:
        assert (await client.post("/v1/sms/reports", json=report, headers=GATEWAY)).status_code == 403


async def test_many_reports_are_settled_at_once_and_each_is_answered(harness, client, sender):
    contacts = [
        recorded(one, phone=f"+3361234567{one}", email=None, consents=(consent(Channel.SMS),)) for one in (1, 2, 3)
    ]
    await harness.handle(*contacts)
    await harness.handle(issued(1, 2, 3))
    await sender.run_once()
    async with harness.work() as work:
        sms = dict(await sql.fetch(work.session, "SELECT person_id, id::text FROM delivery"))
        mine, theirs, held = (sms[person(one)] for one in (1, 2, 3))
        (gateway_s,) = await sql.column(work.session, "SELECT gateway_reference FROM delivery WHERE id = $1", theirs)
    reports = [
        {"reference": mine, "status": "delivered"},
        {"id": gateway_s, "status": "failed", "reason": "off"},
        {"reference": held, "status": "delivered"},
        {"reference": str(uuid.uuid4()), "status": "delivered"},
        {"reference": mine, "status": "delivered"},
    ]
    async with harness.work() as other:
        await sql.execute(other.session, "SELECT FROM delivery WHERE id = $1 FOR UPDATE", held)
        answer = await client.post("/v1/sms/reports/batch", json={"reports": reports}, headers=GATEWAY)
    assert [(one["verdict"], one["delivery_id"], one["state"]) for one in answer.json()["reports"]] == [
        ("taken", mine, "delivered"),
        ("taken", theirs, "failed"),
        ("again", None, None),
        ("not_known", None, None),
        ("taken", mine, "delivered"),
    ]
    assert [one.payload["delivery_id"] for one in await harness.outbox("notifications.delivery.delivered.v1")] == [mine]
    (failed,) = await harness.outbox("notifications.delivery.failed.v1")
    assert (failed.payload["delivery_id"], failed.payload["reason"]) == (theirs, "off")
    again = await client.post("/v1/sms/reports/batch", json={"reports": reports[2:3]}, headers=GATEWAY)
    assert again.json()["reports"][0]["verdict"] == "taken"


async def test_a_batch_with_a_report_on_nothing_settles_nothing(harness, client, sms_sent):
    reports = [{"reference": sms_sent, "status": "delivered"}, {"status": "delivered"}]
    answer = await client.post("/v1/sms/reports/batch", json={"reports": reports}, headers=GATEWAY)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reports[1].reference")
    assert await harness.outbox("notifications.delivery.delivered.v1") == []
