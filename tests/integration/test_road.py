"""The road by hand, through the doors that people and systems use: HTTP, Kafka, the link in a message, the command."""

import asyncio
import datetime as dt
import json
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaProducer

from chassis.auth import Role
from contracts.landlord import DwellingAvailable, DwellingLet, LandlordEvent
from stack.landlord_system import envelope_of
from stack.tokens import issue

pytestmark = pytest.mark.timeout(240)

PARCOURS = Path(sys.executable).with_name("parcours")
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TODAY = dt.datetime.now(dt.UTC).date()
HOME = {
    "commune": "75118",
    "street": "12 rue Ordener",
    "dwelling_type": "T3",
    "living_area_m2": 62.0,
    "financing": "PLUS",
    "base_rent_cents": 45_000,
    "service_charges_cents": 9_000,
    "floor": 2,
    "lift": True,
    "step_free": True,
}


async def command(town, *words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        PARCOURS, *words, "--data", str(town.folder), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


def bearer(town, role: Role, siren: str | None = None) -> dict[str, str]:
    token, _ = issue(town.folder, subject="test", role=role, siren=siren)
    return {"Authorization": f"Bearer {token}"}


async def until(look: Callable[[], Awaitable[Any]], seconds: float = 30) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await look()):
            await asyncio.sleep(0.05)
        return found


@pytest.fixture
async def client():
    async with httpx.AsyncClient(trust_env=False, timeout=30) as one:
        yield one


@pytest.fixture
async def landlord(town) -> str:
    """A landlord of its own for the test, registered as an operator does it."""
    siren = f"999{uuid4().int % 1_000_000:06d}"
    status, output = await command(town, "landlord", "add", siren, "Habitat Essai")
    assert status == 0, output
    return siren


@pytest.fixture
async def dwelling(town, client, landlord) -> str:
    reference = f"{uuid4().int % 10**10:010d}"
    answer = await client.put(
        f"{town.state.services['inventory']}/v1/dwellings/{reference}",
        json=HOME,
        headers=bearer(town, Role.LANDLORD, landlord),
    )
    assert answer.status_code == 201, answer.text
    return reference


async def register(town, client, *, place: str = "75118", registered_on: str, email: str, **wishes: Any) -> str:
    """An application as an agent enters it; returns its id."""
    yes = {"granted": True, "given_on": "2026-01-05", "origin": "agent"}
    consents = [{"channel": "email", **yes}, {"channel": "sms", **yes}]
    answer = await client.post(
        f"{town.state.services['demand']}/v1/applications",
        json={
            "number": f"0750126{uuid4().int % 10**11:011d}",
            "registered_on": registered_on,
            "current_housing": {
                "situation": "social_tenant",
                "home": {"commune": "75118", "dwelling_type": "T2"},
            },
            "household": {"persons_for_occupancy": 3, "persons_for_ceiling": 3, "reference_tax_income_euros": 30_000},
            "wishes": {"places": [{"commune": place}], "dwelling_types": ["T3"], "max_rent_cents": 80_000, **wishes},
            "applicant": {
                "given_name": "Noé",
                "family_name": "Essai",
                "email": email,
                "phone": "+33639980001",
                "language": "fr",
                "consents": consents,
            },
        },
        headers={**bearer(town, Role.AGENT), "Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 201, answer.text
    application_id = answer.json()["application_id"]
    connection = await asyncpg.connect(town.state.databases["matching"])
    try:
        await until(
            lambda: connection.fetchval("SELECT count(*) FROM posting WHERE application_id = $1", application_id)
        )
    finally:
        await connection.close()
    return str(application_id)


async def publish(town, siren: str, event: LandlordEvent, **headers: str) -> str:
    envelope = replace(envelope_of(event, siren, source="//essai"), traceparent=headers.get("traceparent"))
    await send(town, siren, event.encode(), envelope.headers())
    return envelope.id


async def send(town, siren: str, body: bytes, headers: list[tuple[str, bytes]]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=town.state.kafka, acks="all")
    await producer.start()
    try:
        await producer.send_and_wait(f"landlord.{siren}.vacancy.v1", key=b"k", value=body, headers=headers)
    finally:
        await producer.stop()


async def messages(town, client, correlation_id: str) -> list[dict[str, Any]]:
    listed = (await client.get(f"{town.state.mailbox.page}/messages", params={"limit": 1000})).json()["messages"]
    return [one for one in listed if one["correlation_id"] == correlation_id]


async def test_a_vacancy_becomes_an_e_mail_and_an_sms_and_a_no_calls_the_next(town, client, landlord, dwelling):
    place = "75118"
    first = await register(town, client, place=place, registered_on="2015-01-02", email="premier@example.org")
    event = DwellingAvailable(dwelling_reference=dwelling, vacancy_reference=f"V-{dwelling}", available_on=TODAY)
    story = await publish(town, landlord, event, traceparent=TRACE)

    async def both() -> list[dict[str, Any]]:
        found = await messages(town, client, story)
        return found if {one["kind"] for one in found} == {"email", "sms"} else []

    arrived = await until(both)
    assert len(arrived) == 2
    mail = next(one for one in arrived if one["kind"] == "email")
    page = (await client.get(f"{town.state.mailbox.page}/messages/{mail['seq']}/raw")).text
    assert "premier@example.org" in page

    sms = next(one for one in arrived if one["kind"] == "sms")
    text = (await client.get(f"{town.state.mailbox.page}/messages/{sms['seq']}")).json()["text"]
    link = re.search(r"https?://\S+", text)
    assert link, text
    seen = await client.get(link[0])
    assert seen.status_code == 200, seen.text
    token = link[0].partition("token=")[2]
    answered = await client.post(
        f"{town.state.services['matching']}/v1/answers", json={"token": token, "answer": "not_interested"}
    )
    assert answered.status_code == 200, answered.text

    matching = await asyncpg.connect(town.state.databases["matching"])
    notifications = await asyncpg.connect(town.state.databases["notifications"])
    try:
        calls = await matching.fetch("SELECT status FROM call WHERE application_id = $1::uuid", first)
        assert [call["status"] for call in calls] == ["not_interested"]
        # One trace from the landlord's event to the gateway, across four outboxes.
        traces = await until(
            lambda: notifications.fetch(
                "SELECT DISTINCT headers->>'traceparent' AS trace FROM event_log "
                "WHERE type = 'notifications.delivery.sent.v1' AND headers->>'correlationid' = $1",
                story,
            )
        )
        assert {row["trace"][3:35] for row in traces} == {TRACE[3:35]}
    finally:
        await matching.close()
        await notifications.close()


async def test_a_household_called_is_told_when_the_home_is_let(town, client, landlord, dwelling):
    await register(town, client, registered_on="2014-01-02", email="deuxieme@example.org")
    of_it = {"dwelling_reference": dwelling, "vacancy_reference": f"V-{dwelling}"}
    story = await publish(town, landlord, DwellingAvailable(**of_it, available_on=TODAY))
    await until(lambda: messages(town, client, story))
    let = await publish(town, landlord, DwellingLet(**of_it, lease_signed_on=TODAY))
    assert await until(lambda: messages(town, client, let))


async def test_a_landlord_sees_what_became_of_each_event(town, client, landlord, dwelling):
    inventory, headers = town.state.services["inventory"], bearer(town, Role.LANDLORD, landlord)
    event = DwellingAvailable(dwelling_reference=dwelling, vacancy_reference="V-1", available_on=TODAY)
    event_id = await publish(town, landlord, event)

    async def outcomes() -> list[str]:
        answer = await client.get(f"{inventory}/v1/vacancy-events/{event_id}", headers=headers)
        return [one["outcome"] for one in answer.json()["receipts"]] if answer.status_code == 200 else []

    assert await until(outcomes) == ["accepted"]
    envelope = envelope_of(event, landlord, source="//essai", event_id=event_id)
    await send(town, landlord, event.encode(), envelope.headers())

    async def twice() -> list[str]:
        found = await outcomes()
        return found if len(found) > 1 else []

    assert await until(twice) == ["accepted", "duplicate"]


async def test_a_record_that_cannot_be_read_is_a_dead_letter_an_operator_settles(town, landlord, dwelling):
    event = DwellingAvailable(dwelling_reference=dwelling, vacancy_reference="V-1", available_on=TODAY)
    envelope = envelope_of(event, landlord, source="//essai")
    await send(town, landlord, b"{not json", envelope.headers())

    inventory = await asyncpg.connect(town.state.databases["inventory"])
    try:
        letter = await until(lambda: inventory.fetchval("SELECT id FROM dead_letter WHERE event_id = $1", envelope.id))
        assert str(letter) in (await command(town, "dead-letters", "list"))[1]
        status, shown = await command(town, "dead-letters", "show", str(letter))
        assert (status, "{not json" in shown) == (0, True), shown
        status, replayed = await command(town, "dead-letters", "replay", str(letter))
        assert status == 0, replayed
        tried = "SELECT attempts FROM dead_letter WHERE id = $1 AND state = 'open'"
        assert await until(lambda: inventory.fetchval(tried, letter)) == 1, "what cannot be read was taken"
    finally:
        await inventory.close()
    status, closed = await command(town, "dead-letters", "discard", str(letter), "--reason", "broken export")
    assert status == 0, closed
    status, again = await command(town, "dead-letters", "discard", str(letter), "--reason", "twice")
    assert status == 1
    assert "Traceback" not in again


async def test_a_token_is_for_its_landlord_until_it_is_revoked(town, client, landlord, dwelling):
    inventory = town.state.services["inventory"]
    status, output = await command(town, "token", "issue", "--role", "landlord", "--siren", landlord)
    assert status == 0, output
    token = output.split()[-1]
    own = {"Authorization": f"Bearer {token}"}
    other = bearer(town, Role.LANDLORD, "999000009")
    address = f"{inventory}/v1/dwellings/{dwelling}"
    assert (await client.get(address, headers=own)).status_code == 200
    assert (await client.get(address, headers=other)).status_code == 404
    refused = await client.put(address, json={**HOME, "floor": 3}, headers={**other, "If-Match": '"1"'})
    assert refused.status_code == 403
    assert landlord in refused.json()["detail"]
    status, output = await command(town, "token", "revoke", token, "--reason", "lost")
    assert status == 0, output
    assert (await client.get(address, headers=own)).status_code == 401


async def test_held_alerts_wait_and_leave_when_resumed(town, client, landlord, dwelling):
    await register(town, client, registered_on="2013-01-02", email="troisieme@example.org")
    status, output = await command(town, "alerts", "hold", "--why", "a test of the switch")
    assert status == 0, output
    try:
        event = DwellingAvailable(dwelling_reference=dwelling, vacancy_reference="V-1", available_on=TODAY)
        story = await publish(town, landlord, event)
        notifications = await asyncpg.connect(town.state.databases["notifications"])
        try:
            waiting = "SELECT count(*) FROM delivery WHERE state = 'pending' AND correlation_id = $1"
            assert await until(lambda: notifications.fetchval(waiting, story))
        finally:
            await notifications.close()
        _, state = await command(town, "alerts", "state")
        assert "a test of the switch" in state
        assert await messages(town, client, story) == []
    finally:
        status, output = await command(town, "alerts", "resume", "--why", "the test is over")
    assert status == 0, output
    assert await until(lambda: messages(town, client, story))


async def test_status_says_how_everything_is(town):
    status, output = await command(town, "status", "--json")
    assert status == 0, output
    told = json.loads(output)
    assert {"demand", "inventory", "matching", "notifications"} <= set(json.dumps(told).replace('"', " ").split())
