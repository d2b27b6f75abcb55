import datetime as dt
import json

import pytest
from demand_forms import NOTHING, WHY, declaration, fields, person, register, registration, rows
from demand_samples import NUMBER

from demand.api.forms import RegistrationForm


class TestRegistering:
    async def test_tells_the_world_facts_and_notifications_alone_who(self, client, harness):
        answer = await client.post("/v1/applications", json=registration(co_applicant=person(given_name="Issa")))
        summary = answer.json()
        assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
        assert answer.headers["Location"] == f"/v1/applications/{summary['application_id']}"
        assert (summary["kind"], summary["status"]) == ("transfer", "active")
        assert len(summary["person_ids"]) == 2
        (recorded,) = await harness.outbox("demand.application.recorded.v1")
        assert recorded.topic == "demand.application.v1"
        assert recorded.key == summary["application_id"]
        assert recorded.payload["registered_on"] == "2024-03-01"
        assert recorded.payload["person_ids"] == summary["person_ids"]
        text = json.dumps(recorded.payload)
        assert not any(secret in text for secret in ("Awa", "Diallo", NUMBER, "exemple", "+336"))
        contacts = await harness.outbox("demand.contact.recorded.v1")
        assert {one.topic for one in contacts} == {"demand.contact.v1"}
        assert sorted(one.key for one in contacts) == sorted(summary["person_ids"])
        awa = next(one.payload for one in contacts if one.payload["given_name"] == "Awa")
        assert (awa["email"], awa["phone"], awa["language"]) == ("awa@exemple.fr", "+33612345678", "fr")
        assert awa["consents"] == registration()["applicant"]["consents"]

    async def test_the_example_of_the_document_registers_one(self, client):
        example = RegistrationForm.model_json_schema()["example"]
        answer = await client.post("/v1/applications", json=example)
        assert (answer.status_code, answer.json()["status"]) == (201, "active")

    @pytest.mark.parametrize(
        ("housing", "kind"),
        [
            ({"situation": "hosted", "hosted_by": "social_tenant"}, "split"),
            ({"situation": "hosted", "hosted_by": "other"}, "first"),
            ({"situation": "homeless"}, "first"),
        ],
    )
    async def test_derives_the_kind(self, client, housing, kind):
        assert (await register(client, current_housing=housing))["kind"] == kind

    async def test_an_application_number_is_registered_once(self, client, harness):
        await register(client)
        answer = await client.post("/v1/applications", json=registration())
        assert answer.status_code == 409
        assert await harness.scalar("SELECT count(*) FROM person") == 1

    async def test_the_same_request_again_registers_nothing_more(self, client, harness):
        key = {"Idempotency-Key": "one"}
        first = await client.post("/v1/applications", json=registration(), headers=key)
        again = await client.post("/v1/applications", json=registration(), headers=key)
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json() == first.json()
        assert (await rows(harness))["application"] == 1
        stored = await harness.scalar("SELECT convert_from(body, 'UTF8') FROM idempotency_key")
        assert "Awa" not in stored
        other = await client.post("/v1/applications", json=registration(registered_on="2024-03-02"), headers=key)
        assert other.status_code == 409

    @pytest.mark.parametrize(
        ("over", "field"),
        [
            ({"number": "123"}, "number"),
            ({"registered_on": "2030-01-01"}, "registered_on"),
            ({"registered_on": "2026-02-30"}, "registered_on"),
            ({"applicant": person(birth_date="2030-01-01")}, "applicant.birth_date"),
            ({"applicant": person(email="awa")}, "applicant.email"),
            ({"applicant": person(phone="12")}, "applicant.phone"),
            ({"applicant": person(language="de")}, "applicant.language"),
            ({"applicant": person(given_name="  ")}, "applicant.given_name"),
            ({"co_applicant": person(birth_date="1066-01-01")}, "co_applicant.birth_date"),
            (
                {
                    "applicant": person(
                        consents=[{"channel": "pigeon", "granted": True, "given_on": "2024-03-01", "origin": "agent"}]
                    )
                },
                "applicant.consents[0].channel",
            ),
            ({"household": {"persons_for_occupancy": 0, "persons_for_ceiling": 1}}, "household.persons_for_occupancy"),
            (
                {
                    "household": {
                        "persons_for_occupancy": 1,
                        "persons_for_ceiling": 1,
                        "reference_tax_income_euros": -1,
                    }
                },
                "household.reference_tax_income_euros",
            ),
            ({"wishes": {"places": [{"commune": "99999"}], "dwelling_types": ["T2"]}}, "wishes.places[0].commune"),
            ({"wishes": {"places": [], "dwelling_types": ["T2"]}}, "wishes.places"),
            (
                {"wishes": {"places": [{"commune": "75118"}], "dwelling_types": ["T2"], "max_rent_cents": -1}},
                "wishes.max_rent_cents",
            ),
            (
                {"wishes": {"places": [{"commune": "75118"}], "dwelling_types": ["T2"], "max_rent": 600}},
                "wishes.max_rent",
            ),
            ({"current_housing": {"situation": "hosted"}}, "current_housing.hosted_by"),
            ({"current_housing": {"situation": "castle"}}, "current_housing.situation"),
            ({"kind": "transfer"}, "kind"),
        ],
    )
    async def test_bad_input_is_named_in_a_sentence_and_nothing_is_stored(self, client, harness, over, field):
        answer = await client.post("/v1/applications", json=registration(**over), headers={"Idempotency-Key": "k"})
        assert answer.status_code == 422
        assert fields(answer) == [field]
        assert answer.json()["errors"][0]["message"]
        assert "Diallo" not in answer.text
        assert await rows(harness) == NOTHING

    @pytest.mark.parametrize(
        ("body", "status"),
        [(b'{"number": "\xff"}', 400), (b'{"number":', 400), (b" " * 10_000_000, 413), (b'{"number": NaN}', 400)],
        ids=["invalid UTF-8", "half a document", "10 MB", "not a number"],
    )
    async def test_a_body_that_cannot_be_read_is_refused(self, client, harness, body, status):
        answer = await client.post("/v1/applications", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == status
        assert await rows(harness) == NOTHING

    async def test_needs_an_agent(self, client, harness):
        answer = await client.post("/v1/applications", json=registration(), headers={"Authorization": ""})
        assert answer.status_code == 401
        assert await rows(harness) == NOTHING


class TestChanging:
    async def test_needs_what_was_read_and_keeps_the_day_of_registration(self, client, harness):
        summary = await register(client)
        address = f"/v1/applications/{summary['application_id']}"
        larger = declaration(household={"persons_for_occupancy": 4, "persons_for_ceiling": 4})
        assert (await client.put(address, json=larger)).status_code == 428
        assert (await client.put(address, json=larger, headers={"If-Match": '"7"'})).status_code == 412
        changed = await client.put(address, json=larger, headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
        recorded = (await harness.outbox("demand.application.recorded.v1"))[-1].payload
        assert (recorded["version"], recorded["registered_on"]) == (2, "2024-03-01")
        assert recorded["household"]["persons_for_occupancy"] == 4
        same = await client.put(address, json=larger, headers={"If-Match": '"2"'})
        assert same.headers["ETag"] == '"2"'
        assert len(await harness.outbox("demand.application.recorded.v1")) == 2

    async def test_bad_input_changes_nothing(self, client, harness):
        summary = await register(client)
        before = await rows(harness)
        answer = await client.put(
            f"/v1/applications/{summary['application_id']}",
            json=declaration(current_housing={"situation": "social_tenant", "home": {"commune": "75056"}}),
            headers={"If-Match": '"1"'},
        )
        assert (answer.status_code, fields(answer)) == (422, ["current_housing.home.commune"])
        assert await rows(harness) == before

    async def test_an_unknown_application_is_not_found(self, client):
        address = "/v1/applications/00000000-0000-4000-8000-000000000099"
        assert (await client.put(address, json=declaration(), headers={"If-Match": '"1"'})).status_code == 404
        assert (await client.get(address, params=WHY)).status_code == 404


class TestWithdrawing:
    async def test_closes_it_for_good_and_once(self, client, harness):
        summary = await register(client)
        address = f"/v1/applications/{summary['application_id']}"
        for _ in range(2):
            answer = await client.post(f"{address}/withdraw")
            assert (answer.status_code, answer.json()["status"], answer.json()["version"]) == (200, "closed", 2)
        assert [one.payload["status"] for one in await harness.outbox("demand.application.recorded.v1")] == [
            "active",
            "closed",
        ]
        changed = await client.put(address, json=declaration(), headers={"If-Match": '"2"'})
        assert changed.status_code == 409
        assert await harness.scalar("SELECT count(*) FROM due_work") == 1

    async def test_a_year_later_it_and_its_person_are_erased(self, client, harness):
        summary = await register(client)
        await client.post(f"/v1/applications/{summary['application_id']}/withdraw")
        harness.clock.advance(dt.timedelta(days=364))
        assert await harness.run_due() == 0
        harness.clock.advance(dt.timedelta(days=1))
        assert await harness.run_due() == 1
        erased = [(one.topic, one.key) for one in await harness.outbox() if one.payload is None]
        assert erased == [
            ("demand.application.v1", summary["application_id"]),
            ("demand.contact.v1", summary["person_ids"][0]),
        ]
        assert (await rows(harness))["application"] == (await rows(harness))["person"] == 0


class TestReading:
    async def test_is_logged_with_who_and_why(self, client):
        summary = await register(client)
        address, person_id = f"/v1/applications/{summary['application_id']}", summary["person_ids"][0]
        read = await client.get(address, params=WHY)
        assert read.json()["number"] == NUMBER
        assert read.json()["household"]["reference_tax_income_euros"] == 21_000
        assert read.headers["ETag"] == '"1"'
        whole = await client.get(f"/v1/persons/{person_id}", params={"why": "address bounced"})
        assert (whole.json()["given_name"], whole.json()["phone"]) == ("Awa", "+33612345678")
        found = await client.get("/v1/applications", params={"number": NUMBER, **WHY})
        assert [one["application_id"] for one in found.json()] == [summary["application_id"]]
        log = (await client.get(f"/v1/persons/{person_id}/readings")).json()
        assert [(one["who"], one["why"]) for one in log] == [
            ("agent Martin", WHY["why"]),
            ("agent Martin", "address bounced"),
            ("agent Martin", WHY["why"]),
        ]
        assert log[1]["application_id"] is None

    @pytest.mark.parametrize("address", ["/v1/applications/{application}", "/v1/persons/{person}", "/v1/applications"])
    async def test_without_a_reason_is_refused(self, client, harness, address):
        summary = await register(client)
        address = address.format(application=summary["application_id"], person=summary["person_ids"][0])
        answer = await client.get(address, params={"number": NUMBER})
        assert answer.status_code == 422
        assert "query.why" in fields(answer)
        assert (await rows(harness))["reading"] == 0


class TestPersons:
    async def test_contact_and_consents_change_one_after_the_other(self, client, harness):
        (person_id,) = (await register(client))["person_ids"]
        contact = {"given_name": "Awa", "family_name": "Diallo-Roy", "phone": "0690 12 34 56", "language": "en"}
        address = f"/v1/persons/{person_id}"
        assert (await client.put(f"{address}/contact", json=contact)).status_code == 428
        moved = await client.put(f"{address}/contact", json=contact, headers={"If-Match": '"1"'})
        assert (moved.status_code, moved.headers["ETag"]) == (200, '"2"')
        said = [{"channel": "sms", "granted": True, "given_on": "2026-11-20", "origin": "agent"}]
        consents = await client.put(f"{address}/consents", json={"consents": said}, headers={"If-Match": '"2"'})
        assert (consents.status_code, consents.json()["version"]) == (200, 3)
        last = (await harness.outbox("demand.contact.recorded.v1"))[-1].payload
        assert (last["family_name"], last["phone"], last["email"]) == ("Diallo-Roy", "+590690123456", None)
        assert last["consents"] == said
        assert len(await harness.outbox("demand.application.recorded.v1")) == 1

    async def test_a_consent_of_tomorrow_is_refused(self, client, harness):
        (person_id,) = (await register(client))["person_ids"]
        said = [{"channel": "sms", "granted": True, "given_on": "2026-12-20", "origin": "agent"}]
        answer = await client.put(
            f"/v1/persons/{person_id}/consents", json={"consents": said}, headers={"If-Match": '"1"'}
        )
        assert (answer.status_code, fields(answer)) == (422, ["consents[0].given_on"])
        assert len(await harness.outbox("demand.contact.recorded.v1")) == 1

    async def test_erasure_waits_for_the_withdrawal_then_forgets_who_she_is(self, client, harness):
        summary = await register(client)
        (person_id,) = summary["person_ids"]
        assert (await client.delete(f"/v1/persons/{person_id}")).status_code == 409
        await client.get(f"/v1/persons/{person_id}", params=WHY)
        await client.post(f"/v1/applications/{summary['application_id']}/withdraw")
        assert (await client.delete(f"/v1/persons/{person_id}")).status_code == 204
        last = (await harness.outbox())[-1]
        assert (last.topic, last.key, last.payload) == ("demand.contact.v1", person_id, None)
        assert (await client.get(f"/v1/persons/{person_id}", params=WHY)).status_code == 404
        assert (await client.delete(f"/v1/persons/{person_id}")).status_code == 404
        kept = (await client.get(f"/v1/applications/{summary['application_id']}", params=WHY)).json()
        assert kept["number"] is None
        assert len((await client.get(f"/v1/persons/{person_id}/readings")).json()) == 2
        harness.clock.advance(dt.timedelta(days=366))
        assert await harness.run_due() == 1
        assert [one.topic for one in await harness.outbox() if one.payload is None] == [
            "demand.contact.v1",
            "demand.application.v1",
        ]
