"""Like homes released together share their calls: one call a household, places that add up, a yes for all of them."""

import asyncio
import datetime as dt
import itertools

import matching_samples as samples
import pytest
from matching_samples import announced, fitting, recorded, wishes
from sqlalchemy import text

from chassis.testing import EdgeHarness
from contracts.inventory import VacancyLet, VacancyWithdrawn
from contracts.landlord import WithdrawalReason
from contracts.matching import Answer, CallIssued, CallLapsed, CallWithdrawn
from matching.acts import calling
from matching.domain.pool import street_name
from matching.handlers import handlers
from matching.jobs import jobs
from policy.model import Pool

PLACES = 4
_HOUSES = itertools.count(1)


@pytest.fixture(autouse=True)
def policy(monkeypatch):
    samples.calls_as(monkeypatch, calls_at_once=PLACES, pool=Pool(area_percent=5, rent_percent=5, days=30))


def like(**changes):
    """Homes of one new building, one number further each."""
    return announced(**({"street": f"{next(_HOUSES)} bis, rue des Poissonniers"} | changes))


async def calls(harness, **where):
    query = "SELECT * FROM call ORDER BY rank"
    async with harness.database.session() as session:
        rows = (await session.execute(text(query))).mappings().all()
    return [row for row in rows if all(row[name] == value for name, value in where.items())]


async def come_free(harness, *homes):
    for home in homes:
        await harness.handle(home)
        await harness.run_due()


async def reply(harness, call, given):
    async with harness.work() as work:
        await calling.give_answer(call["id"], given, reason=None, on_behalf_by=None, work=work)
    await harness.run_due()


async def consistent(harness):
    """The counters on the homes are what the calls say, and nobody is called twice in a pool."""
    rows = await calls(harness)
    assert len({(row["pool_id"], row["application_id"]) for row in rows}) == len(rows)
    standing = await harness.scalar("SELECT sum(standing) FROM vacancy")
    assert standing == sum(row["status"] in ("open", "interested") for row in rows)


async def test_a_household_is_called_once_for_like_homes_and_the_places_add_up(harness):
    await harness.handle(*fitting(20))
    homes = [like() for _ in range(3)]
    await harness.handle(*homes)
    await harness.run_due()
    issued = [CallIssued.model_validate(one.payload) for one in await harness.outbox(CallIssued.TYPE)]
    assert len(issued) == len({event.application_id for event in issued}) == 3 * PLACES
    assert {event.like_homes for event in issued} == {3}
    assert sorted(event.rank for event in issued) == list(range(1, 3 * PLACES + 1))
    assert [
        await harness.scalar("SELECT standing FROM vacancy WHERE id = :id", id=one.vacancy_id) for one in homes
    ] == ([PLACES] * 3)
    await consistent(harness)


async def test_a_no_calls_the_next_who_was_asked_for_none_of_them(harness):
    everyone = fitting(10)
    await harness.handle(*everyone)
    await come_free(harness, like(), like())
    first = (await calls(harness))[0]
    await reply(harness, first, Answer.NOT_INTERESTED)
    last = (await calls(harness))[-1]
    assert (last["vacancy_id"], last["rank"]) == (first["vacancy_id"], 2 * PLACES + 1)
    assert last["application_id"] == everyone[-9].application_id
    await consistent(harness)


@pytest.mark.parametrize(
    "changes",
    [
        {"street": "1 rue Marcadet"},
        {"dwelling_type": "T3"},
        {"financing": "PLS"},
        {"base_rent_cents": 60_000},
        {"living_area_m2": 60.0},
        {"commune": "75119"},
    ],
)
async def test_homes_that_are_not_alike_are_called_for_each_by_itself(harness, changes):
    await harness.handle(*fitting(3, wishes=wishes(places=({"commune": "75056"},))))
    await come_free(harness, like(), like(**changes))
    assert len(await calls(harness)) == 6
    assert {one.payload["like_homes"] for one in await harness.outbox(CallIssued.TYPE)} == {1}


async def test_homes_that_come_free_far_apart_are_no_pool(harness):
    await harness.handle(*fitting(3))
    later = like().model_copy(update={"expected_on": dt.date(2027, 3, 15)})
    await come_free(harness, like(), later)
    assert len(await calls(harness)) == 6


async def test_once_one_is_let_its_calls_go_on_for_the_other_and_end_with_the_last(harness):
    """A yes counts for all; who fits only the home that is gone is told; silence runs on its own date."""
    dear, cheap = like(base_rent_cents=46_000), like()
    only_cheap = recorded(registered_on=dt.date(2010, 1, 1), wishes=wishes(max_rent_cents=51_500))
    await harness.handle(*fitting(6), only_cheap)
    await come_free(harness, cheap, dear)
    (missing,) = await calls(harness, application_id=only_cheap.application_id)
    first, yes, *_ = await calls(harness, vacancy_id=cheap.vacancy_id)
    assert missing == first
    await reply(harness, yes, Answer.INTERESTED)
    before = {row["id"]: row["status"] for row in await calls(harness)}
    await harness.handle(VacancyLet(vacancy_id=cheap.vacancy_id, version=2, lease_signed_on=samples.ON))
    await harness.run_due()
    told = [CallWithdrawn.model_validate(one.payload) for one in await harness.outbox(CallWithdrawn.TYPE)]
    assert [(one.call_id, one.reason) for one in told] == [(missing["id"], "vacancy_let")]
    after = await calls(harness)
    assert {row["id"]: row["status"] for row in after} == before | {missing["id"]: "withdrawn"}
    assert {row["vacancy_id"] for row in after if row["status"] != "withdrawn"} == {dear.vacancy_id}
    await consistent(harness)
    (kept,) = await calls(harness, id=yes["id"])
    assert (kept["status"], kept["version"]) == ("interested", 2)
    harness.clock.advance(dt.timedelta(days=3))
    await harness.run_due()
    assert len(await harness.outbox(CallLapsed.TYPE)) == len(after) - 2
    await harness.handle(VacancyWithdrawn(vacancy_id=dear.vacancy_id, version=2, reason=WithdrawalReason.SOLD))
    await harness.run_due()
    (gone,) = await calls(harness, id=yes["id"])
    assert (gone["status"], gone["withdrawn_because"]) == ("withdrawn", "vacancy_withdrawn")
    await consistent(harness)


async def test_an_answer_finds_the_home_that_its_call_went_over_to(harness):
    await harness.handle(*fitting(2))
    first, second = like(), like()
    await come_free(harness, first, second)
    call, _ = await calls(harness)
    await harness.handle(VacancyLet(vacancy_id=first.vacancy_id, version=2, lease_signed_on=samples.ON))
    await harness.run_due()
    await reply(harness, call, Answer.NOT_INTERESTED)
    (declined,) = await calls(harness, id=call["id"])
    assert (declined["status"], declined["vacancy_id"]) == ("not_interested", second.vacancy_id)
    await consistent(harness)


async def test_without_pools_in_the_policy_like_homes_are_called_for_each_by_itself(harness, monkeypatch):
    samples.calls_as(monkeypatch, calls_at_once=PLACES, pool=None)
    await harness.handle(*fitting(3))
    await come_free(harness, like(), like())
    assert len(await calls(harness)) == 6
    assert await harness.scalar("SELECT count(pool_id) FROM vacancy") == 0


async def test_like_homes_released_at_once_on_two_replicas_are_one_pool(harness):
    everyone = fitting(30)
    await harness.handle(*everyone)
    await harness.run_due()
    url = harness.database.engine.url.render_as_string(hide_password=False)
    twin = EdgeHarness(url, service="matching", handlers=handlers, jobs=jobs)
    homes = [like() for _ in range(6)]
    try:
        half = len(homes) // 2
        await asyncio.gather(harness.handle(*homes[:half]), twin.handle(*homes[half:]))
        await asyncio.gather(*(one.run_due() for one in (harness, twin) * 4))
    finally:
        await twin.close()
    rows = await calls(harness)
    assert len({row["pool_id"] for row in rows}) == 1
    assert len(rows) == len({row["application_id"] for row in rows}) == 6 * PLACES
    assert sorted(row["rank"] for row in rows) == list(range(1, 6 * PLACES + 1))
    best = sorted(everyone, key=lambda one: one.registered_on)[: 6 * PLACES]
    assert {row["application_id"] for row in rows} == {one.application_id for one in best}
    assert await harness.scalar("SELECT count(*) FROM due_work WHERE attempts > 0") == 0
    assert await harness.scalar("SELECT count(*) FROM dead_letter") == 0
    await consistent(harness)


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("3 rue Riquet", "rue riquet"),
        ("3 bis, rue Riquet", "rue riquet"),
        ("12-14 avenue d'Italie", "avenue d'italie"),
        ("12/14 B avenue d'Italie", "avenue d'italie"),
        ("3 avenue Bolivar", "avenue bolivar"),
        ("rue du 8 Mai 1945", "rue du 8 mai 1945"),
        ("Résidence  Les Lilas", "résidence les lilas"),
        ("17", "17"),
    ],
)
def test_a_street_is_the_same_at_every_number(address, street):
    assert street_name(address) == street
