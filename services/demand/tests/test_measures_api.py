"""Measures through HTTP on PostgreSQL: the steps, the last place, the light on the application, the clock."""

import asyncio
import datetime as dt
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from demand_samples import APPLICANT, application

from contracts.demand import ApplicationStatus, ClosureReason
from demand.domain.measure import Measure, Place
from demand.handling import keep
from demand.store import add_application, measures, partners
from demand.store import application as read_application

LANDLORD, PARTNER = "552032708", "999000003"
TOURS = "37261"
POLICIES = Path(__file__).parents[3] / "policies"
TENANCY = "00000000-0000-4000-8000-0000000000b1"
DAY = "2026-11-20"


async def a_partner(client, *, places=1, in_priority_district=None, communes=(TOURS,), year=2026):
    await client.put(f"/v1/partners/{PARTNER}", json={"name": "Compagnons"})
    answer = await client.put(
        f"/v1/partners/{PARTNER}/places",
        json={
            "year": year,
            "area": "Tours",
            "communes": list(communes),
            "in_priority_district": in_priority_district,
            "places": places,
        },
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def opened(client, **over):
    form = {"landlord": LANDLORD, "commune": TOURS, "in_priority_district": True, "opened_on": DAY}
    answer = await client.post("/v1/measures", json=form | (over or {"tenancy_id": TENANCY}))
    assert answer.status_code == 201, answer.text
    return answer.json()["measure_id"]


async def step(client, measure, name, status=200, **form):
    answer = await client.post(f"/v1/measures/{measure}/{name}", json={"on": DAY} | form)
    assert answer.status_code == status, answer.text
    return answer.json()


def owing(cents=1_860_00, **over):
    return {"works": [{"item": "paint", "amount_cents": cents, "wear_cents": 0} | over]}


async def an_application(harness, **over):
    async with harness.work() as work:
        added = application(tenancy_id=UUID(TENANCY), **over)
        assert await add_application(work.session, added, work.now)
    return str(added.id)


async def recorded(harness):
    return await harness.outbox("demand.application.recorded.v1")


class TestTheWay:
    async def test_every_step_is_told_with_its_light(self, client, harness):
        await a_partner(client)
        measure = await opened(client)
        visited = await step(client, measure, "works", **owing())
        assert (visited["stage"], visited["chargeable_cents"], visited["light"]) == ("visited", 1_860_00, "blocked")
        assert visited["valid_until"] == "2027-05-20"
        prescribed = await step(client, measure, "prescribe", partner=PARTNER)
        assert prescribed["partner"] == PARTNER
        for name, stage in (("contract", "contracted"), ("start", "started"), ("complete", "completed")):
            assert (await step(client, measure, name))["stage"] == stage
        told = [one for one in await harness.outbox() if one.topic == "demand.measure.v1"]
        assert {one.key for one in told} == {measure}
        assert [(one.type.split(".")[2], one.payload["light"], one.payload["version"]) for one in told] == [
            ("state-visited", "blocked", 2),
            ("prescribed", "blocked", 3),
            ("contracted", "blocked", 4),
            ("started", "blocked", 5),
            ("completed", "may_move", 6),
        ]
        assert {one.payload["tenancy_id"] for one in told} == {TENANCY}
        assert {one.payload["in_priority_district"] for one in told} == {True}

    async def test_wear_is_taken_off_by_the_grid_in_force_on_the_day(self, client):
        def grid(percent):
            return {"lines": [{"item": "paint", "useful_life_years": 7, "yearly_percent": percent}]}

        for valid_from, percent in (("2020-01-01", 10), ("2026-11-20", 20), ("2027-01-01", 90)):
            answer = await client.put(f"/v1/wear-grids/{LANDLORD}/{valid_from}", json=grid(percent))
            assert answer.status_code == 200
        measure = await opened(client)
        works = [{"item": "paint", "amount_cents": 100_00, "age_years": 3}]
        assert (await step(client, measure, "works", works=works))["chargeable_cents"] == 40_00
        missing = await step(client, measure, "works", 422, works=[works[0] | {"item": "door"}])
        assert missing["errors"][0]["field"] == "works[0].item"
        assert "it has paint" in missing["errors"][0]["message"]
        shown = await client.get(f"/v1/wear-grids/{LANDLORD}", params={"on": "2026-11-19"})
        assert shown.json()["lines"][0]["yearly_percent"] == 10

    async def test_terms_are_the_landlords_own_or_everybodys_from_their_date(self, client):
        terms = {"visit_valid_months": 3, "threshold_cents": 500_00, "contract_lets_move": True, "origin": "charter"}
        own = terms | {"landlord": LANDLORD}
        assert (await client.put("/v1/measure-terms/2026-11-20", json=own)).status_code == 200
        assert (await client.put("/v1/measure-terms/2026-11-20", json=own)).status_code == 200
        later = own | {"threshold_cents": 0}
        assert (await client.put("/v1/measure-terms/2026-11-21", json=later)).status_code == 200
        assert len((await client.get("/v1/measure-terms")).json()) == 3
        measure = await opened(client)
        visited = await step(client, measure, "works", **owing(499_99))
        assert (visited["light"], visited["valid_until"]) == ("may_move", "2027-02-20")
        await step(client, measure, "works", **owing(500_00))
        await a_partner(client)
        await step(client, measure, "prescribe", partner=PARTNER)
        assert (await step(client, measure, "contract"))["light"] == "may_move"

    async def test_the_territorys_policy_says_what_a_contract_is_worth(self, client, monkeypatch):
        monkeypatch.setenv("DEMAND_POLICIES", str(POLICIES))
        await a_partner(client, communes=(TOURS, "75118"))
        lights = {}
        for commune in (TOURS, "75118"):
            measure = await opened(client, tenancy_id=str(uuid4()), commune=commune)
            await step(client, measure, "works", on="2026-11-22", **owing())
            await a_partner(client, places=2, communes=(TOURS, "75118"))
            await step(client, measure, "prescribe", on="2026-11-22", partner=PARTNER)
            lights[commune] = (await step(client, measure, "contract", on="2026-11-22"))["light"]
        assert lights == {TOURS: "may_move", "75118": "blocked"}
        own = {"visit_valid_months": 6, "threshold_cents": 0, "contract_lets_move": False, "origin": "own rule"}
        await client.put("/v1/measure-terms/2026-11-22", json=own | {"landlord": LANDLORD})
        await a_partner(client, places=3, communes=(TOURS, "75118"))
        measure = await opened(client, tenancy_id=str(uuid4()))
        await step(client, measure, "works", on="2026-11-22", **owing())
        await step(client, measure, "prescribe", on="2026-11-22", partner=PARTNER)
        assert (await step(client, measure, "contract", on="2026-11-22"))["light"] == "blocked"

    @pytest.mark.parametrize("name", ["contract", "start", "complete"])
    async def test_a_step_that_does_not_follow_is_refused_and_nothing_is_told(self, client, harness, name):
        measure = await opened(client)
        answer = await step(client, measure, name, 409)
        assert "The measure is opened since 2026-11-20" in answer["detail"]
        assert await harness.outbox() == []

    async def test_wrong_days_and_unknown_measures(self, client):
        measure = await opened(client)
        before = await step(client, measure, "works", 422, on="2026-11-19", **owing())
        assert before["errors"][0]["field"] == "on"
        future = await step(client, measure, "works", 422, on="2026-11-24", **owing())
        assert "future" in future["errors"][0]["message"]
        assert (await client.get(f"/v1/measures/{uuid4()}")).status_code == 404

    async def test_one_measure_of_a_household_is_under_way(self, client):
        measure = await opened(client)
        form = {"landlord": LANDLORD, "commune": TOURS, "tenancy_id": TENANCY}
        assert (await client.post("/v1/measures", json=form)).status_code == 409
        await step(client, measure, "abandon", reason="moved away")
        assert (await client.post("/v1/measures", json=form)).status_code == 201

    async def test_whose_home_it_is_must_be_said(self, client):
        answer = await client.post("/v1/measures", json={"landlord": LANDLORD, "commune": TOURS})
        assert answer.json()["errors"][0]["field"] == "tenancy_id"
        unknown = {"landlord": LANDLORD, "commune": TOURS, "application_id": str(uuid4())}
        assert (await client.post("/v1/measures", json=unknown)).json()["errors"][0]["field"] == "application_id"

    async def test_lists_by_partner_area_and_stage(self, client):
        await a_partner(client)
        first = await opened(client)
        await step(client, first, "works", **owing())
        await step(client, first, "prescribe", partner=PARTNER)
        second = await opened(client, tenancy_id=str(uuid4()), commune="75118")

        async def listed(**params):
            answer = await client.get("/v1/measures", params=params)
            assert answer.status_code == 200, answer.text
            return [one["measure_id"] for one in answer.json()]

        assert await listed(partner=PARTNER) == [first]
        assert await listed(stage="opened") == [second]
        assert await listed(commune="75118") == [second]
        assert await listed(epci="243700754") == [first]
        assert await listed(tenancy_id=TENANCY) == [first]
        assert set(await listed(landlord=LANDLORD)) == {first, second}


class TestPlaces:
    async def test_left_is_what_is_not_taken_and_a_place_unused_is_free_again(self, client):
        await a_partner(client)
        measure = await opened(client)
        await step(client, measure, "works", **owing())
        await step(client, measure, "prescribe", partner=PARTNER)

        async def left():
            (offer,) = (await client.get("/v1/partner-places", params={"commune": TOURS, "year": 2026})).json()
            return offer["taken"], offer["left"]

        assert await left() == (1, 0)
        other = await opened(client, tenancy_id=str(uuid4()))
        await step(client, other, "works", **owing())
        refused = await step(client, other, "prescribe", 409, partner=PARTNER)
        assert "no place left in 2026 for a home in 37261 in a priority district" in refused["detail"]
        await step(client, measure, "abandon", reason="moved away")
        assert await left() == (0, 1)
        await step(client, other, "prescribe", partner=PARTNER)
        assert await left() == (1, 0)

    async def test_a_refused_prescription_takes_no_place(self, client, harness):
        await a_partner(client)
        measure = await opened(client)
        await step(client, measure, "prescribe", 409, partner=PARTNER)
        assert await harness.scalar("SELECT taken FROM partner_place") == 0

    async def test_a_place_is_for_its_homes_area_and_year(self, client):
        measure = await opened(client)
        await step(client, measure, "works", **owing())
        unknown = await step(client, measure, "prescribe", 422, partner=PARTNER)
        assert unknown["errors"][0]["field"] == "partner"
        for offer in ({"in_priority_district": False}, {"communes": ("75118",)}, {"year": 2027}):
            await a_partner(client, **offer)
            await step(client, measure, "prescribe", 409, partner=PARTNER)

    async def test_fewer_places_than_are_taken_cannot_be(self, client):
        await a_partner(client, places=2)
        measure = await opened(client)
        await step(client, measure, "works", **owing())
        await step(client, measure, "prescribe", partner=PARTNER)
        form = {"year": 2026, "area": "Tours", "communes": [TOURS], "places": 0}
        assert (await client.put(f"/v1/partners/{PARTNER}/places", json=form)).status_code == 409

    async def test_racers_for_the_last_places_never_overbook(self, client, harness):
        await a_partner(client, places=3)
        racing, barrier = [], asyncio.Barrier(10)
        for _ in range(10):
            racing.append(await opened(client, tenancy_id=str(uuid4())))
            await step(client, racing[-1], "works", **owing())

        async def prescribe(measure):
            await barrier.wait()
            return await client.post(f"/v1/measures/{measure}/prescribe", json={"partner": PARTNER, "on": DAY})

        answers = await asyncio.gather(*map(prescribe, racing))
        assert sorted(answer.status_code for answer in answers) == [200] * 3 + [409] * 7
        assert await harness.scalar("SELECT taken FROM partner_place") == 3
        assert await harness.scalar("SELECT count(*) FROM measure WHERE stage = 'prescribed'") == 3
        assert len(await harness.outbox("demand.measure.prescribed.v1")) == 3

    async def test_one_who_waits_for_the_last_place_goes_on_to_another_offer(self, client, harness):
        await a_partner(client, places=1, in_priority_district=True)
        await a_partner(client, places=1)
        asked = {"year": 2026, "commune": TOURS, "in_priority_district": True}
        taken, go = asyncio.Event(), asyncio.Event()

        async def first():
            async with harness.work() as work:
                place = await partners.take_place(work.session, PARTNER, **asked)
                taken.set()
                await go.wait()
                return place

        async def second():
            await taken.wait()
            async with harness.work() as work:
                asyncio.get_running_loop().call_later(0.2, go.set)
                return await partners.take_place(work.session, PARTNER, **asked)

        one, other = await asyncio.gather(first(), second())
        assert isinstance(one, Place)
        assert isinstance(other, Place)
        assert one != other


class TestTheLightOfTheApplication:
    async def test_completion_alone_tells_the_application_again_caused_by_the_measure(self, client, harness):
        application_id = await an_application(harness)
        await a_partner(client)
        measure = await opened(client)
        await step(client, measure, "works", **owing())
        (blocked,) = await recorded(harness)
        assert (blocked.key, blocked.payload["light"], blocked.payload["version"]) == (application_id, "blocked", 2)
        await step(client, measure, "prescribe", partner=PARTNER)
        await step(client, measure, "contract")
        await step(client, measure, "start")
        assert len(await recorded(harness)) == 1
        await step(client, measure, "complete")
        _, free = await recorded(harness)
        assert (free.payload["light"], free.payload["version"]) == ("may_move", 3)
        (completed,) = await harness.outbox("demand.measure.completed.v1")
        assert free.headers["causationid"] == completed.headers["ce_id"]
        assert free.headers["correlationid"] == completed.headers["correlationid"]
        steps = await harness.scalar("SELECT string_agg(detail->>'stage', ',' ORDER BY id) FROM handling")
        assert steps == "visited,prescribed,contracted,started,completed"

    async def test_a_light_of_its_own_application_needs_no_tenancy(self, client, harness):
        application_id = await an_application(harness)
        measure = await opened(client, application_id=application_id)
        shown = (await client.get(f"/v1/measures/{measure}")).json()
        assert (shown["application_id"], shown["tenancy_id"]) == (application_id, TENANCY)
        await step(client, measure, "works", works=[])
        assert (await recorded(harness))[0].payload["light"] == "may_move"

    async def test_a_closed_application_stays_as_it_is(self, client, harness):
        await an_application(
            harness,
            status=ApplicationStatus.CLOSED,
            closed_on=dt.date(2026, 1, 1),
            closure=ClosureReason.WITHDRAWN,
        )
        measure = await opened(client)
        await step(client, measure, "works", **owing())
        assert await recorded(harness) == []

    async def test_an_application_that_comes_later_comes_with_the_light(self, client, harness):
        measure = await opened(client)
        await step(client, measure, "works", **owing())
        async with harness.work() as work:
            added = application()
            assert await add_application(work.session, added, work.now)
        async with harness.work() as work:
            before = await read_application(work.session, added.id, lock=True)
            await keep(work, before, replace(before, tenancy_id=UUID(TENANCY)))
        (told,) = await recorded(harness)
        assert told.payload["light"] == "blocked"
        await step(client, measure, "abandon", reason="moved away")
        (abandoned,) = await harness.outbox("demand.measure.abandoned.v1")
        assert abandoned.payload["application_id"] == str(added.id)

    async def test_an_application_that_is_no_longer_the_tenancys_loses_its_light(self, client, harness):
        application_id = await an_application(harness)
        await step(client, await opened(client), "works", **owing())
        async with harness.work() as work:
            before = await read_application(work.session, UUID(application_id), lock=True)
            await keep(work, before, replace(before, tenancy_id=None))
        assert [one.payload["light"] for one in await recorded(harness)] == ["blocked", None]


class TestTheClock:
    async def test_a_good_visit_says_nothing_after_six_months(self, client, harness):
        await an_application(harness)
        measure = await opened(client)
        await step(client, measure, "works", works=[])
        harness.clock.advance(dt.datetime(2027, 5, 20, 23, tzinfo=dt.UTC) - harness.clock.now())
        await harness.run_due()
        assert [one.payload["light"] for one in await recorded(harness)][-1] == "may_move"
        harness.clock.advance(dt.timedelta(hours=1))
        await harness.run_due()
        (lapsed,) = await harness.outbox("demand.measure.visit-lapsed.v1")
        assert (lapsed.payload["light"], lapsed.payload["on"]) == (None, "2027-05-21")
        last = (await recorded(harness))[-1]
        assert last.payload["light"] is None
        assert last.headers["causationid"] == lapsed.headers["ce_id"]

    async def test_a_visit_stated_again_holds_from_then(self, client, harness):
        measure = await opened(client)
        await step(client, measure, "works", works=[])
        harness.clock.advance(dt.timedelta(days=30))
        await step(client, measure, "works", on="2026-12-20", works=[])
        harness.clock.advance(dt.datetime(2027, 5, 22, tzinfo=dt.UTC) - harness.clock.now())
        assert await harness.run_due() == 1
        assert await harness.outbox("demand.measure.visit-lapsed.v1") == []

    async def test_a_prescription_that_lapses_frees_its_place(self, client, harness):
        await a_partner(client)
        measure = await opened(client)
        await step(client, measure, "works", **owing())
        await step(client, measure, "prescribe", partner=PARTNER)
        harness.clock.advance(dt.timedelta(days=200))
        await harness.run_due()
        assert await harness.scalar("SELECT taken FROM partner_place") == 0
        assert await harness.scalar("SELECT stage || light FROM measure") == "lapsedblocked"


async def test_a_measure_is_read_as_it_was_written(harness):
    day = dt.date(2026, 11, 20)
    written = Measure(
        id=uuid4(), landlord=LANDLORD, commune=TOURS, tenancy_id=APPLICANT, opened_on=day, stage_on=day, reason=None
    )
    async with harness.work() as work:
        assert await measures.add_measure(work.session, written, work.now)
        assert await measures.measure(work.session, written.id) == written
