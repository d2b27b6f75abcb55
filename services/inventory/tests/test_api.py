import datetime as dt
import json

import pytest
from inventory_samples import DWELLING, LANDLORD, STRANGER, facts, let, notice, works

from chassis.auth import Role
from chassis.testing import bearer
from contracts.event import Envelope
from contracts.topics import LANDLORD_VACANCY
from inventory.api import router
from inventory.api.stock import DwellingFile
from inventory.domain.vacancy import vacancy_id

VACANCY = str(vacancy_id(LANDLORD, "V-2026-17"))


OPERATOR, AGENT = bearer(Role.OPERATOR), bearer(Role.AGENT)
MINE, THEIRS = bearer(Role.LANDLORD, LANDLORD), bearer(Role.LANDLORD, STRANGER)


@pytest.fixture
async def client(harness):
    async with harness.http(router) as client:
        yield client


def headers(event, *, event_id="e1", who=MINE, **over):
    attributes = {
        "ce-id": event_id,
        "ce-source": "//landlord/erp",
        "ce-type": event.TYPE,
        "ce-time": "2026-11-22T11:30:00Z",
        "ce-specversion": "1.0",
        "content-type": "application/json",
        **who,
        **over,
    }
    return {name: value for name, value in attributes.items() if value is not None}


async def send(client, event, **named):
    return await client.post("/v1/vacancy-events", content=event.encode(), headers=headers(event, **named))


async def rows(harness):
    """What is stored of vacancies and news, by table."""
    return {
        table: await harness.scalar(f"SELECT count(*) FROM {table}")
        for table in ("vacancy", "vacancy_event", "inbox", "outbox", "dead_letter")
    }


NOTHING = {"vacancy": 0, "vacancy_event": 0, "inbox": 0, "outbox": 0, "dead_letter": 0}


def fields(answer):
    return [error["field"] for error in answer.json()["errors"]]


class TestLandlords:
    async def test_the_operator_registers_and_renames_one(self, client):
        answer = await client.put("/v1/landlords/999000042", json={"name": " Logis Neuf "}, headers=OPERATOR)
        assert (answer.status_code, answer.json()["name"], answer.headers["ETag"]) == (201, "Logis Neuf", '"1"')
        again = await client.put("/v1/landlords/999000042", json={"name": "Logis Neuf"}, headers=OPERATOR)
        assert (again.status_code, again.headers["ETag"]) == (200, '"1"')
        unseen = await client.put("/v1/landlords/999000042", json={"name": "Autre"}, headers=OPERATOR)
        assert unseen.status_code == 428
        renamed = await client.put(
            "/v1/landlords/999000042", json={"name": "Autre"}, headers={**OPERATOR, "If-Match": '"1"'}
        )
        assert (renamed.status_code, renamed.headers["ETag"]) == (200, '"2"')
        stale = await client.put(
            "/v1/landlords/999000042", json={"name": "Encore"}, headers={**OPERATOR, "If-Match": '"1"'}
        )
        assert stale.status_code == 412
        read = await client.get("/v1/landlords/999000042", headers=AGENT)
        assert (read.json()["name"], read.json()["version"]) == ("Autre", 2)

    @pytest.mark.parametrize(("who", "status"), [(MINE, 403), (AGENT, 403), ({}, 401)])
    async def test_nobody_else_does(self, client, who, status):
        answer = await client.put("/v1/landlords/999000042", json={"name": "Logis"}, headers=who)
        assert answer.status_code == status

    async def test_a_siren_has_a_control_digit(self, client):
        answer = await client.put("/v1/landlords/552032709", json={"name": "Logis"}, headers=OPERATOR)
        assert answer.status_code == 422
        assert "siren" in fields(answer)[0]

    async def test_a_landlord_reads_itself_only(self, client):
        assert (await client.get(f"/v1/landlords/{LANDLORD}", headers=MINE)).status_code == 200
        assert (await client.get(f"/v1/landlords/{STRANGER}", headers=MINE)).status_code == 404


def dwelling_body(**over):
    return {**facts().model_dump(mode="json", exclude_none=True), **over}


class TestDwellings:
    async def put(self, client, reference="7500007777", *, who=MINE, if_match=None, **over):
        sent = {**who, **({"If-Match": if_match} if if_match else {})}
        return await client.put(f"/v1/dwellings/{reference}", json=dwelling_body(**over), headers=sent)

    async def test_the_example_of_the_document_records_one(self, client):
        example = DwellingFile.model_json_schema()["example"]
        assert (await client.put("/v1/dwellings/7500007777", json=example, headers=MINE)).status_code == 201

    async def test_a_landlord_records_its_dwelling_and_changes_it(self, client, harness):
        created = await self.put(client)
        assert (created.status_code, created.headers["ETag"]) == (201, '"1"')
        same = await self.put(client)
        assert (same.status_code, same.headers["ETag"]) == (200, '"1"')
        assert (await self.put(client, base_rent_cents=42_000)).status_code == 428
        changed = await self.put(client, base_rent_cents=42_000, if_match='"1"')
        assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
        assert (await self.put(client, base_rent_cents=43_000, if_match='"1"')).status_code == 412
        recorded = await harness.outbox("inventory.dwelling.recorded.v1")
        assert [one.payload["version"] for one in recorded] == [1, 2]
        assert recorded[1].payload["dwelling"]["base_rent_cents"] == 42_000
        assert recorded[0].key == recorded[1].key == changed.json()["dwelling_id"]
        read = await client.get("/v1/dwellings/7500007777", headers=MINE)
        assert read.json() == changed.json()

    @pytest.mark.parametrize(
        ("over", "field"),
        [
            ({"commune": "99999"}, "commune"),
            ({"commune": "75056"}, "commune"),
            ({"commune": "Paris"}, "commune"),
            ({"base_rent_cents": -1}, "base_rent_cents"),
            ({"dwelling_type": "T9"}, "dwelling_type"),
            ({"living_area_m2": 0}, "living_area_m2"),
            ({"rent": 12}, "rent"),
            ({"latitude": 48.9}, "longitude"),
            ({"latitude": 148.9, "longitude": 2.3}, "latitude"),
            ({"priority_district": "QN99999M"}, "priority_district"),
        ],
    )
    async def test_bad_input_is_named_and_nothing_is_stored(self, client, harness, over, field):
        answer = await self.put(client, **over)
        assert answer.status_code == 422
        assert fields(answer) == [field]
        assert await harness.scalar("SELECT count(*) FROM dwelling") == 3
        assert await rows(harness) == NOTHING

    async def test_someone_elses_dwelling_stays_theirs(self, client, harness):
        answer = await self.put(client, DWELLING, who=THEIRS, if_match='"1"', base_rent_cents=1)
        assert answer.status_code == 403
        assert LANDLORD in answer.json()["detail"]
        assert (await client.get(f"/v1/dwellings/{DWELLING}", headers=THEIRS)).status_code == 404
        assert await rows(harness) == NOTHING

    async def test_a_landlord_that_is_not_registered_records_nothing(self, client, harness):
        answer = await self.put(client, who=bearer(Role.LANDLORD, "999000077"))
        assert answer.status_code == 403
        assert "not registered" in answer.json()["detail"] or "is registered" in answer.json()["detail"]
        assert await rows(harness) == NOTHING

    async def test_one_without_a_known_rent_is_kept_and_told_of_once_it_is_known(self, client, harness):
        body = dwelling_body()
        del body["base_rent_cents"]
        created = await client.put("/v1/dwellings/7500007777", json=body, headers=MINE)
        assert (created.status_code, created.json()["dwelling"]["base_rent_cents"]) == (201, None)
        await send(client, notice(dwelling_reference="7500007777"))
        assert [one.type for one in await harness.outbox()] == ["landlord.receipt.issued.v1"]
        waiting = await client.get(f"/v1/vacancies/{VACANCY}", headers=MINE)
        assert (waiting.json()["version"], waiting.json()["dwelling"]["base_rent_cents"]) == (0, None)
        await self.put(client, if_match='"1"', reletting_base_rent_cents=44_000)
        recorded, announced = (await harness.outbox())[-2:]
        assert (recorded.payload["version"], recorded.payload["dwelling"]["base_rent_cents"]) == (2, 41_000)
        assert recorded.payload["reletting_base_rent_cents"] == 44_000
        assert announced.type == "inventory.vacancy.announced.v1"
        assert announced.payload["dwelling"]["base_rent_cents"] == 44_000

    async def test_where_it_stands_is_kept_and_told_to_nobody(self, client, harness):
        answer = await self.put(client, latitude=48.88699, longitude=2.35313)
        assert (answer.json()["latitude"], answer.json()["longitude"]) == (48.88699, 2.35313)
        assert answer.json()["dwelling"]["priority_district"] == "QN07511M"
        assert answer.json()["ceiling_zone"] == "paris_and_neighbours"
        (recorded,) = await harness.outbox()
        assert "latitude" not in str(recorded.payload)

    async def test_an_open_vacancy_follows_its_dwelling(self, client, harness):
        await send(client, notice())
        await self.put(client, DWELLING, if_match='"1"', dwelling_type="T4")
        first, second = [one for one in await harness.outbox() if one.type == "inventory.vacancy.announced.v1"]
        assert (first.payload["dwelling"]["dwelling_type"], second.payload["dwelling"]["dwelling_type"]) == ("T3", "T4")
        assert second.payload["version"] == 2
        read = await client.get(f"/v1/vacancies/{VACANCY}", headers=MINE)
        assert (read.json()["version"], read.json()["dwelling"]["dwelling_type"]) == (2, "T4")


class TestVacancyEvents:
    async def test_is_answered_with_a_receipt_and_where_to_find_it(self, client, harness):
        answer = await send(client, notice(works_days=10))
        assert answer.status_code == 202
        assert answer.json()["outcome"] == "accepted"
        assert answer.json()["vacancy_id"] == VACANCY
        assert answer.headers["Location"] == "/v1/vacancy-events/e1"
        read = await client.get(answer.headers["Location"], headers=MINE)
        assert [receipt["outcome"] for receipt in read.json()["receipts"]] == ["accepted"]
        published = [(one.type, one.headers["causationid"]) for one in await harness.outbox()]
        assert published == [("inventory.vacancy.announced.v1", "e1"), ("landlord.receipt.issued.v1", "e1")]

    async def test_again_is_a_duplicate_and_another_body_is_rejected(self, client):
        outcomes = [(await send(client, event)).json()["outcome"] for event in (notice(), notice(), let())]
        assert outcomes == ["accepted", "duplicate", "rejected"]
        read = await client.get("/v1/vacancy-events/e1", headers=MINE)
        assert [receipt["outcome"] for receipt in read.json()["receipts"]] == outcomes
        assert read.json()["receipts"][2]["errors"][0]["field"] == "id"

    async def test_both_doors_share_the_inbox(self, client, harness):
        time = dt.datetime(2026, 11, 22, 11, 30, tzinfo=dt.UTC)
        envelope = Envelope(id="e1", type=notice().TYPE, source="//landlord/erp", time=time)
        await harness.handle(notice(), topic=LANDLORD_VACANCY.of(LANDLORD), envelope=envelope)
        answer = await send(client, notice())
        assert answer.json()["outcome"] == "duplicate"
        spaced = json.dumps(json.loads(notice().encode()), indent=2)
        answer = await client.post("/v1/vacancy-events", content=spaced, headers=headers(notice()))
        assert answer.json()["outcome"] == "duplicate", "the same event, however its JSON is written"

    async def test_someone_elses_dwelling_is_rejected_with_the_field(self, client, harness):
        answer = await send(client, notice(), who=THEIRS)
        assert answer.status_code == 202
        assert answer.json()["outcome"] == "rejected"
        assert answer.json()["landlord"] == STRANGER
        assert fields(answer) == ["dwelling_reference"]
        read = await client.get("/v1/vacancy-events/e1", headers=THEIRS)
        assert read.json()["receipts"][0]["errors"] == answer.json()["errors"]
        assert (await rows(harness))["vacancy"] == 0

    async def test_a_token_for_another_siren_sees_nothing_of_it(self, client):
        await send(client, notice())
        assert (await client.get("/v1/vacancy-events/e1", headers=THEIRS)).status_code == 404
        assert (await client.get(f"/v1/vacancies/{VACANCY}", headers=THEIRS)).status_code == 404
        assert (await client.get("/v1/vacancies", headers=THEIRS)).json()["vacancies"] == []

    @pytest.mark.parametrize(
        ("over", "status", "field"),
        [
            ({"ce-id": None}, 422, "header.ce-id"),
            ({"ce-time": "yesterday"}, 422, "ce_time"),
            ({"ce-time": "2026-11-22T11:30:00"}, 422, "ce_time"),
            ({"ce-type": "landlord.dwelling.sold.v1"}, 422, "ce_type"),
            ({"ce-type": "landlord.notice.received.v2"}, 422, "ce_type"),
            ({"ce-id": "%FF"}, 422, "ce_id"),
            ({"content-type": "text/plain"}, 415, None),
        ],
    )
    async def test_headers_that_do_not_fit_are_named(self, client, harness, over, status, field):
        answer = await send(client, notice(), **over)
        assert answer.status_code == status
        assert field is None or fields(answer) == [field]
        assert await rows(harness) == NOTHING

    @pytest.mark.parametrize(
        ("body", "status", "said"),
        [
            (b'{"dwelling_reference": "\xff"}', 400, "UTF-8"),
            (b'{"dwelling_reference":', 400, "not JSON"),
            (b"[]", 422, "body"),
            (b"{}", 422, "received_on"),
            (
                b'{"dwelling_reference":"7500123456","vacancy_reference":"V","received_on":"2026-02-30"}',
                422,
                "received",
            ),
            (b" " * 10_000_000, 413, "1,000,000"),
        ],
        ids=["invalid UTF-8", "half a document", "a list", "empty", "no such day", "10 MB"],
    )
    async def test_a_body_that_cannot_be_read_is_refused_and_nothing_is_stored(
        self, client, harness, body, status, said
    ):
        answer = await client.post("/v1/vacancy-events", content=body, headers=headers(notice()))
        assert answer.status_code == status
        assert said in answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert await rows(harness) == NOTHING

    async def test_dates_in_the_wrong_order_are_named(self, client, harness):
        wrong = works().model_dump(mode="json") | {"ends_on": "2026-10-01"}
        answer = await client.post("/v1/vacancy-events", content=json.dumps(wrong), headers=headers(works()))
        assert (answer.status_code, fields(answer)) == (422, ["ends_on"])
        assert await rows(harness) == NOTHING

    @pytest.mark.parametrize(("who", "status"), [(AGENT, 403), (OPERATOR, 403), ({}, 401)])
    async def test_only_landlords_send_events(self, client, harness, who, status):
        assert (await send(client, notice(), who=who)).status_code == status
        assert await rows(harness) == NOTHING

    async def test_an_id_may_have_any_sign(self, client):
        answer = await send(client, notice(), event_id="urn:erp:2026/17%25%C3%A9")
        assert answer.json()["event_id"] == "urn:erp:2026/17%é"
        read = await client.get(answer.headers["Location"], headers=MINE)
        assert read.json()["event_id"] == "urn:erp:2026/17%é"

    async def test_an_id_of_several_systems_is_told_apart_by_its_source(self, client):
        await send(client, notice())
        await send(client, notice(), **{"ce-source": "//landlord/crm"})
        assert (await client.get("/v1/vacancy-events/e1", headers=MINE)).status_code == 409
        read = await client.get("/v1/vacancy-events/e1", params={"source": "//landlord/crm"}, headers=MINE)
        assert [receipt["event_source"] for receipt in read.json()["receipts"]] == ["//landlord/crm"]

    async def test_an_unknown_event_is_not_found(self, client):
        assert (await client.get("/v1/vacancy-events/none", headers=MINE)).status_code == 404


class TestVacancies:
    async def test_are_listed_by_state_and_page(self, client):
        for number in range(5):
            names = {"vacancy_reference": f"V{number}"}
            await send(client, notice(**names), event_id=f"n{number}")
            if number < 2:
                await send(client, let(**names), event_id=f"l{number}")
        page = (await client.get("/v1/vacancies", params={"limit": 2}, headers=MINE)).json()
        seen = page["vacancies"]
        while page["next_after"]:
            page = (
                await client.get("/v1/vacancies", params={"limit": 2, "after": page["next_after"]}, headers=AGENT)
            ).json()
            seen += page["vacancies"]
        assert sorted(one["vacancy_reference"] for one in seen) == ["V0", "V1", "V2", "V3", "V4"]
        for state, count in (("announced", 3), ("let", 2), ("available", 0)):
            answer = await client.get("/v1/vacancies", params={"state": state}, headers=MINE)
            assert len(answer.json()["vacancies"]) == count
        assert (await client.get("/v1/vacancies", params={"state": "empty"}, headers=MINE)).status_code == 422

    async def test_one_is_shown_as_it_stands(self, client):
        await send(client, notice())
        answer = await client.get(f"/v1/vacancies/{VACANCY}", headers=AGENT)
        shown = answer.json()
        assert (shown["state"], shown["ready_on"], shown["version"]) == ("announced", "2026-10-05", 1)
        assert answer.headers["ETag"] == '"1"'
        assert (await client.get(f"/v1/vacancies/{VACANCY}")).status_code == 401
