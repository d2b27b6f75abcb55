"""The national form in full, by HTTP on a real database: what is stored, told, proven, and refused by name."""

import datetime as dt
import json
from pathlib import Path

import pytest
from demand_forms import WHY, declaration, fields, person, register, registration, rows
from demand_samples import NUMBER, form, member

ALONE = form(
    member(birth_date="1955-03-03", given_name="Rosa", family_name="Martin", sex="F", contract="RET", works_in="75118"),
    tax_incomes=[{"year": 2024, "euros": 14_200}, {"year": 2025, "euros": 14_400}],
    resources=[{"code": "RET", "monthly_cents": 118_000}],
    housing_aid_cents=10_000,
    main_reason="10",
    other_reasons=["08"],
    access_needs={"wheelchair": None, "steps": 2, "evolving": True, "limbs": ["MI"], "equipment": [3]},
    remarks="Je ne monte plus les marches.",
)
LARGE_HOME = {
    "situation": "social_tenant",
    "home": {
        "landlord": "552032708",
        "commune": "75118",
        "dwelling_type": "T5",
        "main_rooms": 5,
        "living_area_m2": 92.0,
        "base_rent_cents": 48_000,
        "service_charges_cents": 9_000,
        "in_priority_district": True,
    },
}


def in_full(**over):
    body = registration(**{"declaration": ALONE, "current_housing": LARGE_HOME, **over})
    body.pop("household")
    return body


async def recorded(harness):
    return [one.payload for one in await harness.outbox("demand.application.recorded.v1")]


async def open_in_full(client, **over):
    answer = await client.post("/v1/applications", json=in_full(**over))
    assert answer.status_code == 201, answer.text
    return answer.json()["application_id"]


class TestRegistering:
    async def test_derives_what_the_rules_count_and_tells_no_name_and_no_birth_date(self, client, harness):
        application_id = await open_in_full(client)
        (told,) = await recorded(harness)
        household = told["household"]
        assert household["persons_for_occupancy"] == household["persons_for_type"] == 1
        assert (household["under_occupied"], household["over_occupied"], household["occupation_index"]) == (
            True,
            False,
            3,
        )
        assert (household["ceiling_regime"], household["ceiling_income_euros"]) == ("waived", 14_200)
        assert (household["effort_percent"], household["income_category"]) == (39.8, 1)
        assert (household["eldest_born_in"], household["reasons"]) == (1955, ["10", "08"])
        assert told["expires_on"] == "2027-03-01"
        text = json.dumps([one.payload for one in await harness.outbox() if one.topic != "demand.contact.v1"])
        assert not any(secret in text for secret in ("Rosa", "Martin", "1955-03-03", "marches", NUMBER))
        read = (await client.get(f"/v1/applications/{application_id}", params=WHY)).json()
        assert read["declaration"]["members"][0]["given_name"] == "Rosa"
        assert read["household"] == household

    async def test_names_the_target_groups_of_the_territory_wanted_first(self, client, harness, monkeypatch):
        monkeypatch.setenv("DEMAND_POLICIES", str(Path(__file__).parents[3] / "policies"))
        await open_in_full(client)
        (told,) = await recorded(harness)
        assert {"under_occupation", "ageing"} <= set(told["household"]["target_groups"])
        assert "over_occupation" not in told["household"]["target_groups"]

    async def test_is_an_event_of_its_life(self, client, harness):
        application_id = await open_in_full(client)
        (opened,) = await harness.outbox("demand.application.opened.v1")
        assert (opened.topic, opened.key) == ("demand.life.v1", application_id)
        assert (opened.payload["registered_on"], opened.payload["way"], opened.payload["on"]) == (
            "2024-03-01",
            "online",
            "2026-11-22",
        )

    async def test_a_paper_form_is_dated_on_its_reception(self, client, harness):
        body = in_full(way="paper", received_on="2026-11-16")
        body.pop("registered_on")
        answer = await client.post("/v1/applications", json=body)
        assert answer.json()["registered_on"] == "2026-11-16"
        assert answer.json()["expires_on"] == "2027-11-16"
        stated = await harness.scalar("SELECT DISTINCT stated_by FROM fact")
        assert stated == "agent"

    @pytest.mark.parametrize(
        ("over", "field"),
        [
            ({"way": "paper"}, "received_on"),
            ({"way": "paper", "received_on": "2026-11-16"}, "registered_on"),
            ({"received_on": "2026-11-16"}, "received_on"),
            ({"way": "pigeon"}, "way"),
            ({"declaration": {**ALONE, "members": []}}, "declaration.members"),
            ({"declaration": {**ALONE, "main_reason": "24"}}, "declaration.main_reason"),
            ({"declaration": {**ALONE, "pets": 2}}, "declaration.pets"),
            ({"declaration": {**ALONE, "members": [member(), member(age=7)]}}, "declaration.members[1].age"),
            (
                {"declaration": {**ALONE, "members": [member(birth_date="1066-01-01")]}},
                "declaration.members[0].birth_date",
            ),
            ({"declaration": {**ALONE, "dwelling": {"model": "XXX"}}}, "declaration.dwelling.model"),
            ({"declaration": {**ALONE, "access_needs": {"steps": 9}}}, "declaration.access_needs.steps"),
            ({"household": declaration()["household"]}, "household"),
            ({"co_applicant": person(given_name="Issa")}, "declaration.members"),
            (
                {"wishes": {**declaration()["wishes"], "lowest_floor": 4, "highest_floor": 1}},
                "wishes.lowest_floor",
            ),
            ({"wishes": {**declaration()["wishes"], "latest_on": "2025-01-01"}}, "wishes.latest_on"),
            (
                {"applicant": person(address={"lines": [], "postal_code": "75018", "town": "PARIS"})},
                "applicant.address.lines",
            ),
            (
                {"applicant": person(address={"lines": ["1 rue X"], "postal_code": "750", "town": "PARIS"})},
                "applicant.address.postal_code",
            ),
        ],
    )  # fmt: skip
    async def test_bad_input_is_named_and_nothing_is_stored(self, client, harness, over, field):
        answer = await client.post("/v1/applications", json={**in_full(), **over})
        assert (answer.status_code, fields(answer)) == (422, [field])
        assert answer.json()["errors"][0]["message"]
        assert await harness.scalar("SELECT count(*) FROM application") == 0
        assert await harness.outbox() == []


class TestCompleting:
    async def test_what_cannot_be_matched_yet_is_registered_and_told_to_nobody(self, client, harness):
        body = in_full()
        body.pop("wishes")
        answer = (await client.post("/v1/applications", json=body)).json()
        assert answer["status"] == "registered"
        assert await recorded(harness) == []
        assert len(await harness.outbox("demand.application.opened.v1")) == 1
        whole = {"current_housing": LARGE_HOME, "declaration": ALONE, "wishes": declaration()["wishes"]}
        address = f"/v1/applications/{answer['application_id']}"
        changed = await client.put(address, json=whole, headers={"If-Match": '"1"'})
        assert (changed.json()["status"], changed.json()["version"]) == ("active", 2)
        assert [told["status"] for told in await recorded(harness)] == ["active"]
        whole.pop("wishes")
        lost = await client.put(address, json=whole, headers={"If-Match": '"2"'})
        assert (lost.status_code, fields(lost)) == (422, ["wishes"])

    async def test_the_household_is_counted_whenever_somebody_reads_it(self, client, harness):
        """Nobody was told of it, so no work is due on a birthday; and what changed is counted as it is now."""
        child = member("m2", "child", "2012-12-01")
        body = in_full(declaration={**ALONE, "members": [*ALONE["members"], child]})
        body.pop("wishes")
        address = f"/v1/applications/{(await client.post('/v1/applications', json=body)).json()['application_id']}"

        async def read():
            household = (await client.get(address, params=WHY)).json()["household"]
            return household["persons_for_occupancy"], household["consumption_units"], household["verified"]

        assert await read() == (2, 1.3, [])
        harness.clock.advance(dt.timedelta(days=9))
        await harness.run_due()
        assert await read() == (2, 1.5, [])
        await client.post(
            f"{address}/facts/resources/verification", json={"piece": "payslips", "issued_on": "2026-11-01"}
        )
        assert await read() == (2, 1.5, ["monthly_resources_cents"])
        whole = {"current_housing": LARGE_HOME, "declaration": ALONE}
        changed = await client.put(address, json=whole, headers={"If-Match": '"1"'})
        assert (changed.status_code, await read()) == (200, (1, 1.0, ["monthly_resources_cents"]))
        assert await harness.scalar("SELECT count(*) FROM due_work WHERE kind = 'demand.recount-application'") == 0
        whole["wishes"] = declaration()["wishes"]
        assert (await client.put(address, json=whole, headers={"If-Match": changed.headers["ETag"]})).json()[
            "status"
        ] == "active"
        assert await harness.scalar("SELECT count(*) FROM due_work WHERE kind = 'demand.recount-application'") == 1


class TestFacts:
    async def verify(self, client, application_id, fact, **piece):
        return await client.post(f"/v1/applications/{application_id}/facts/{fact}/verification", json=piece)

    async def test_a_piece_proves_a_fact_until_it_ends(self, client, harness):
        application_id = await open_in_full(client)
        answer = await self.verify(client, application_id, "resources", piece="payslips", issued_on="2026-11-01")
        assert (answer.status_code, answer.json()["version"]) == (200, 2)
        assert (await recorded(harness))[-1]["household"]["verified"] == ["monthly_resources_cents"]
        read = (await client.get(f"/v1/applications/{application_id}/facts", params=WHY)).json()
        assert read["proven"] == ["resources"]
        last = read["history"][-1]
        assert (last["piece"], last["issued_on"], last["holds_until"], last["seen_by"]) == (
            "payslips",
            "2026-11-01",
            "2027-02-01",
            "agent Martin",
        )
        declared = [one for one in read["history"] if one["fact"] == "resources"]
        assert [(one["stated_by"], one["piece"]) for one in declared] == [("household", None), ("agent", "payslips")]
        harness.clock.advance(dt.timedelta(days=72))
        await harness.run_due()
        assert (await recorded(harness))[-1]["household"]["verified"] == []
        missing = (await client.get(f"/v1/applications/{application_id}/pieces/missing")).json()
        assert {one["fact"]: one["lack"] for one in missing}["resources"] == "expired"

    async def test_a_change_makes_it_declared_again(self, client, harness):
        application_id = await open_in_full(client)
        await self.verify(client, application_id, "tax_income", piece="tax_notice", issued_on="2025-09-01")
        assert "reference_tax_income_euros" in (await recorded(harness))[-1]["household"]["verified"]
        less = {**ALONE, "tax_incomes": [{"year": 2024, "euros": 100}]}
        whole = {"current_housing": LARGE_HOME, "declaration": less, "wishes": declaration()["wishes"]}
        await client.put(f"/v1/applications/{application_id}", json=whole, headers={"If-Match": '"2"'})
        assert (await recorded(harness))[-1]["household"]["verified"] == []
        missing = (await client.get(f"/v1/applications/{application_id}/pieces/missing")).json()
        lacking = {one["fact"]: one for one in missing}
        assert lacking["tax_income"]["lack"] == "changed_since"
        assert lacking["tax_income"]["any_of"][0]["fr"] == "avis d'imposition de l'année N-2"
        assert lacking["disability"]["lack"] == "no_piece"
        assert "custody" not in lacking

    @pytest.mark.parametrize(
        ("fact", "piece", "status", "field"),
        [
            ("resources", {"piece": "tax_notice", "issued_on": "2026-11-01"}, 422, "piece"),
            ("resources", {"piece": "library_card", "issued_on": "2026-11-01"}, 422, "piece"),
            ("resources", {"piece": "payslips", "issued_on": "2026-12-01"}, 422, "issued_on"),
            ("resources", {"piece": "payslips", "issued_on": "2026-08-01"}, 422, "issued_on"),
            (
                "resources",
                {"piece": "payslips", "issued_on": "2026-11-01", "valid_until": "2026-11-02"},
                422,
                "valid_until",
            ),
            ("custody", {"piece": "custody_decision", "issued_on": "2026-11-01"}, 409, None),
            ("weather", {"piece": "payslips", "issued_on": "2026-11-01"}, 422, "path.fact"),
        ],
    )
    async def test_what_proves_nothing_is_refused(self, client, harness, fact, piece, status, field):
        application_id = await open_in_full(client)
        answer = await self.verify(client, application_id, fact, **piece)
        assert answer.status_code == status
        assert field is None or fields(answer) == [field]
        assert await harness.scalar("SELECT count(*) FROM fact WHERE piece IS NOT NULL") == 0


class TestTheDay:
    async def test_what_it_changes_is_told_and_what_it_does_not_is_not(self, client, harness):
        child = member("m2", "child", "2012-12-01")
        await open_in_full(client, declaration={**ALONE, "members": [*ALONE["members"], child]})
        before = await recorded(harness)
        assert before[0]["household"]["consumption_units"] == 1.3
        harness.clock.advance(dt.timedelta(days=9))
        await harness.run_due()
        (_, after) = await recorded(harness)
        assert (after["household"]["consumption_units"], after["version"]) == (1.5, 2)
        step = await harness.scalar("SELECT detail->'changed'->>0 FROM handling WHERE step = 'facts_recomputed'")
        assert step == "consumption_units"
        await harness.run_due()
        harness.clock.advance(dt.timedelta(days=30))
        await harness.run_due()
        assert len(await recorded(harness)) == 2

    async def test_another_year_moves_n_2(self, client, harness):
        await open_in_full(client)
        harness.clock.advance(dt.timedelta(days=40))
        await harness.run_due()
        household = (await recorded(harness))[-1]["household"]
        assert household["reference_tax_income_euros"] == 14_400


class TestPersons:
    async def test_address_safe_contact_and_helper_are_told_to_notifications_alone(self, client, harness):
        address = {"lines": ["12 RUE ORDENER"], "postal_code": "75018", "town": "PARIS"}
        body = registration(applicant=person(address=address, safe_contact=True, shared=["phone"]))
        assert fields(await client.post("/v1/applications", json=body)) == ["applicant.shared[0]"]
        summary = await register(client, applicant=person(address=address, safe_contact=True, shared=["sms"]))
        (person_id,) = summary["person_ids"]
        helped = await client.put(
            f"/v1/persons/{person_id}/helper",
            json={"given_name": "Léa", "family_name": "Roy", "email": "lea@ccas.example.fr"},
            headers={"If-Match": '"1"'},
        )
        assert (helped.status_code, helped.json()["version"]) == (200, 2)
        told = [one.payload for one in await harness.outbox("demand.contact.recorded.v1")]
        last = next(one for one in reversed(told) if one["person_id"] == person_id)
        assert (last["address"], last["safe_contact"], last["shared"]) == (address, True, ["sms"])
        assert last["helper"] in {one["person_id"] for one in told if one["given_name"] == "Léa"}
        read = (await client.get(f"/v1/persons/{person_id}", params=WHY)).json()
        assert (read["helper"], read["address"]["town"]) == (last["helper"], "PARIS")
        assert (await client.delete(f"/v1/persons/{last['helper']}")).status_code == 409
        ended = await client.delete(f"/v1/persons/{person_id}/helper", headers={"If-Match": '"2"'})
        assert ended.status_code == 200
        erased = [(one.topic, one.key) for one in await harness.outbox() if one.payload is None]
        assert erased == [("demand.contact.v1", last["helper"])]

    async def test_the_helper_is_forgotten_with_the_person(self, client, harness):
        summary = await register(client)
        (person_id,) = summary["person_ids"]
        body = {"given_name": "Léa", "family_name": "Roy"}
        await client.put(f"/v1/persons/{person_id}/helper", json=body, headers={"If-Match": '"1"'})
        await client.post(f"/v1/applications/{summary['application_id']}/withdraw")
        harness.clock.advance(dt.timedelta(days=366))
        await harness.run_due()
        left = await rows(harness)
        assert (left["person"], left["application"]) == (0, 0)
        assert await harness.scalar("SELECT (SELECT count(*) FROM fact) + (SELECT count(*) FROM handling)") == 0
