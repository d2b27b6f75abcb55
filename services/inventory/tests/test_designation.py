"""The holder names candidates before the date; after it the home is the landlord's."""

import datetime as dt
from uuid import UUID

import pytest
from inventory_samples import LANDLORD, available, cancelled, notice
from rights_samples import AGENT, AS_CITY, AS_PREFECT, CITY, MINE, PREFECT, THEIRS, TODAY, in_stock, terms


@pytest.fixture
async def vacancy(stock):
    await stock.agree(in_stock())
    await stock.reserve(PREFECT, "7500123456")
    return await stock.release("7500123456")


async def test_the_holder_names_candidates_before_the_date(stock, vacancy):
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


async def test_after_the_date_the_home_is_the_landlords(stock, vacancy):
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
async def test_nothing_lapses_for_a_home_that_is_withdrawn(stock):
    await stock.say(cancelled(TODAY, vacancy_reference="V-7500123456"))
    stock.harness.clock.advance(dt.timedelta(days=30))
    await stock.harness.run_due()
    assert await stock.told("designation-lapsed") == []


async def test_a_delegated_turn_is_the_landlords_to_name_and_has_no_date(stock):
    await stock.agree(in_stock(CITY, designation="delegated"))
    await stock.reserve(CITY, "7500000002")
    vacancy = await stock.release("7500000002")
    assert (await stock.turn(vacancy))["until"] is None
    url, body = f"/v1/vacancies/{vacancy}/designation", {"applications": [str(UUID(int=1))]}
    assert (await stock.client.post(url, json=body, headers=AS_CITY)).status_code == 403
    assert (await stock.client.post(url, json=body, headers=MINE)).status_code == 200


async def test_a_reserved_home_says_whose_it_is_from_the_notice_on(stock):
    await stock.agree(in_stock(designation_days=10))
    await stock.reserve(PREFECT, "7500123456")
    await stock.say(notice(TODAY))
    (announced,) = await stock.harness.outbox("inventory.vacancy.announced.v1")
    told = announced.payload["designation"]
    assert (told["holder"], told["mode"], told["reservation"], told["until"]) == (PREFECT, "direct", "stock", None)
    assert await stock.harness.scalar("SELECT count(*) FROM turn") == 0, "its turn is given at the release"
    assert await stock.told("designation-due") == []
    await stock.say(available(TODAY))
    (released,) = await stock.harness.outbox("inventory.vacancy.released.v1")
    assert (released.payload["designation"]["holder"], released.payload["designation"]["until"]) == (
        PREFECT,
        "2026-12-02",
    )
    assert len(await stock.told("designation-due")) == 1


async def test_a_home_no_longer_reserved_at_its_release_is_nobodys(stock):
    await stock.agree(in_stock())
    await stock.reserve(PREFECT, "7500123456")
    await stock.say(notice(TODAY))
    await stock.reserve(PREFECT)
    await stock.say(available(TODAY))
    (released,) = await stock.harness.outbox("inventory.vacancy.released.v1")
    assert released.payload["designation"] is None


async def test_in_the_flow_a_notice_is_nobodys_turn(stock):
    await stock.agree(terms())
    vacancy = await stock.say(notice(TODAY))
    (announced,) = await stock.harness.outbox("inventory.vacancy.announced.v1")
    assert announced.payload["designation"] is None
    await stock.say(cancelled(TODAY))
    assert (await stock.client.get(f"/v1/vacancies/{vacancy}/turn", headers=MINE)).status_code == 404
    assert await stock.harness.scalar("SELECT count(*) FROM flow") == 0, "a notice taken back counts for nobody"


async def test_a_holder_lists_the_homes_that_wait_for_its_candidates(stock, vacancy):
    await stock.agree(in_stock(CITY, designation="delegated"))
    await stock.reserve(CITY, "7500000002")
    other = await stock.release("7500000002")

    async def waiting(who):
        return (await stock.client.get("/v1/turns", headers=who)).json()["homes"]

    (home,) = await waiting(AS_PREFECT)
    assert (home["vacancy_id"], home["until"], home["dwelling"]["commune"]) == (str(vacancy), "2026-12-02", "75118")
    assert (home["landlord"], home["available_on"]) == (LANDLORD, TODAY)
    assert [one["vacancy_id"] for one in await waiting(AS_CITY)] == [str(other)]
    assert [one["vacancy_id"] for one in await waiting(MINE)] == [str(vacancy), str(other)], "the first date first"
    assert await waiting(THEIRS) == []
    page = (await stock.client.get("/v1/turns?limit=1", headers=AGENT)).json()
    assert (len(page["homes"]), page["next_skip"]) == (1, 1)
    stock.harness.clock.advance(dt.timedelta(days=11))
    assert await waiting(AS_PREFECT) == [], "its date is over"
    await stock.say(cancelled(TODAY, dwelling_reference="7500000002", vacancy_reference="V-7500000002"))
    assert await waiting(AGENT) == []
