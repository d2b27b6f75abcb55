import datetime as dt

import pytest
from inventory_samples import LANDLORD, STRANGER, D, allocated, available, cancelled, declined

from chassis.auth import Role
from chassis.testing import bearer, edge_harness
from contracts.topics import LANDLORD_VACANCY
from inventory.api import router
from inventory.domain.hard_to_let import is_hard_to_let, next_look
from inventory.domain.parameters import Parameters
from inventory.domain.standing import Standing, VacancyState
from inventory.domain.vacancy import vacancy_id
from inventory.handlers import handlers
from inventory.jobs import jobs

TOPIC = LANDLORD_VACANCY.of(LANDLORD)
VACANCY = str(vacancy_id(LANDLORD, "V-2026-17"))
MINE, THEIRS, AGENT = bearer(Role.LANDLORD, LANDLORD), bearer(Role.LANDLORD, STRANGER), bearer(Role.AGENT)
TERMS = Parameters(hard_to_let_days=90, hard_to_let_refusals=3)
SINCE = D(2026, 8, 1)


def standing(**over):
    return Standing(**{"state": VacancyState.AVAILABLE, "ready_on": SINCE, **over})


@pytest.mark.parametrize(
    ("home", "on", "hard"),
    [
        (standing(), SINCE + dt.timedelta(days=90), False),
        (standing(), SINCE + dt.timedelta(days=91), True),
        (standing(offers_refused=2), SINCE, False),
        (standing(offers_refused=3), SINCE, True),
        (standing(offers_refused=3, allocated_on=SINCE), SINCE, False),
        (standing(state=VacancyState.ANNOUNCED, offers_refused=3), SINCE, False),
        (Standing(state=VacancyState.LET, offers_refused=3), SINCE, False),
    ],
)
def test_over_ninety_days_or_three_refusals(home, on, hard):
    assert is_hard_to_let(home, on, TERMS) is hard


def test_it_is_looked_at_again_on_the_first_day_over():
    assert next_look(standing(), TERMS) == SINCE + dt.timedelta(days=91)
    assert next_look(standing(allocated_on=SINCE), TERMS) is None
    assert is_hard_to_let(standing(), SINCE + dt.timedelta(days=91), TERMS)


async def run_days(harness, days):
    for _ in range(days):
        harness.clock.advance(dt.timedelta(days=1))
        await harness.run_due()


@pytest.fixture
async def clocked(harness, database):
    """The harness with the clock's jobs."""
    async with edge_harness(database, "inventory", handlers, jobs) as clocked:
        yield clocked


async def test_a_home_vacant_too_long_enters_the_queue_once(clocked):
    await clocked.handle(available("2026-11-22"), topic=TOPIC)
    await run_days(clocked, 90)
    assert await clocked.outbox("inventory.vacancy.hard-to-let.v1") == []
    await run_days(clocked, 30)
    (hard,) = await clocked.outbox("inventory.vacancy.hard-to-let.v1")
    assert (hard.payload["days_vacant"], hard.payload["offers_refused"], hard.payload["version"]) == (91, 0, 2)
    assert hard.payload["cause"] == "not_found_yet"
    assert await clocked.scalar("SELECT count(*) FROM due_work") == 0
    await clocked.handle(cancelled("2026-11-23"), topic=TOPIC)
    assert (await clocked.outbox("inventory.vacancy.withdrawn.v1"))[0].payload["version"] == 3


async def test_a_home_that_stood_empty_before_anybody_told_it_enters_at_once(clocked):
    await clocked.handle(available("2026-08-01"), topic=TOPIC)
    await clocked.run_due()
    (hard,) = await clocked.outbox("inventory.vacancy.hard-to-let.v1")
    assert hard.payload["days_vacant"] > 90


async def test_a_home_refused_three_times_enters_at_once(clocked):
    await clocked.handle(available("2026-11-22"), topic=TOPIC)
    for _ in range(3):
        assert await clocked.outbox("inventory.vacancy.hard-to-let.v1") == []
        await clocked.handle(declined("2026-11-22"), topic=TOPIC)
        await clocked.run_due()
    (hard,) = await clocked.outbox("inventory.vacancy.hard-to-let.v1")
    assert (hard.payload["days_vacant"], hard.payload["offers_refused"]) == (0, 3)


async def test_the_queue_is_listed_by_days_vacant_and_worked(clocked):
    for reference, since in (("V-2026-17", "2026-11-01"), ("V-2", "2026-10-01")):
        await clocked.handle(available(since, vacancy_reference=reference), topic=TOPIC)
        for _ in range(3):
            await clocked.handle(declined("2026-11-22", vacancy_reference=reference), topic=TOPIC)
    await clocked.run_due()
    async with clocked.http(router) as client:
        page = (await client.get("/v1/hard-to-let", headers=AGENT)).json()
        assert [home["days_vacant"] for home in page["homes"]] == [52, 21]
        assert (await client.get("/v1/hard-to-let", headers=THEIRS)).json()["homes"] == []
        first = (await client.get("/v1/hard-to-let?limit=1", headers=MINE)).json()
        assert (len(first["homes"]), first["next_skip"]) == (1, 1)
        body = {"cause": "rent", "next_action": "Baisser le loyer de relocation", "owner": "Agence Nord"}
        url = f"/v1/hard-to-let/{VACANCY}"
        assert (await client.put(url, json=body, headers={**THEIRS, "If-Match": '"1"'})).status_code == 404
        assert (await client.put(url, json=body, headers=AGENT)).status_code == 428
        written = await client.put(url, json=body, headers={**AGENT, "If-Match": '"1"'})
        assert (written.status_code, written.json()["owner"], written.headers["ETag"]) == (200, "Agence Nord", '"2"')
        assert (await client.put(url, json=body, headers={**AGENT, "If-Match": '"1"'})).status_code == 412
        wrong = await client.put(url, json={"cause": "ghosts"}, headers={**AGENT, "If-Match": '"2"'})
        assert wrong.json()["errors"][0]["field"] == "cause"
        await clocked.handle(allocated("2026-11-22"), topic=TOPIC)
        left = (await client.get("/v1/hard-to-let", headers=AGENT)).json()["homes"]
        assert [home["vacancy_reference"] for home in left] == ["V-2"]
        vacancy = (await client.get(f"/v1/vacancies/{VACANCY}", headers=MINE)).json()
        assert (vacancy["stage"], vacancy["offers_refused"]) == ("allocated", 3)
