import asyncio
import datetime as dt
import random
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from inventory_samples import LANDLORD, STRANGER, D, available, cancelled, facts, let, notice

from chassis.auth import Role
from chassis.testing import bearer, edge_harness
from contracts.demand import ApplicationRecorded, CurrentHome, HouseholdFacts, Wishes
from contracts.event import Envelope
from contracts.topics import LANDLORD_VACANCY
from inventory import store
from inventory.api import router
from inventory.domain.dwelling import Dwelling
from inventory.domain.vacancy import vacancy_id
from inventory.handlers import handlers
from inventory.jobs import jobs

OPERATOR, AGENT = bearer(Role.OPERATOR), bearer(Role.AGENT)
MINE, THEIRS = bearer(Role.LANDLORD, LANDLORD), bearer(Role.LANDLORD, STRANGER)
PREFECT, CITY = "999100001", "999100002"
AS_PREFECT, AS_CITY = bearer(Role.HOLDER, PREFECT), bearer(Role.HOLDER, CITY)
TODAY = "2026-11-22"


def agreement_id(holder):
    return UUID(int=int(holder))


def terms(holder=PREFECT, **over):
    kinds = {PREFECT: "prefect", CITY: "local_authority"}
    return {
        "landlord": LANDLORD,
        "holder": holder,
        "holder_name": {PREFECT: "Préfet de Paris", CITY: "Ville de Paris"}.get(holder, "Réservataire"),
        "holder_kind": kinds.get(holder, "other"),
        "department": "75",
        "mode": "flow",
        "share_percent": {PREFECT: 30, CITY: 20}.get(holder, 5),
        "designation": "direct",
        "designation_days": 10,
        "valid_from": "2026-01-01",
        **over,
    }


def in_stock(holder=PREFECT, **over):
    return terms(holder, mode="stock", share_percent=None, **over)


class Stock:
    """Inventory with its clock, its doors, and homes to let."""

    def __init__(self, harness, client):
        self.harness, self.client = harness, client

    async def agree(self, *given):
        for one in given:
            url = f"/v1/agreements/{agreement_id(one['holder'])}"
            answer = await self.client.put(url, json=one, headers=OPERATOR)
            assert answer.status_code == 201, answer.text

    async def reserve(self, holder, *homes):
        url = f"/v1/agreements/{agreement_id(holder)}/dwellings"
        answer = await self.client.put(url, json={"dwellings": homes}, headers=OPERATOR)
        assert answer.status_code == 200, answer.text

    async def join(self, scheme="protocole_mutations", **who):
        body = {"scheme": scheme, "area": "75", "valid_from": "2026-01-01", **who}
        answer = await self.client.put(f"/v1/participations/{uuid4()}", json=body, headers=OPERATOR)
        assert answer.status_code == 201, answer.text

    async def home(self, reference, landlord=LANDLORD, **over):
        async with self.harness.work() as work:
            home = Dwelling(reference=reference, landlord=landlord, facts=facts(**over))
            await store.save_dwelling(work.session, home, work.now)
        return reference

    async def say(self, event, landlord=LANDLORD):
        await self.harness.handle(event, topic=LANDLORD_VACANCY.of(landlord))
        return vacancy_id(landlord, event.vacancy_reference)

    async def release(self, reference, landlord=LANDLORD):
        event = available(TODAY, dwelling_reference=reference, vacancy_reference=f"V-{reference}")
        return await self.say(event, landlord)

    async def let(self, reference, landlord=LANDLORD, **over):
        event = let(TODAY, dwelling_reference=reference, vacancy_reference=f"V-{reference}", **over)
        found = await self.say(event, landlord)
        await self.harness.run_due()
        return found

    async def apply(self, *, kind="transfer", landlord=LANDLORD, reference=None, version=1, application_id=None):
        application_id = application_id or uuid4()
        recorded = ApplicationRecorded(
            application_id=application_id,
            version=version,
            kind=kind,
            status="active",
            registered_on=D(2024, 1, 1),
            person_ids=(uuid4(),),
            household=HouseholdFacts(persons_for_occupancy=1, persons_for_ceiling=1),
            wishes=Wishes(places=({"commune": "75118"},), dwelling_types=("T3",)),
            current_home=CurrentHome(landlord=landlord, reference=reference) if kind == "transfer" else None,
        )
        await self.harness.handle(recorded)
        return application_id

    async def turn(self, vacancy, who=AGENT):
        return (await self.client.get(f"/v1/vacancies/{vacancy}/turn", headers=who)).json()

    async def told(self, name):
        return [one.payload for one in await self.harness.outbox(f"inventory.right.{name}.v1")]

    async def ledger(self, who=AGENT):
        return (await self.client.get("/v1/rights", headers=who)).json()["rights"]


@pytest.fixture
async def stock(harness, database):
    async with edge_harness(database, "inventory", handlers, jobs) as clocked, clocked.http(router) as client:
        yield Stock(clocked, client)


class TestAgreements:
    @pytest.mark.parametrize(
        ("given", "field", "said"),
        [
            (terms(share_percent=31), "share_percent", "R441-5-2"),
            (terms(agents_percent=6), "agents_percent", "R441-5-2"),
            (terms(CITY, share_percent=20.5), "share_percent", "at most 20 %"),
            (terms(CITY, agents_percent=1), "agents_percent", "only the préfet"),
            (terms(share_percent=None), "share_percent", "R441-5"),
            (terms(valid_to="2025-01-01"), "valid_to", "before valid_from"),
            (terms(landlord="999000042"), "landlord", "registered"),
            (terms(department="75118"), "department", ""),
            (in_stock() | {"share_percent": 3}, "share_percent", "named homes"),
            (terms() | {"share_percent": 12.345}, "share_percent", ""),
        ],
    )
    async def test_what_the_law_or_reason_forbids_is_named(self, stock, given, field, said):
        url = f"/v1/agreements/{agreement_id(given['holder'])}"
        answer = await stock.client.put(url, json=given, headers=OPERATOR)
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert error["field"] == field
        assert said in error["message"]
        assert await stock.harness.scalar("SELECT count(*) FROM agreement") == 0

    async def test_local_authorities_share_their_part(self, stock):
        await stock.agree(terms(CITY))
        other = terms("999100003", holder_kind="local_authority", share_percent=1)
        answer = await stock.client.put(f"/v1/agreements/{uuid4()}", json=other, headers=OPERATOR)
        assert "21 % of the flow, at most 20 %" in answer.json()["errors"][0]["message"]
        later = other | {"valid_from": "2028-01-01"}
        assert (await stock.client.put(f"/v1/agreements/{uuid4()}", json=later, headers=OPERATOR)).status_code == 422

    async def test_there_is_one_a_holder_and_department(self, stock):
        await stock.agree(terms())
        answer = await stock.client.put(f"/v1/agreements/{uuid4()}", json=terms(), headers=OPERATOR)
        assert answer.status_code == 409
        url = f"/v1/agreements/{agreement_id(PREFECT)}"
        assert (await stock.client.put(url, json=terms(), headers=OPERATOR)).headers["ETag"] == '"1"'
        changed = terms(share_percent=25)
        assert (await stock.client.put(url, json=changed, headers=OPERATOR)).status_code == 428
        answer = await stock.client.put(url, json=changed, headers={**OPERATOR, "If-Match": '"1"'})
        assert (answer.status_code, answer.json()["share_percent"]) == (200, 25)
        moved = terms(share_percent=25, department="93")
        answer = await stock.client.put(url, json=moved, headers={**OPERATOR, "If-Match": '"2"'})
        assert answer.json()["errors"][0]["field"] == "department"

    async def test_only_the_operator_records_and_only_parties_read(self, stock):
        await stock.agree(terms())
        url = f"/v1/agreements/{agreement_id(PREFECT)}"
        for who in (MINE, AGENT, AS_PREFECT):
            assert (await stock.client.put(url, json=terms(), headers=who)).status_code == 403
        for who, status in ((MINE, 200), (AGENT, 200), (AS_PREFECT, 200), (THEIRS, 404), (AS_CITY, 404)):
            assert (await stock.client.get(url, headers=who)).status_code == status
        assert (await stock.client.get("/v1/agreements", headers=AS_CITY)).json() == []
        assert (await stock.client.get("/v1/vacancies", headers=AS_PREFECT)).status_code == 403

    async def test_homes_are_the_landlords_and_one_holders(self, stock):
        await stock.agree(in_stock(), in_stock(CITY))
        await stock.reserve(PREFECT, "7500123456")
        url = f"/v1/agreements/{agreement_id(CITY)}/dwellings"
        body = {"dwellings": ["7500123456", "7500000003", "7599999999", "7500000002"]}
        answer = await stock.client.put(url, json=body, headers=OPERATOR)
        assert [error["field"] for error in answer.json()["errors"]] == ["dwellings[0]", "dwellings[1]", "dwellings[2]"]
        assert (await stock.client.get(url, headers=AS_CITY)).json()["dwellings"] == []


class TestFlow:
    async def test_a_release_is_somebodys_turn_and_says_so(self, stock):
        await stock.agree(terms(), terms(CITY))
        found = [await stock.release(await stock.home(f"75000100{n:02}")) for n in range(10)]
        turns = [await stock.turn(one) for one in found]
        assert [turn["holder"] for turn in turns].count(PREFECT) == 3
        assert [turn["holder"] for turn in turns].count(CITY) == 2
        released = await stock.harness.outbox("inventory.vacancy.released.v1")
        assert [one.payload["designation"]["holder"] if one.payload["designation"] else None for one in released] == [
            turn["holder"] for turn in turns
        ]
        mine = next(turn for turn in turns if turn["holder"] == PREFECT)
        assert (mine["designation"], mine["until"], mine["mode"]) == ("direct", "2026-12-02", "flow")
        due = await stock.told("designation-due")
        assert len(due) == 5
        assert {one["until"] for one in due} == {"2026-12-02"}
        flow = (await stock.client.get(f"/v1/landlords/{LANDLORD}/flows/75", headers=MINE)).json()
        assert flow["homes"] == 10
        assert {party["holder"]: party["turns"] for party in flow["parties"]} == {PREFECT: 3, CITY: 2, None: 5}
        assert all(abs(party["deviation"]) < 1 for party in flow["parties"])

    async def test_without_an_agreement_there_is_no_turn(self, stock):
        vacancy = await stock.release("7500123456")
        assert (await stock.client.get(f"/v1/vacancies/{vacancy}/turn", headers=MINE)).status_code == 404
        (released,) = await stock.harness.outbox("inventory.vacancy.released.v1")
        assert released.payload["designation"] is None

    async def test_a_home_released_again_keeps_its_turn(self, stock):
        await stock.agree(terms(share_percent=30))
        for day in (TODAY, "2026-12-01", "2026-12-15"):
            await stock.say(available(day, base_rent_cents=40_000 + len(day) + int(day[-2:])))
        assert await stock.harness.scalar("SELECT count(*) FROM turn") == 1
        assert (await stock.harness.scalar("SELECT (tally->'turns'->>'own')::int FROM flow")) == 1

    @pytest.mark.parametrize("n", [12])
    async def test_releases_at_once_keep_the_shares(self, stock, n):
        """Each release in a transaction of its own, all at the same time."""
        await stock.agree(terms(), terms(CITY))
        homes = [await stock.home(f"75000200{m:02}") for m in range(n)]
        records = [
            stock.harness.record(
                available(TODAY, dwelling_reference=home, vacancy_reference=f"V-{home}"),
                topic=LANDLORD_VACANCY.of(LANDLORD),
                envelope=Envelope.new(available().TYPE, source="//erp", time=stock.harness.clock.now()),
            )
            for home in homes
        ]
        await asyncio.gather(*(stock.harness.edge.process([record]) for record in records))
        tally = await stock.harness.scalar("SELECT tally FROM flow")
        assert sum(tally["turns"].values()) == n == await stock.harness.scalar("SELECT count(*) FROM turn")
        for party, share in tally["shares"].items():
            assert abs(tally["turns"].get(party, 0) - Fraction(share * n, 10_000)) < 1
            given = None if party == "own" else UUID(party)
            kept = await stock.harness.scalar(
                "SELECT count(*) FROM turn WHERE agreement_id IS NOT DISTINCT FROM :given", given=given
            )
            assert kept == tally["turns"].get(party, 0)

    async def test_a_transfer_inside_the_stock_leaves_the_base_and_writes_no_line(self, stock):
        await stock.agree(terms(CITY, share_percent=20), terms(share_percent=30))
        url = f"/v1/landlords/{LANDLORD}/flows/75/deductions/2026"
        assert (await stock.client.put(url, json={"homes": 1}, headers=MINE)).status_code == 200
        for n in range(6):
            home = await stock.home(f"75000300{n:02}")
            vacancy = await stock.release(home)
            holder = (await stock.turn(vacancy))["holder"]
            leaving = await stock.home(f"75000400{n:02}")
            await stock.let(home, application_id=await stock.apply(reference=leaving))
            assert (await stock.turn(vacancy))["left_base"] == "internal_transfer"
            again = await stock.release(await stock.home(f"75000500{n:02}"))
            assert (await stock.turn(again))["holder"] == holder, "who lost a home has the next"
        assert await stock.ledger() == []
        assert await stock.told("lent") == []
        flow = (await stock.client.get(f"/v1/landlords/{LANDLORD}/flows/75", headers=MINE)).json()
        assert (flow["homes"], flow["deductions"]) == (6, {"internal_transfer": 6})
        assert (flow["announced_deductions"], flow["over_announced"]) == (1, True)

    async def test_an_entrant_counts(self, stock):
        await stock.agree(terms())
        home = await stock.home("7500030000")
        vacancy = await stock.release(home)
        await stock.let(home, application_id=await stock.apply(kind="first"))
        assert (await stock.turn(vacancy))["left_base"] is None
        assert await stock.ledger() == []

    @pytest.mark.parametrize(
        ("rule", "deducted", "lines"), [("counts", None, 0), ("deducts", "inter_landlord", 0), ("lends", None, 1)]
    )
    async def test_a_tenant_of_another_landlord_by_agreement(self, stock, rule, deducted, lines):
        await stock.agree(terms(share_percent=30, inter_landlord=rule))
        vacancy = None
        for n in range(4):
            home = await stock.home(f"75000300{n:02}")
            vacancy = await stock.release(home)
            if (await stock.turn(vacancy))["holder"] == PREFECT:
                break
        await stock.let(home, application_id=await stock.apply(landlord=STRANGER, reference="7500000003"))
        assert (await stock.turn(vacancy))["left_base"] == deducted
        assert len(await stock.ledger()) == lines

    async def test_a_home_taken_out_of_the_base_before_is_nobodys_turn(self, stock):
        await stock.agree(terms())
        home = await stock.home("7500030000")
        vacancy = await stock.say(notice(dwelling_reference=home, vacancy_reference=f"V-{home}"))
        url = f"/v1/vacancies/{vacancy}/deduction"
        assert (await stock.client.put(url, json={"reason": "renewal"}, headers=THEIRS)).status_code == 404
        answer = await stock.client.put(url, json={"reason": "renewal"}, headers=MINE)
        assert (answer.status_code, answer.json()["counted"]) == (200, 1)
        assert (await stock.client.put(url, json={"reason": "renewal"}, headers=MINE)).json()["counted"] == 1
        await stock.release(home)
        assert (await stock.client.get(f"/v1/vacancies/{vacancy}/turn", headers=MINE)).status_code == 404
        other = await stock.release(await stock.home("7500030001"))
        refused = await stock.client.put(f"/v1/vacancies/{other}/deduction", json={"reason": "sale"}, headers=MINE)
        assert refused.status_code == 409

    async def test_a_new_year_counts_anew(self, stock):
        await stock.agree(terms())
        await stock.release(await stock.home("7500030000"))
        stock.harness.clock.advance(dt.timedelta(days=60))
        await stock.release(await stock.home("7500030001"))
        assert await stock.harness.scalar("SELECT year FROM flow") == 2027
        flow = (await stock.client.get(f"/v1/landlords/{LANDLORD}/flows/75", headers=MINE)).json()
        assert flow["homes"] == 1


class TestDesignation:
    @pytest.fixture
    async def vacancy(self, stock):
        await stock.agree(in_stock())
        await stock.reserve(PREFECT, "7500123456")
        return await stock.release("7500123456")

    async def test_the_holder_names_candidates_before_the_date(self, stock, vacancy):
        url, body = f"/v1/vacancies/{vacancy}/designation", {"applications": [str(UUID(int=1)), str(UUID(int=2))]}
        assert (await stock.client.post(url, json=body, headers=AS_CITY)).status_code == 404
        assert (await stock.client.post(url, json=body, headers=MINE)).status_code == 403
        answer = await stock.client.post(url, json=body, headers=AS_PREFECT)
        assert (answer.status_code, answer.json()["designated_on"]) == (200, TODAY)
        shown = await stock.client.get(f"/v1/vacancies/{vacancy}", headers=MINE)
        assert shown.json()["stage"] == "designated"
        (named,) = await stock.harness.outbox("inventory.vacancy.designated.v1")
        assert (named.payload["candidates"], named.payload["version"]) == (2, 2)
        assert named.payload["designation"]["holder"] == PREFECT
        more = await stock.client.post(url, json={"applications": [str(UUID(int=3))]}, headers=AGENT)
        assert len(more.json()["candidates"]) == 3
        stock.harness.clock.advance(dt.timedelta(days=11))
        await stock.harness.run_due()
        assert await stock.told("designation-lapsed") == []

    async def test_after_the_date_the_home_is_the_landlords(self, stock, vacancy):
        stock.harness.clock.advance(dt.timedelta(days=10))
        await stock.harness.run_due()
        assert await stock.told("designation-lapsed") == []
        stock.harness.clock.advance(dt.timedelta(days=1))
        await stock.harness.run_due()
        (lapsed,) = await stock.told("designation-lapsed")
        assert (lapsed["until"], lapsed["cause_vacancy_id"]) == ("2026-12-02", str(vacancy))
        url = f"/v1/vacancies/{vacancy}/designation"
        answer = await stock.client.post(url, json={"applications": [str(UUID(int=1))]}, headers=AS_PREFECT)
        assert answer.status_code == 409
        await stock.let("7500123456", application_id=await stock.apply(kind="first"))
        assert await stock.ledger() == [], "a right that lapsed is not lent"

    @pytest.mark.usefixtures("vacancy")
    async def test_nothing_lapses_for_a_home_that_is_withdrawn(self, stock):
        await stock.say(cancelled(TODAY, vacancy_reference="V-7500123456"))
        stock.harness.clock.advance(dt.timedelta(days=30))
        await stock.harness.run_due()
        assert await stock.told("designation-lapsed") == []

    async def test_a_delegated_turn_is_the_landlords_to_name_and_has_no_date(self, stock):
        await stock.agree(in_stock(CITY, designation="delegated"))
        await stock.reserve(CITY, "7500000002")
        vacancy = await stock.release("7500000002")
        assert (await stock.turn(vacancy))["until"] is None
        url, body = f"/v1/vacancies/{vacancy}/designation", {"applications": [str(UUID(int=1))]}
        assert (await stock.client.post(url, json=body, headers=AS_CITY)).status_code == 403
        assert (await stock.client.post(url, json=body, headers=MINE)).status_code == 200


class TestLedger:
    """Home A is the city's, home B the préfet's: a household moves from A to B."""

    @pytest.fixture
    async def homes(self, stock):
        await stock.agree(in_stock(), in_stock(CITY))
        await stock.reserve(CITY, await stock.home("7500000AAA"))
        await stock.reserve(PREFECT, await stock.home("7500000BBB"))
        return "7500000AAA", "7500000BBB"

    async def everybody_joins(self, stock):
        await stock.join(landlord=LANDLORD)
        await stock.join(holder=PREFECT)
        await stock.join(holder=CITY, landlord=LANDLORD)

    async def move(self, stock, homes):
        vacancy = await stock.release(homes[1])
        await stock.let(homes[1], application_id=await stock.apply(reference=homes[0]))
        return vacancy

    async def test_a_home_used_is_lent_and_the_one_left_is_given_back(self, stock, homes):
        await self.everybody_joins(stock)
        lent_by = await self.move(stock, homes)
        (lent,) = await stock.told("lent")
        assert (lent["holder"], lent["borrower"], lent["cause_vacancy_id"]) == (PREFECT, CITY, str(lent_by))
        (line,) = await stock.ledger()
        assert (line["left"], line["age_days"], line["ending"]) == (homes[0], 0, None)
        stock.harness.clock.advance(dt.timedelta(days=40))
        assert (await stock.ledger())[0]["age_days"] == 40
        given = await stock.release(homes[0])
        assert (await stock.turn(given))["holder"] == PREFECT, "the city's home, for the préfet's"
        (back,) = await stock.told("restituted")
        assert (back["right_id"], back["lent_on"], back["cause_vacancy_id"]) == (lent["right_id"], TODAY, str(given))
        (line,) = await stock.ledger(AS_PREFECT)
        assert (line["age_days"], line["ending"], line["ended_by"]) == (None, "restituted", str(given))
        assert await stock.ledger(AS_CITY) == []

    async def test_without_the_protocole_the_landlords_next_home_is_given_back(self, stock, homes):
        await self.move(stock, homes)
        (line,) = await stock.ledger()
        assert line["left"] is None
        city = await stock.release(homes[0])
        assert (await stock.turn(city))["holder"] == CITY, "the home left stays the city's"
        larger = await stock.release(await stock.home("7500000CCC", dwelling_type="T5"))
        assert (await stock.client.get(f"/v1/vacancies/{larger}/turn", headers=MINE)).status_code == 404
        same = await stock.release(await stock.home("7500000DDD"))
        assert (await stock.turn(same))["holder"] == PREFECT
        assert (await stock.ledger())[0]["ended_by"] == str(same)

    async def test_a_household_that_the_holder_named_borrows_nothing(self, stock, homes):
        application = await stock.apply(reference=homes[0])
        vacancy = await stock.release(homes[1])
        url = f"/v1/vacancies/{vacancy}/designation"
        await stock.client.post(url, json={"applications": [str(application)]}, headers=AS_PREFECT)
        await stock.let(homes[1], application_id=application)
        assert await stock.ledger() == []

    async def test_between_two_homes_of_one_holder_nothing_is_lent(self, stock, homes):
        other = await stock.home("7500000EEE")
        await stock.reserve(PREFECT, homes[1], other)
        await stock.release(homes[1])
        await stock.let(homes[1], application_id=await stock.apply(reference=other))
        assert await stock.ledger() == []

    async def test_the_application_may_be_told_after_the_lease(self, stock, homes):
        await self.everybody_joins(stock)
        application = uuid4()
        await stock.release(homes[1])
        await stock.let(homes[1], application_id=application)
        assert await stock.ledger() == []
        await stock.apply(reference=homes[0], application_id=application)
        stock.harness.clock.advance(dt.timedelta(minutes=1))
        await stock.harness.run_due()
        assert [line["left"] for line in await stock.ledger()] == [homes[0]]

    async def test_a_home_given_back_and_withdrawn_is_owed_again(self, stock, homes):
        await self.everybody_joins(stock)
        await self.move(stock, homes)
        given = await stock.release(homes[0])
        await stock.say(cancelled(TODAY, dwelling_reference=homes[0], vacancy_reference=f"V-{homes[0]}"))
        await stock.harness.run_due()
        first, again = sorted(await stock.ledger(), key=lambda line: line["ending"] is None)
        assert (first["ending"], again["ending"], again["left"]) == ("restituted", None, None)
        assert (again["lent_by"], again["holder"], again["age_days"]) == (str(given), PREFECT, 0)

    async def test_a_home_let_without_a_release_is_lent_too(self, stock, homes):
        await stock.say(notice(dwelling_reference=homes[1], vacancy_reference=f"V-{homes[1]}"))
        await stock.let(homes[1], application_id=await stock.apply(reference=homes[0]))
        assert [line["holder"] for line in await stock.ledger()] == [PREFECT]
        assert await stock.told("designation-due") == []

    async def test_the_holder_may_waive(self, stock, homes):
        await self.move(stock, homes)
        (line,) = await stock.ledger()
        url = f"/v1/rights/{line['right_id']}/waiver"
        assert (await stock.client.post(url, headers=MINE)).status_code == 403
        assert (await stock.client.post(url, headers=AS_CITY)).status_code == 404
        waived = await stock.client.post(url, headers=AS_PREFECT)
        assert (waived.status_code, waived.json()["ending"]) == (200, "waived")
        assert (await stock.client.post(url, headers=AS_PREFECT)).status_code == 409
        assert [one["lent_on"] for one in await stock.told("waived")] == [TODAY]
        owed = await stock.client.get("/v1/rights?owed=true", headers=AGENT)
        assert owed.json()["rights"] == []

    async def test_the_informations_letter_opens_a_window_for_participants(self, stock, homes):
        vacancy = await stock.release(homes[1])
        url = f"/v1/vacancies/{vacancy}/letter"
        assert (await stock.client.post(url, headers=MINE)).status_code == 409
        await self.everybody_joins(stock)
        sent = await stock.client.post(url, headers=MINE)
        assert (sent.status_code, sent.json()["until"]) == (201, "2026-12-07")
        assert [one["until"] for one in await stock.told("holder-informed")] == ["2026-12-07"]
        assert (await stock.client.post(url, headers=MINE)).status_code == 409
        refused = await stock.client.put(f"{url}/answer", json={"answer": "accepted"}, headers=MINE)
        assert refused.status_code == 403
        answered = await stock.client.put(f"{url}/answer", json={"answer": "accepted"}, headers=AS_PREFECT)
        assert (answered.status_code, answered.json()["answer"]) == (200, "accepted")
        stock.harness.clock.advance(dt.timedelta(days=30))
        await stock.harness.run_due()
        assert [one["answer"] for one in await stock.told("holder-answered")] == ["accepted"]

    async def test_silence_is_an_answer(self, stock, homes):
        await self.everybody_joins(stock)
        vacancy = await stock.release(homes[1])
        await stock.client.post(f"/v1/vacancies/{vacancy}/letter", headers=MINE)
        stock.harness.clock.advance(dt.timedelta(days=16))
        await stock.harness.run_due()
        assert [one["answer"] for one in await stock.told("holder-answered")] == ["silent"]
        late = await stock.client.put(
            f"/v1/vacancies/{vacancy}/letter/answer", json={"answer": "refused"}, headers=AS_PREFECT
        )
        assert late.status_code == 409


@pytest.mark.parametrize("seed", range(3))
async def test_every_right_lent_ends_or_shows_its_age(stock, seed):
    """Random moves in stock and in flow, for two months."""
    choice = random.Random(seed)
    await stock.agree(in_stock(), in_stock(CITY), terms("999100003"))
    await stock.join(landlord=LANDLORD)
    await stock.join(holder=PREFECT)
    homes = [await stock.home(f"75000600{n:02}", dwelling_type="T5" if n > 8 else "T3") for n in range(12)]
    await stock.reserve(PREFECT, *homes[:4])
    await stock.reserve(CITY, *homes[4:8])
    for step in range(16):
        home, left = choice.sample(homes, 2)
        reference = f"V-{step}"
        today = stock.harness.clock.now().date()
        await stock.say(available(today, dwelling_reference=home, vacancy_reference=reference))
        event = let(today, dwelling_reference=home, vacancy_reference=reference)
        kind = choice.choice(["transfer", "transfer", "first"])
        application = await stock.apply(kind=kind, reference=left)
        await stock.say(event.model_copy(update={"application_id": application}))
        stock.harness.clock.advance(dt.timedelta(days=4))
        await stock.harness.run_due()
    lines = await stock.ledger()
    assert lines
    for line in lines:
        assert (line["age_days"] is None) == (line["ending"] is not None)
        assert line["age_days"] is None or line["age_days"] >= 0
        assert line["lent_by"]
        if line["ending"]:
            given = await stock.turn(line["ended_by"])
            assert (given["gives_back"], given["agreement_id"]) == (line["right_id"], line["agreement_id"])
    given_back = [line["ended_by"] for line in lines if line["ended_by"]]
    assert len(set(given_back)) == len(given_back), "a home is given back once"
    in_flow = "SELECT count(*) FROM lent_right JOIN turn ON turn.vacancy_id = lent_by WHERE turn.mode = 'flow'"
    assert await stock.harness.scalar(in_flow) == 0
    counted = "SELECT count(*) FROM turn WHERE left_base = 'internal_transfer'"
    assert await stock.harness.scalar(counted) == await stock.harness.scalar("SELECT count(*) FROM deduction") > 0


async def test_an_erased_application_is_forgotten_here(stock):
    application = await stock.apply(reference="7500000002")
    await stock.apply(reference="7500123456", application_id=application, version=1)
    kept = "SELECT reference FROM household"
    assert await stock.harness.scalar(kept) == "7500000002", "the same version again changes nothing"
    async with stock.harness.work() as work:
        await store.forget_households(work.session, [application])
    assert await stock.harness.scalar(kept) is None


class TestReport:
    async def test_counts_what_was_proposed_and_let(self, stock):
        await stock.agree(terms(), terms(CITY))
        let_to_prefect = 0
        for n in range(10):
            home = await stock.home(f"75000300{n:02}", built_in=1930 + 20 * (n % 2), in_priority_district=n < 5)
            vacancy = await stock.release(home)
            if (await stock.turn(vacancy))["holder"] == PREFECT and let_to_prefect < 2:
                await stock.let(home, application_id=await stock.apply(kind="first"))
                let_to_prefect += 1
        url = f"/v1/landlords/{LANDLORD}/flow-report/2026"
        report = (await stock.client.get(url, headers=MINE)).json()
        assert report["due_on"] == "2027-02-28"
        totals = {total["holder"]: (total["proposed"], total["let"]) for total in report["totals"]}
        assert totals == {PREFECT: (3, 2), CITY: (2, 0), None: (5, 0)}
        assert sum(row["proposed"] for row in report["rows"]) == 10
        assert {row["construction"] for row in report["rows"]} == {"avant 1949", "1949-1974"}
        assert {row["commune_name"] for row in report["rows"]} == {"Paris 18e Arrondissement"}
        mine = (await stock.client.get(url, headers=AS_PREFECT)).json()
        assert {row["holder"] for row in mine["rows"]} == {PREFECT}
        assert (await stock.client.get(url, headers=THEIRS)).status_code == 404
        empty = (await stock.client.get(f"/v1/landlords/{LANDLORD}/flow-report/2025", headers=MINE)).json()
        assert (empty["rows"], empty["totals"]) == ([], [])

    async def test_as_a_spreadsheet(self, stock):
        await stock.agree(terms(holder_name="=Préfet; de Paris", share_percent=30))
        for n in range(4):
            await stock.release(await stock.home(f"75000300{n:02}"))
        answer = await stock.client.get(f"/v1/landlords/{LANDLORD}/flow-report/2026/csv", headers=MINE)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert lines[0].startswith("SIREN du réservataire;Réservataire;Typologie")
        assert lines[1] == (f'{PREFECT};"\'=Préfet; de Paris";T3;PLUS;;75118;Paris 18e Arrondissement;inconnue;1;0')
        assert answer.content.startswith(b"\xef\xbb\xbf")


class TestParticipation:
    @pytest.mark.parametrize(
        ("over", "field"),
        [
            ({}, "landlord"),
            ({"landlord": LANDLORD, "area": "99999"}, "area"),
            ({"landlord": LANDLORD, "valid_to": "2025-01-01"}, "valid_to"),
            ({"landlord": LANDLORD, "scheme": "lottery"}, "scheme"),
        ],
    )
    async def test_what_is_wrong_is_named(self, stock, over, field):
        body = {"scheme": "exchange", "area": "75", "valid_from": "2026-01-01", **over}
        answer = await stock.client.put(f"/v1/participations/{uuid4()}", json=body, headers=OPERATOR)
        assert [error["field"] for error in answer.json()["errors"]] == [field]

    async def test_is_recorded_changed_and_told(self, stock):
        url = f"/v1/participations/{UUID(int=7)}"
        body = {"scheme": "exchange", "landlord": LANDLORD, "area": "all", "valid_from": "2026-01-01"}
        assert (await stock.client.put(url, json=body, headers=AGENT)).status_code == 403
        assert (await stock.client.put(url, json=body, headers=OPERATOR)).status_code == 201
        assert (await stock.client.put(url, json=body, headers=OPERATOR)).headers["ETag"] == '"1"'
        ended = body | {"valid_to": "2027-01-01"}
        assert (await stock.client.put(url, json=ended, headers=OPERATOR)).status_code == 428
        answer = await stock.client.put(url, json=ended, headers={**OPERATOR, "If-Match": '"1"'})
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
        told = await stock.harness.outbox("inventory.participation.recorded.v1")
        assert [(one.payload["version"], one.payload["valid_to"]) for one in told] == [(1, None), (2, "2027-01-01")]
        listed = await stock.client.get("/v1/participations?scheme=exchange", headers=MINE)
        assert [one["participation_id"] for one in listed.json()] == [str(UUID(int=7))]
