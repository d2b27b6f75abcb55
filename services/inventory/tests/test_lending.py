"""Homes lent and given back. Home A is the city's, home B the préfet's: a household moves from A to B."""

import datetime as dt
import random
from uuid import uuid4

import pytest
from inventory_samples import LANDLORD, available, cancelled, let, notice
from rights_samples import AGENT, AS_CITY, AS_PREFECT, CITY, MINE, PREFECT, TODAY, in_stock, terms

from inventory import store


async def move(stock, homes):
    vacancy = await stock.release(homes[1])
    await stock.let(homes[1], application_id=await stock.apply(reference=homes[0]))
    return vacancy


async def test_a_home_used_is_lent_and_the_one_left_is_given_back(stock, homes):
    await stock.everybody_joins()
    lent_by = await move(stock, homes)
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


async def test_without_the_protocole_the_landlords_next_home_is_given_back(stock, homes):
    await move(stock, homes)
    (line,) = await stock.ledger()
    assert line["left"] is None
    city = await stock.release(homes[0])
    assert (await stock.turn(city))["holder"] == CITY, "the home left stays the city's"
    larger = await stock.release(await stock.home("7500000CCC", dwelling_type="T5"))
    assert (await stock.client.get(f"/v1/vacancies/{larger}/turn", headers=MINE)).status_code == 404
    same = await stock.release(await stock.home("7500000DDD"))
    assert (await stock.turn(same))["holder"] == PREFECT
    assert (await stock.ledger())[0]["ended_by"] == str(same)


async def test_a_household_that_the_holder_named_borrows_nothing(stock, homes):
    application = await stock.apply(reference=homes[0])
    vacancy = await stock.release(homes[1])
    url = f"/v1/vacancies/{vacancy}/designation"
    await stock.client.post(url, json={"applications": [str(application)]}, headers=AS_PREFECT)
    await stock.let(homes[1], application_id=application)
    assert await stock.ledger() == []


async def test_between_two_homes_of_one_holder_nothing_is_lent(stock, homes):
    other = await stock.home("7500000EEE")
    await stock.reserve(PREFECT, homes[1], other)
    await stock.release(homes[1])
    await stock.let(homes[1], application_id=await stock.apply(reference=other))
    assert await stock.ledger() == []


async def test_the_application_may_be_told_after_the_lease(stock, homes):
    await stock.everybody_joins()
    application = uuid4()
    await stock.release(homes[1])
    await stock.let(homes[1], application_id=application)
    assert await stock.ledger() == []
    await stock.apply(reference=homes[0], application_id=application)
    stock.harness.clock.advance(dt.timedelta(minutes=1))
    await stock.harness.run_due()
    assert [line["left"] for line in await stock.ledger()] == [homes[0]]


async def test_a_home_given_back_and_withdrawn_is_owed_again(stock, homes):
    await stock.everybody_joins()
    await move(stock, homes)
    given = await stock.release(homes[0])
    await stock.say(cancelled(TODAY, dwelling_reference=homes[0], vacancy_reference=f"V-{homes[0]}"))
    await stock.harness.run_due()
    first, again = sorted(await stock.ledger(), key=lambda line: line["ending"] is None)
    assert (first["ending"], again["ending"], again["left"]) == ("restituted", None, None)
    assert (again["lent_by"], again["holder"], again["age_days"]) == (str(given), PREFECT, 0)


async def test_a_home_let_without_a_release_is_lent_too(stock, homes):
    await stock.say(notice(dwelling_reference=homes[1], vacancy_reference=f"V-{homes[1]}"))
    await stock.let(homes[1], application_id=await stock.apply(reference=homes[0]))
    assert [line["holder"] for line in await stock.ledger()] == [PREFECT]
    assert await stock.told("designation-due") == []


async def test_the_holder_may_waive(stock, homes):
    await move(stock, homes)
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
