import datetime as dt

import pytest
from inventory_samples import LANDLORD, STRANGER, D, let, notice

from chassis.auth import Role
from chassis.testing import bearer
from contracts.landlord import NoticeCase, NoticeReceived
from contracts.topics import LANDLORD_VACANCY
from inventory import store
from inventory.api import router
from inventory.domain.parameters import NATIONAL, Dated, Parameters, completed, in_force, says_all

MINE, THEIRS, OPERATOR = bearer(Role.LANDLORD, LANDLORD), bearer(Role.LANDLORD, STRANGER), bearer(Role.OPERATOR)
LAW = Dated(
    scope=NATIONAL,
    valid_from=D(1989, 7, 8),
    parameters=Parameters(notice_months={"ordinary": 3, "reduced": 1}, works_days=0, hard_to_let_days=90),
)
OWN = Dated(
    scope=LANDLORD, valid_from=D(2026, 9, 1), parameters=Parameters(notice_months={"ordinary": 2}, works_days=21)
)


def brief(**said):
    return NoticeReceived(dwelling_reference="7500123456", vacancy_reference="V", received_on=D(2026, 9, 5), **said)


@pytest.mark.parametrize(
    ("landlord", "on", "months", "works_days"),
    [
        (LANDLORD, D(2026, 8, 31), 3, 0),
        (LANDLORD, D(2026, 9, 1), 2, 21),
        (STRANGER, D(2026, 9, 1), 3, 0),
    ],
)
def test_what_holds_is_the_landlords_from_its_day_and_the_laws_besides(landlord, on, months, works_days):
    found = in_force([OWN, LAW], landlord, on)
    assert (found.notice_months[NoticeCase.ORDINARY], found.works_days) == (months, works_days)
    assert (found.notice_months[NoticeCase.REDUCED], found.hard_to_let_days) == (1, 90)


@pytest.mark.parametrize(
    ("said", "months", "works_days"),
    [
        ({}, 1, 21),
        ({"case": "ordinary"}, 2, 21),
        ({"case": "reduced"}, 1, 21),
        ({"case": "ordinary", "notice_months": 3}, 3, 21),
        ({"case": "ordinary", "works_days": 0}, 2, 0),
        ({"case": "same_landlord"}, 1, 21),
    ],
)
def test_a_notice_says_itself_or_leaves_it_to_the_parameters(said, months, works_days):
    after = completed(brief(**said), in_force([OWN, LAW], LANDLORD, D(2026, 9, 5)))
    assert (after.notice_months, after.works_days) == (months, works_days)


def test_a_notice_that_says_all_needs_no_parameters():
    assert says_all(brief(notice_months=1, works_days=0))
    assert not says_all(brief(notice_months=1))


async def test_the_notice_of_a_case_ends_by_the_landlords_parameters(harness):
    async with harness.http(router) as client:
        url = f"/v1/landlords/{LANDLORD}/parameters/2026-09-01"
        body = {"notice_months": {"other_social_landlord": 2}, "works_days": 10}
        assert (await client.put(url, json=body, headers=THEIRS)).status_code == 403
        answer = await client.put(url, json=body, headers=MINE)
        assert answer.status_code == 200
        assert answer.json()["in_force"]["notice_months"] == {
            "ordinary": 3,
            "reduced": 1,
            "same_landlord": 1,
            "other_social_landlord": 2,
        }
        wrong = await client.put(url, json={"notice_months": {"ordinary": 4}}, headers=MINE)
        assert wrong.json()["errors"][0]["field"] == "notice_months.ordinary"
        before = await client.get(f"/v1/landlords/{LANDLORD}/parameters?on=2026-08-31", headers=MINE)
        assert before.json()["in_force"]["works_days"] == 0
        headers = {"ce-id": "1", "ce-source": "//erp", "ce-type": notice().TYPE, "ce-time": "2026-09-06T08:00:00Z"}
        content = b'{"dwelling_reference": "7500123456", "vacancy_reference": "V-2026-17", "received_on": "2026-09-05"'
        content += b', "case": "other_social_landlord"}'
        headers |= {**MINE, "content-type": "application/json"}
        sent = await client.post("/v1/vacancy-events", content=content, headers=headers)
        assert sent.json()["outcome"] == "accepted"
        again = await client.post("/v1/vacancy-events", content=content, headers=headers)
        assert again.json()["outcome"] == "duplicate"
    (announced,) = await harness.outbox("inventory.vacancy.announced.v1")
    assert announced.payload["expected_on"] == "2026-11-15"


async def test_the_law_is_a_row_with_a_date(harness):
    async with harness.work() as work:
        assert (await store.parameters_in_force(work.session, LANDLORD, D(2026, 1, 1))).hard_to_let_refusals == 3
    async with harness.http(router) as client:
        body = {"hard_to_let_days": 60}
        answer = await client.put("/v1/parameters/2027-01-01", json=body, headers=MINE)
        assert answer.status_code == 403
        assert (await client.put("/v1/parameters/2027-01-01", json=body, headers=OPERATOR)).status_code == 200


async def test_an_event_that_is_no_notice_reads_no_parameters(harness, monkeypatch):
    monkeypatch.delattr(store, "parameters_in_force")
    await harness.handle(notice(), let(), topic=LANDLORD_VACANCY.of(LANDLORD))
    assert await harness.scalar("SELECT state FROM vacancy") == "let"
    assert harness.clock.now() > dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
