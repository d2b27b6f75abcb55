"""Tenancies and conditions as agents, landlords and operators meet them, on a real database."""

import datetime as dt

import pytest
from tenancy_samples import HOME, LANDLORD, OTHER_HOME, STRANGER, TENANCY, account, ended, insurance, lease, visit

from chassis.auth import Role
from chassis.testing import NOON, bearer
from contracts.event import Envelope
from contracts.topics import LANDLORD_TENANCY

WHY = {"why": "three-yearly examination"}
MINE, THEIRS = bearer(Role.LANDLORD, LANDLORD), bearer(Role.LANDLORD, STRANGER)
OPERATOR = bearer(Role.OPERATOR)
CONDITIONS = {
    "valid_from": "2026-01-01",
    "minimum_occupancy_months": 24,
    "arrears": "none_allowed",
    "insurance_required": True,
    "visit_required": True,
    "rent_policy": "relet",
}


async def tell(harness, *events, at=0):
    for place, event in enumerate(events, at):
        time = NOON + dt.timedelta(minutes=place)
        envelope = Envelope(id=f"e{place}", type=event.TYPE, source="//erp", time=time)
        await harness.handle(event, topic=LANDLORD_TENANCY.of(LANDLORD), envelope=envelope)


async def publish(client, *, who=MINE, siren=LANDLORD, match=None, **over):
    headers = {**who, **({"If-Match": match} if match else {})}
    return await client.put(f"/v1/landlords/{siren}/transfer-conditions", json={**CONDITIONS, **over}, headers=headers)


class TestConditions:
    async def test_a_landlord_publishes_versions_and_all_may_read_them(self, client, harness):
        first = await publish(client)
        assert (first.status_code, first.headers["ETag"], first.json()["visit_valid_months"]) == (201, '"1"', 6)
        assert (await publish(client)).status_code == 428
        assert (await publish(client, match='"1"')).headers["ETag"] == '"1"', "nothing new is no new version"
        second = await publish(client, match='"1"', valid_from="2027-01-01", arrears="plan_respected", who=OPERATOR)
        assert (second.status_code, second.headers["ETag"]) == (200, '"2"')
        assert (await publish(client, match='"1"', arrears="no_bar")).status_code == 412
        read = (await client.get(f"/v1/landlords/{LANDLORD}/transfer-conditions")).json()
        assert (read["version"], read["in_force"]["arrears"], len(read["versions"])) == (2, "none_allowed", 2)
        later = await client.get(f"/v1/landlords/{LANDLORD}/transfer-conditions", params={"on": "2027-01-01"})
        assert later.json()["in_force"]["arrears"] == "plan_respected"
        told = await harness.outbox("demand.conditions.recorded.v1")
        assert [(one.key, one.payload["version"]) for one in told] == [(LANDLORD, 1), (LANDLORD, 2)]

    async def test_side_by_side_with_the_others(self, client):
        await publish(client)
        await publish(client, who=THEIRS, siren=STRANGER, arrears="no_bar")
        page = (await client.get("/v1/transfer-conditions", params={"limit": 1})).json()
        assert ([one["landlord"] for one in page["conditions"]], page["after"]) == ([LANDLORD], LANDLORD)
        rest = (await client.get("/v1/transfer-conditions", params={"after": LANDLORD})).json()
        assert ([one["landlord"] for one in rest["conditions"]], rest["after"]) == ([STRANGER], None)

    @pytest.mark.parametrize(
        ("who", "status"), [(THEIRS, 403), (bearer(Role.AGENT), 403), ({"Authorization": ""}, 401)]
    )
    async def test_nobody_else_publishes_them(self, client, who, status):
        assert (await publish(client, who=who)).status_code == status

    async def test_a_slip_is_named(self, client):
        answer = await publish(client, valid_from="2207-01-01", match=None)
        assert [error["field"] for error in answer.json()["errors"]] == ["valid_from"]
        assert (await publish(client, arrears="unknown")).status_code == 422
        assert (await client.get(f"/v1/landlords/{LANDLORD}/transfer-conditions")).status_code == 404


class TestTenancies:
    async def test_it_is_read_by_home_without_names_and_the_reading_is_logged(self, client, harness):
        await tell(harness, lease(), account())
        found = await client.get("/v1/tenancies", params={**WHY, "dwelling_reference": HOME})
        (one,) = found.json()
        assert (one["tenancy_id"], one["landlord"], one["sitting"]) == (str(TENANCY), LANDLORD, True)
        assert {fact["fact"] for fact in one["facts"]} == {"lease", "rent_account"}
        assert "Garnier" not in found.text
        assert "Goutte" not in found.text
        logged = await harness.scalar("SELECT (person_id::text, who, why)::text FROM reading")
        assert one["person_ids"][0] in logged
        assert "agent Martin" in logged
        assert (await client.get("/v1/tenancies", params=WHY)).status_code == 422
        assert (await client.get(f"/v1/tenancies/{TENANCY}")).status_code == 422, "a reason is needed"

    async def test_contest_and_settlement_with_every_step_logged(self, client, harness):
        await tell(harness, lease(), account(arrears_cents=300_00), insurance(), visit())
        await publish(client)
        path = f"/v1/tenancies/{TENANCY}"
        assert (await client.get(f"{path}/conditions", params=WHY)).json()["meets"] is False
        form = {"fact": "rent_account", "reason": "paid on 3 November"}
        assert (await client.post(f"{path}/contests", json=form)).status_code == 201
        assert (await client.post(f"{path}/contests", json=form)).status_code == 409
        unknown = (await client.get(f"{path}/conditions", params=WHY)).json()
        assert unknown["meets"] is None
        assert [one["fact"] for one in unknown["findings"] if one["verdict"] == "unknown"] == ["rent_account"]
        settled = {"stands": True, "reason": "the transfer never arrived"}
        assert (await client.post(f"{path}/contests/rent_account/settlement", json=settled)).status_code == 200
        assert (await client.post(f"{path}/contests/rent_account/settlement", json=settled)).status_code == 409
        assert (await client.get(f"{path}/conditions", params=WHY)).json()["meets"] is False
        steps = (await client.get(f"{path}/steps")).json()
        assert [(one["step"], one["fact"], one["reason"]) for one in steps] == [
            ("contested", "rent_account", "paid on 3 November"),
            ("stands", "rent_account", "the transfer never arrived"),
        ]

    async def test_what_was_never_stated_is_a_conflict_and_nobody_is_404(self, client, harness):
        form = {"fact": "visit", "reason": "nobody came"}
        assert (await client.post(f"/v1/tenancies/{TENANCY}/contests", json=form)).status_code == 404
        await tell(harness, lease())
        assert (await client.post(f"/v1/tenancies/{TENANCY}/contests", json=form)).status_code == 409

    async def test_refused_offers_are_counted(self, client, harness):
        await tell(harness, lease())
        for day in ("2026-10-01", "2026-11-01", "2026-11-01"):
            answer = await client.post(f"/v1/tenancies/{TENANCY}/refused-offers", json={"refused_on": day})
        assert answer.json()["refused_offers"] == ["2026-10-01", "2026-11-01"]
        ahead = await client.post(f"/v1/tenancies/{TENANCY}/refused-offers", json={"refused_on": "2027-01-01"})
        assert ahead.status_code == 422

    async def test_its_persons_are_not_erased_while_it_lasts(self, client, harness):
        await tell(harness, lease())
        person = await harness.scalar("SELECT person_id FROM leaseholder")
        assert (await client.delete(f"/v1/persons/{person}")).status_code == 409


REGISTRATION = {
    "number": "1110318016982G1104",
    "applicant": {"given_name": "ODETTE", "family_name": "Garnier", "birth_date": "1955-03-02"},
    "current_housing": {"situation": "social_tenant", "home": {"reference": HOME, "landlord": LANDLORD}},
    "household": {"persons_for_occupancy": 1, "persons_for_ceiling": 1},
    "wishes": {"places": [{"commune": "75118"}], "dwelling_types": ["T2"]},
}


class TestApplications:
    async def recorded(self, harness):
        return [one.payload for one in await harness.outbox("demand.application.recorded.v1")]

    async def linked(self, client):
        (link,) = (await client.get("/v1/tenancy-applications")).json()
        path = f"/v1/tenancies/{TENANCY}/applications/{link['application_id']}"
        return link, await client.put(path, json={"confirmed": True})

    @pytest.mark.parametrize("first", ["tenancy", "application"])
    async def test_found_by_the_home_in_either_order_and_confirmed_by_an_agent(self, client, harness, first):
        async def register():
            assert (await client.post("/v1/applications", json=REGISTRATION)).status_code == 201
            await harness.run_due()

        if first == "application":
            await register()
        await tell(harness, lease(), account(), insurance(), visit())
        await harness.run_due()
        if first == "tenancy":
            await register()
        await publish(client)
        link, answer = await self.linked(client)
        assert (link["state"], link["same_names"]) == ("found", 1)
        assert (answer.status_code, answer.json()["state"]) == (200, "confirmed")
        last = (await self.recorded(harness))[-1]
        assert (last["tenancy_id"], last["meets_transfer_conditions"]) == (str(TENANCY), True)
        assert last["current_home"]["base_rent_cents"] == 610_00, "the landlord's, where the household said nothing"

    async def test_it_is_told_again_when_the_clock_or_the_landlord_changes_it(self, client, harness):
        await tell(harness, lease(), account(), insurance(), visit())
        await client.post("/v1/applications", json=REGISTRATION)
        await publish(client)
        await harness.run_due()
        await self.linked(client)
        await harness.run_due()
        told = len(await self.recorded(harness))
        harness.clock.advance(dt.timedelta(days=71))
        await harness.run_due()
        later = (await self.recorded(harness))[told:]
        assert [one["meets_transfer_conditions"] for one in later] == [None], "the account's statement ran out"
        fresh = Envelope(id="f", type=account().TYPE, source="//erp", time=harness.clock.now())
        stated = account(as_of="2027-01-20", arrears_cents=10_00, valid_until="2027-12-31")
        await harness.handle(stated, topic=LANDLORD_TENANCY.of(LANDLORD), envelope=fresh)
        await harness.run_due()
        assert (await self.recorded(harness))[-1]["meets_transfer_conditions"] is False
        await publish(client, match='"1"', arrears="no_bar", visit_required=False)
        await harness.run_due()
        assert (await self.recorded(harness))[-1]["meets_transfer_conditions"] is True

    async def test_what_is_told_names_the_statement_that_changed_it(self, client, harness):
        """Of several tenancies in one poll each has its own: matching's calls are traced to it."""
        await tell(harness, lease(), account(), insurance(), visit())
        await client.post("/v1/applications", json=REGISTRATION)
        await publish(client)
        await harness.run_due()
        await self.linked(client)
        await harness.run_due()
        topic, now = LANDLORD_TENANCY.of(LANDLORD), harness.clock.now()
        arrears = account(as_of="2026-11-21", arrears_cents=900_00, valid_until="2027-12-31")
        other = account(tenancy_reference="SOMEBODY-ELSE", dwelling_reference=OTHER_HOME)
        told = [Envelope(id=name, type=arrears.TYPE, source="//erp", time=now) for name in ("ours", "theirs")]
        await harness.edge.process(
            [harness.record(one, topic=topic, offset=at, envelope=told[at]) for at, one in enumerate((arrears, other))]
        )
        await harness.run_due()
        last = (await harness.outbox("demand.application.recorded.v1"))[-1]
        assert last.payload["meets_transfer_conditions"] is False
        assert last.headers["causationid"] == "ours"

    async def test_a_stranger_of_the_same_home_is_refused(self, client, harness):
        await tell(harness, lease())
        other = {**REGISTRATION, "applicant": {"given_name": "Marc", "family_name": "Petit"}}
        await client.post("/v1/applications", json=other)
        await harness.run_due()
        (link,) = (await client.get("/v1/tenancy-applications")).json()
        assert link["same_names"] == 0
        path = f"/v1/tenancies/{TENANCY}/applications/{link['application_id']}"
        assert (await client.put(path, json={"confirmed": False})).json()["state"] == "refused"
        assert (await client.get("/v1/tenancy-applications")).json() == []
        assert "tenancy_id" not in {name for name, value in (await self.recorded(harness))[-1].items() if value}

    async def test_what_was_confirmed_by_mistake_is_taken_back_and_recorded(self, client, harness):
        await tell(harness, lease())
        await client.post("/v1/applications", json=REGISTRATION)
        await harness.run_due()
        link, _ = await self.linked(client)
        path = f"/v1/tenancies/{TENANCY}/applications/{link['application_id']}"
        assert (await client.put(path, json={"confirmed": False})).json()["state"] == "refused"
        assert (await self.recorded(harness))[-1]["tenancy_id"] is None
        read = (await client.get(f"/v1/applications/{link['application_id']}/record", params=WHY)).json()
        kept = [(one["step"], one["detail"]) for one in read["steps"] if one["step"].startswith("tenancy")]
        named = {"tenancy_id": str(TENANCY)}
        assert kept == [("tenancy_confirmed", named), ("tenancy_refused", named)]


async def test_an_ended_lease_is_forgotten_with_its_persons_a_year_later(client, harness):
    await tell(harness, lease())
    await tell(harness, ended(ended_on="2026-11-20"), at=5)
    harness.clock.advance(dt.timedelta(days=370))
    await harness.run_due()
    assert await harness.scalar("SELECT count(*) FROM tenancy") == 0
    assert await harness.scalar("SELECT count(*) FROM person") == 0
    assert [one.payload for one in await harness.outbox("demand.contact.recorded.v1")][-1] is None
