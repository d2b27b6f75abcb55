"""Whose turn each release is, and what leaves the base."""

import asyncio
import datetime as dt
from fractions import Fraction
from uuid import UUID

import pytest
from inventory_samples import LANDLORD, STRANGER, available, notice
from rights_samples import (
    CITY,
    MINE,
    PREFECT,
    THEIRS,
    TODAY,
    terms,
)

from contracts.event import Envelope
from contracts.topics import LANDLORD_VACANCY


async def test_a_release_is_somebodys_turn_and_says_so(stock):
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


async def test_without_an_agreement_there_is_no_turn(stock):
    vacancy = await stock.release("7500123456")
    assert (await stock.client.get(f"/v1/vacancies/{vacancy}/turn", headers=MINE)).status_code == 404
    (released,) = await stock.harness.outbox("inventory.vacancy.released.v1")
    assert released.payload["designation"] is None


async def test_a_home_released_again_keeps_its_turn(stock):
    await stock.agree(terms(share_percent=30))
    for day in (TODAY, "2026-12-01", "2026-12-15"):
        await stock.say(available(day, base_rent_cents=40_000 + len(day) + int(day[-2:])))
    assert await stock.harness.scalar("SELECT count(*) FROM turn") == 1
    assert (await stock.harness.scalar("SELECT (tally->'turns'->>'own')::int FROM flow")) == 1


@pytest.mark.parametrize("n", [12])
async def test_releases_at_once_keep_the_shares(stock, n):
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


async def test_a_transfer_inside_the_stock_leaves_the_base_and_writes_no_line(stock):
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


async def test_an_entrant_counts(stock):
    await stock.agree(terms())
    home = await stock.home("7500030000")
    vacancy = await stock.release(home)
    await stock.let(home, application_id=await stock.apply(kind="first"))
    assert (await stock.turn(vacancy))["left_base"] is None
    assert await stock.ledger() == []


@pytest.mark.parametrize(
    ("rule", "deducted", "lines"), [("counts", None, 0), ("deducts", "inter_landlord", 0), ("lends", None, 1)]
)
async def test_a_tenant_of_another_landlord_by_agreement(stock, rule, deducted, lines):
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


async def test_a_home_taken_out_of_the_base_before_is_nobodys_turn(stock):
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


async def test_a_new_year_counts_anew(stock):
    await stock.agree(terms())
    await stock.release(await stock.home("7500030000"))
    stock.harness.clock.advance(dt.timedelta(days=60))
    await stock.release(await stock.home("7500030001"))
    assert await stock.harness.scalar("SELECT year FROM flow") == 2027
    flow = (await stock.client.get(f"/v1/landlords/{LANDLORD}/flows/75", headers=MINE)).json()
    assert flow["homes"] == 1
