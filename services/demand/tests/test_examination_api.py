"""The clock finds leases, agents reach out, the committee speaks, and one click opens an application."""

import csv
import datetime as dt
import io
import json
from uuid import uuid4

import pytest
from tenancy_samples import HOME, LANDLORD, TENANCY, account, dwelling, ended, lease, occupancy

from chassis.auth import Role
from chassis.testing import NOON, bearer
from contracts.allocation import ExaminationOpinionDecided
from contracts.event import Envelope
from contracts.tenancy import SuitableHome
from contracts.topics import LANDLORD_TENANCY
from demand.api.outreach import CASES
from demand.domain.examination import SHOWN

WHY = {"why": "three-yearly examination"}
MADE = "demand.examination.made.v1"


async def tell(harness, *events, name="e"):
    for place, event in enumerate(events):
        time = NOON + dt.timedelta(minutes=place)
        envelope = Envelope(id=f"{name}{place}", type=event.TYPE, source="//erp", time=time)
        await harness.handle(event, topic=LANDLORD_TENANCY.of(LANDLORD), envelope=envelope)


async def found(harness, client):
    """The lease of 23 November 1993, a day before its examination of 2026."""
    await harness.handle(dwelling())
    await tell(harness, lease(), occupancy(1955))
    harness.clock.advance(dt.timedelta(days=1))
    await harness.run_due()
    (one,) = (await client.get("/v1/examinations/outreach")).json()["leases"]
    return one


async def test_every_three_years_date_to_date_while_the_tenant_sits(harness):
    await tell(harness, lease(), occupancy(1955))
    assert await harness.run_due() > 0
    assert await harness.outbox(MADE) == []
    for _ in range(3):
        harness.clock.advance(dt.timedelta(days=3 * 366))
        await harness.run_due()
    days = [one.payload["on"] for one in await harness.outbox(MADE)]
    assert days == ["2026-11-23", "2029-11-23", "2032-11-23", "2035-11-23"]
    assert {one.key for one in await harness.outbox(MADE)} == {str(TENANCY)}
    last = Envelope(id="end", type=ended().TYPE, source="//erp", time=harness.clock.now())
    await harness.handle(ended(ended_on="2035-11-24"), topic=LANDLORD_TENANCY.of(LANDLORD), envelope=last)
    harness.clock.advance(dt.timedelta(days=4 * 366))
    await harness.run_due()
    assert len(await harness.outbox(MADE)) == 4


async def test_what_is_stated_after_the_day_completes_the_examination_until_a_committee_spoke(harness, client):
    await harness.handle(dwelling())
    await tell(harness, lease(signed_on="2023-11-22"))
    await harness.run_due()
    (lacking,) = await harness.outbox(MADE)
    assert lacking.payload["cases"] == []
    await tell(harness, occupancy(1955, reference_tax_income_euros=None), account(), name="late")
    await harness.run_due()
    (_, made) = await harness.outbox(MADE)
    assert (made.payload["cases"], made.payload["rooms_freed"]) == (["under_occupied"], 3)
    assert (made.payload["examination_id"], made.payload["on"]) == (lacking.payload["examination_id"], "2026-11-22")
    (one,) = (await client.get("/v1/examinations/outreach")).json()["leases"]
    path = f"/v1/examinations/{one['examination_id']}"
    assert (await client.get(path, params=WHY)).json()["unknown"] == ["income"]
    opinion = {"on": "2026-11-22", "rehouse": False}
    assert (await client.post(f"{path}/opinion", json=opinion)).status_code == 200
    await tell(harness, occupancy(1955, stated_on="2026-11-01", reference_tax_income_euros=90_000), name="later")
    await harness.run_due()
    assert len(await harness.outbox(MADE)) == 2, "what the committee spoke on stays what it was"


async def test_an_opinion_that_a_committee_decided_in_its_session_is_recorded_once(harness, client):
    one = await found(harness, client)
    decided = ExaminationOpinionDecided(
        tenancy_id=one["tenancy_id"],
        examination_id=one["examination_id"],
        session_id=uuid4(),
        landlord=LANDLORD,
        on=dt.date(2026, 12, 1),
        rehouse=True,
        suitable=SuitableHome(smallest="T2", largest="T3", step_free=True),
    )
    envelope = Envelope(id="decided", type=decided.TYPE, source="//matching", time=NOON)
    for _ in range(2):
        await harness.handle(decided, envelope=envelope)
    (given,) = await harness.outbox("demand.examination.opinion-given.v1")
    assert (given.payload["rehouse"], given.payload["suitable"]["largest"]) == (True, "T3")
    seen = (await client.get(f"/v1/examinations/{one['examination_id']}", params=WHY)).json()
    assert (seen["opinion"]["on"], seen["opinion"]["by"]) == (
        "2026-12-01",
        f"committee session {decided.session_id}",
    )
    forgotten = decided.model_copy(update={"examination_id": uuid4()})
    await harness.handle(forgotten)
    assert len(await harness.outbox("demand.examination.opinion-given.v1")) == 1


async def test_the_outreach_list_names_nobody_and_no_health(harness, client):
    await harness.handle(dwelling())
    await tell(harness, lease(adapted=True), occupancy(1955, loss_of_autonomy=True))
    harness.clock.advance(dt.timedelta(days=1))
    await harness.run_due()
    (made,) = await harness.outbox(MADE)
    assert made.payload["cases"] == ["under_occupied", "adaptation_no_longer_needed", "disability_needs_another"]
    answer = await client.get("/v1/examinations/outreach")
    (one,) = answer.json()["leases"]
    assert (one["dwelling_reference"], one["rooms_freed"], one["cases"]) == (HOME, 3, ["under_occupied"])
    assert one["in_priority_district"] is True
    assert "Garnier" not in answer.text
    hidden = await client.get("/v1/examinations/outreach", params={"case": "disability_needs_another"})
    assert [error["field"] for error in hidden.json()["errors"]] == ["case"]
    whole = (await client.get(f"/v1/examinations/{one['examination_id']}", params=WHY)).json()
    assert whole["cases"] == made.payload["cases"]
    assert await harness.scalar("SELECT why FROM reading") == WHY["why"]
    assert (await client.get(f"/v1/examinations/{one['examination_id']}")).status_code == 422


async def test_ordered_by_rooms_freed_in_pages_and_filtered(harness, client):
    for n, (rooms, commune) in enumerate([(4, "75118"), (6, "75118"), (5, "75119"), (3, "75119"), (5, "37261")]):
        names = {"dwelling_reference": f"750000010{n}", "tenancy_reference": f"B{n}"}
        home = lease(**names, main_rooms=rooms, commune=commune)
        await tell(harness, home, occupancy(1955, **names), name=f"b{n}-")
    harness.clock.advance(dt.timedelta(days=1))
    await harness.run_due()
    rooms, after = [], None
    while True:
        params = {"limit": 2, **({"after": after} if after else {})}
        page = (await client.get("/v1/examinations/outreach", params=params)).json()
        rooms += [one["rooms_freed"] for one in page["leases"]]
        after = page["after"]
        if after is None:
            break
    assert rooms == [4, 3, 3, 2, 1]

    async def freed(**params):
        answer = await client.get("/v1/examinations/outreach", params=params)
        return [one["rooms_freed"] for one in answer.json()["leases"]]

    assert await freed(commune="75119") == [3, 1]
    assert await freed(landlord="999000001") == []
    assert await freed(in_priority_district=True) == []
    assert len(await freed(in_priority_district=False)) == 5
    assert len(await freed(case="under_occupied")) == 5
    assert await freed(case="over_occupied") == []
    table = await client.get("/v1/examinations/outreach.csv", params={"commune": "75118"})
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")), delimiter=";"))
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    said = [(row["Pièces libérées"], row["Cas"], row["Relogement conseillé"]) for row in rows]
    assert said == [("4", "sous-occupation", ""), ("2", "sous-occupation", "")]
    assert set(CASES) == set(SHOWN), "every case of the list has its word"
    assert (await client.get("/v1/examinations/outreach", params={"after": "9.x"})).status_code == 422


async def test_opinion_interview_and_invitation(harness, client):
    one = await found(harness, client)
    path = f"/v1/examinations/{one['examination_id']}"
    opinion = {"on": "2026-11-23", "rehouse": True, "suitable": {"smallest": "T2", "largest": "T3", "step_free": True}}
    assert (await client.post(f"{path}/opinion", json=opinion)).status_code == 200
    (told,) = await harness.outbox("demand.examination.opinion-given.v1")
    assert told.payload["suitable"]["largest"] == "T3"
    assert (await client.post(f"{path}/opinion", json={"on": "2026-11-23", "rehouse": True})).status_code == 422
    assert (await client.post(f"{path}/opinion", json={**opinion, "on": "2026-01-01"})).status_code == 422
    wrong = {**opinion, "suitable": {"smallest": "T4", "largest": "T2"}}
    assert (await client.post(f"{path}/opinion", json=wrong)).status_code == 422
    met = {"on": "2026-11-23", "wants_to_move": True}
    assert (await client.post(f"{path}/interview", json=met)).json()["version"] == 3
    assert (await client.post(f"{path}/invite")).json()["invited_on"] == "2026-11-23"
    (notice,) = await harness.outbox("demand.notice.transfer-suggested.v1")
    (contact,) = await harness.outbox("demand.contact.recorded.v1")
    assert (notice.topic, notice.key) == ("demand.notice.v1", contact.key)
    assert contact.payload["address"]["town"] == "PARIS", "a letter reaches her"
    assert (await client.post(f"{path}/invite")).status_code == 409
    document = (await client.get(path, params=WHY)).json()
    assert (document["opinion"]["by"], document["interview"]["wants_to_move"]) == ("agent Martin", True)
    steps = (await client.get(f"/v1/tenancies/{TENANCY}/steps")).json()
    assert [step["step"] for step in steps] == ["opinion_entered", "interviewed", "invited"]


async def test_one_click_opens_an_application(harness, client):
    one = await found(harness, client)
    path = f"/v1/examinations/{one['examination_id']}/application"
    answer = await client.post(path)
    assert answer.status_code == 201
    started = answer.json()
    assert started["status"] == "registered"
    assert (started["suggested_types"], started["suggested_commune"]) == (["T1", "T2"], "75118")
    (event,) = await harness.outbox("demand.examination.application-started.v1")
    assert event.payload["application_id"] == started["application_id"]
    (opened,) = await harness.outbox("demand.application.opened.v1")
    assert (opened.payload["kind"], opened.payload["way"]) == ("transfer", "examination")
    (contact,) = await harness.outbox("demand.contact.recorded.v1")
    assert started["person_ids"] == [contact.key], "she is the leaseholder whom letters reach already"
    whole = (await client.get(answer.headers["Location"], params=WHY)).json()
    assert whole["current_housing"]["home"]["reference"] == HOME
    assert whole["declaration"]["members"][0]["birth_date"] == "1955-03-02"
    assert await harness.outbox("demand.application.recorded.v1") == [], "it is not matched before the wishes are said"
    assert (await client.post(path)).status_code == 409
    assert (await client.get("/v1/examinations/outreach")).json()["leases"] == []
    (link,) = (await client.get("/v1/tenancy-applications", params={"state": "confirmed"})).json()
    assert link["application_id"] == started["application_id"]


async def test_who_applied_by_another_way_is_reached_out_to_no_more(harness, client):
    await found(harness, client)
    paper = {
        "number": "1110318016982G1104",
        "way": "paper",
        "received_on": "2026-11-23",
        "applicant": {"given_name": "Odette", "family_name": "Garnier"},
        "current_housing": {"situation": "social_tenant", "home": {"landlord": LANDLORD, "reference": HOME}},
    }
    registered = (await client.post("/v1/applications", json=paper)).json()
    await harness.run_due()
    assert len((await client.get("/v1/examinations/outreach")).json()["leases"]) == 1, "nobody said yet that it is hers"
    path = f"/v1/tenancies/{TENANCY}/applications/{registered['application_id']}"
    assert (await client.put(path, json={"confirmed": True})).status_code == 200
    assert (await client.get("/v1/examinations/outreach")).json()["leases"] == []
    await client.post(f"/v1/applications/{registered['application_id']}/withdraw")
    assert len((await client.get("/v1/examinations/outreach")).json()["leases"]) == 1


async def test_once_the_wishes_are_said_it_is_told_with_its_tenancy(harness, client):
    one = await found(harness, client)
    conditions = {
        "valid_from": "2026-01-01",
        "minimum_occupancy_months": 12,
        "arrears": "no_bar",
        "insurance_required": False,
        "visit_required": False,
        "rent_policy": "relet",
    }
    mine = bearer(Role.LANDLORD, LANDLORD)
    await client.put(f"/v1/landlords/{LANDLORD}/transfer-conditions", json=conditions, headers=mine)
    started = await client.post(f"/v1/examinations/{one['examination_id']}/application")
    read = await client.get(started.headers["Location"], params=WHY)
    form = {
        "current_housing": read.json()["current_housing"],
        "declaration": read.json()["declaration"],
        "wishes": {"places": [{"commune": "75118"}], "dwelling_types": started.json()["suggested_types"]},
    }
    headers = {"If-Match": read.headers["ETag"]}
    changed = await client.put(started.headers["Location"], json=form, headers=headers)
    assert (changed.status_code, changed.json()["status"]) == (200, "active")
    recorded = (await harness.outbox("demand.application.recorded.v1"))[-1].payload
    assert (recorded["tenancy_id"], recorded["meets_transfer_conditions"]) == (str(TENANCY), True)
    assert recorded["household"]["under_occupied"] is True


async def test_a_number_that_is_anothers_opens_nothing(harness, client):
    one = await found(harness, client)
    registration = {
        "number": "1110318016982G1104",
        "applicant": {"given_name": "Awa", "family_name": "Diallo"},
        "current_housing": {"situation": "other"},
        "household": {"persons_for_occupancy": 1, "persons_for_ceiling": 1},
        "wishes": {"places": [{"commune": "75118"}], "dwelling_types": ["T2"]},
    }
    assert (await client.post("/v1/applications", json=registration)).status_code == 201
    path = f"/v1/examinations/{one['examination_id']}/application"
    assert (await client.post(path, json={"number": registration["number"]})).status_code == 409
    assert await harness.scalar("SELECT count(*) FROM application") == 1
    assert (await client.post(path, json={"number": "1110318016982G1105"})).status_code == 201


async def test_an_agent_examines_a_lease_between_its_dates(harness, client):
    await tell(harness, lease(signed_on="2025-01-15"), occupancy(1955))
    answer = await client.post(f"/v1/tenancies/{TENANCY}/examinations")
    assert answer.status_code == 201
    again = await client.post(f"/v1/tenancies/{TENANCY}/examinations")
    assert again.json()["examination_id"] == answer.json()["examination_id"], "one a day"
    assert len(await harness.outbox(MADE)) == 1
    due = await harness.scalar("SELECT due_at::date FROM due_work WHERE kind = 'demand.examine-tenancy'")
    assert due == dt.date(2028, 1, 15)


async def test_nothing_to_say_of_a_home_that_fits(harness, client):
    await harness.handle(dwelling())
    await tell(harness, lease(main_rooms=2), occupancy(1955))
    made = (await client.post(f"/v1/tenancies/{TENANCY}/examinations")).json()
    path = f"/v1/examinations/{made['examination_id']}"
    assert (await client.post(f"{path}/invite")).status_code == 409
    opinion = {"on": "2026-11-22", "rehouse": False}
    assert (await client.post(f"{path}/opinion", json=opinion)).status_code == 409
    assert (await client.get("/v1/examinations/outreach")).json()["leases"] == []


class TestByLink:
    async def token(self, client):
        return (await client.post(f"/v1/tenancies/{TENANCY}/link")).json()["token"]

    async def test_the_tenant_reads_and_contests_what_is_stated_of_her(self, harness, client):
        await tell(harness, lease(), occupancy(1955))
        token = await self.token(client)
        nobody = {"Authorization": ""}
        client.headers.pop("Authorization")
        own = (await client.get("/v1/own-tenancy", params={"token": token})).json()
        assert own["tenancy"]["tenancy_id"] == str(TENANCY)
        form = {"token": token, "fact": "occupancy", "reason": "my daughter lives here too"}
        assert (await client.post("/v1/own-tenancy/contests", json=form)).status_code == 201
        seen = (await client.get("/v1/own-tenancy", params={"token": token})).json()
        (fact,) = (one for one in seen["tenancy"]["facts"] if one["fact"] == "occupancy")
        assert (fact["counts"], fact["contest"]["by"]) == (False, "tenant")
        assert (await client.get(f"/v1/tenancies/{TENANCY}", params=WHY, headers=nobody)).status_code == 401

    async def test_agents_are_not_named_to_her(self, harness, client):
        await tell(harness, lease(), occupancy(1955))
        form = {"fact": "occupancy", "reason": "she called us"}
        await client.post(f"/v1/tenancies/{TENANCY}/contests", json=form)
        own = await client.get("/v1/own-tenancy", params={"token": await self.token(client)})
        assert "Martin" not in own.text
        assert json.loads(own.text)["tenancy"]["facts"][1]["contest"]["by"] == "agent"

    @pytest.mark.parametrize(("days", "status"), [(29, 200), (31, 410)])
    async def test_it_lasts_a_month(self, harness, client, days, status):
        await tell(harness, lease())
        token = await self.token(client)
        harness.clock.advance(dt.timedelta(days=days))
        assert (await client.get("/v1/own-tenancy", params={"token": token})).status_code == status

    async def test_a_link_to_something_else_opens_nothing(self, harness, client):
        await tell(harness, lease())
        assert (await client.get("/v1/own-tenancy", params={"token": "x" * 48})).status_code == 404
