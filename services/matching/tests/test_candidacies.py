"""A household's file for a home: opened, completed, out of date again, closed."""

import asyncio
import datetime as dt

import pytest
from committee_samples import AGENT, TODAY, brought, candidacy_id, complete, fields_of, home_with, interested
from matching_samples import fitting, household, recorded, wishes
from pydantic import SecretStr

from chassis.auth import Role
from chassis.links import Links
from chassis.testing import bearer
from contracts.allocation import CandidacyEnd, CandidacyOrigin
from contracts.demand import ApplicationStatus
from contracts.household import Priority
from contracts.inventory import VacancyLet, VacancyWithdrawn
from contracts.values import ApplicationKind
from matching.api import router


@pytest.fixture
async def client(harness):
    async with harness.http(router, links=Links(SecretStr("a secret of more than thirty-two bytes"))) as client:
        yield client


async def told(harness, step):
    return [one.payload for one in await harness.outbox(f"matching.candidacy.{step}.v1")]


async def answer(client, call, said):
    return await client.post(f"/v1/calls/{call.call_id}/answer", json={"answer": said}, headers=AGENT)


async def test_interest_opens_the_file_once_and_keeps_the_call(harness, client):
    (one,) = fitting(1)
    _vacancy, calls = await home_with(harness, one)
    call = calls[one.application_id]
    for _ in range(2):
        assert (await answer(client, call, "interested")).status_code == 200
    (opened,) = await told(harness, "opened")
    assert (opened["origin"], opened["call_id"], opened["version"]) == ("call", str(call.call_id), 1)
    assert opened["score"] == call.score
    seen = (await client.get(f"/v1/candidacies/{opened['candidacy_id']}", headers=AGENT)).json()
    assert (seen["status"], seen["explanation"]["score"]) == ("open", call.score)
    assert {line["requirement"] for line in seen["checklist"] if line["person"] == 2} == {
        "identity",
        "right_of_stay",
        "tax_income",
        "recent_income",
    }
    assert (await client.get(f"/v1/calls/{call.call_id}", headers=AGENT)).json()["status"] == "interested"


async def test_a_no_closes_the_file_and_the_next_is_called(harness, client):
    everyone = fitting(22)
    _vacancy, calls = await home_with(harness, *everyone)
    best = calls[everyone[-1].application_id]
    await answer(client, best, "interested")
    await answer(client, best, "not_interested")
    (closed,) = await told(harness, "closed")
    assert (closed["because"], closed["version"]) == ("household_withdrew", 2)
    await harness.run_due()
    assert len(await harness.outbox("matching.call.issued.v1")) == 21


async def test_withdrawing_a_file_frees_its_calls_place(harness, client):
    everyone = fitting(21)
    _vacancy, calls = await home_with(harness, *everyone)
    candidacy = await interested(harness, calls[everyone[-1].application_id])
    response = await client.post(f"/v1/candidacies/{candidacy}/withdraw", headers=AGENT)
    assert (response.status_code, response.json()["status"]) == (200, "closed")
    assert [one["because"] for one in await told(harness, "closed")] == ["household_withdrew"]
    await harness.run_due()
    assert len(await harness.outbox("matching.call.issued.v1")) == 21
    again = await client.post(f"/v1/candidacies/{candidacy}/withdraw", headers=AGENT)
    assert again.status_code == 409


async def test_an_agent_brings_a_household_that_the_policy_leaves_out_with_a_reason(harness, client):
    outside = recorded(
        household=household(persons_for_occupancy=1, persons_for_ceiling=1), wishes=wishes(max_rent_cents=40_000)
    )
    vacancy, calls = await home_with(harness, outside)
    assert not calls
    without = await brought(client, vacancy, outside, reason="")
    assert list(fields_of(without)) == ["reason"]
    by_call = await brought(client, vacancy, outside, origin=CandidacyOrigin.CALL)
    assert list(fields_of(by_call)) == ["origin"]
    response = await brought(client, vacancy, outside, origin=CandidacyOrigin.HOLDER)
    assert response.status_code == 201
    again = await brought(client, vacancy, outside)
    assert (again.status_code, again.json()["id"]) == (200, response.json()["id"])
    seen = (await client.get(response.headers["Location"], headers=AGENT)).json()
    assert (seen["origin"], seen["opened_by"], seen["opened_because"]) == (
        "holder",
        "agent Martin",
        "Relogement demandé.",
    )
    verdicts = {one["rule"]: one["verdict"] for one in seen["explanation"]["findings"]}
    assert verdicts["max_rent"] == "not_wished"
    (opened,) = await told(harness, "opened")
    assert "Relogement" not in str(opened)


async def test_a_home_that_would_be_unlawful_is_refused_with_its_sentence(harness, client):
    rich = recorded(household=household(reference_tax_income_euros=150_000))
    vacancy, _ = await home_with(harness, rich)
    response = await client.post(
        f"/v1/vacancies/{vacancy.vacancy_id}/candidacies",
        json={"application_id": str(rich.application_id), "origin": "landlord", "reason": "Le bailleur insiste."},
        headers=AGENT | {"Accept-Language": "fr"},
    )
    assert response.status_code == 409
    assert response.json()["detail"].startswith("Les ressources dépassent le plafond de ")
    assert await told(harness, "opened") == []


async def test_a_closed_application_and_a_home_that_is_gone_take_no_file(harness, client):
    closed = recorded(status=ApplicationStatus.CLOSED)
    other = recorded(wishes=wishes(max_rent_cents=40_000))
    vacancy, _ = await home_with(harness, closed, other)
    assert "not active" in (await brought(client, vacancy, closed)).json()["detail"]
    await harness.handle(VacancyWithdrawn(vacancy_id=vacancy.vacancy_id, version=2, reason="works"))
    assert "not announced or released" in (await brought(client, vacancy, other)).json()["detail"]


async def test_the_last_piece_completes_the_file_and_its_end_reopens_it(harness, client):
    (one,) = fitting(1)
    _vacancy, calls = await home_with(harness, one)
    candidacy = await interested(harness, calls[one.application_id])
    await complete(harness, candidacy)
    (completed,) = await told(harness, "completed")
    assert completed["version"] == 2
    harness.clock.advance(dt.timedelta(days=90))  # payslips of 22 November count until 22 February
    await harness.run_due()
    assert await told(harness, "reopened") == []
    harness.clock.advance(dt.timedelta(days=3))
    await harness.run_due()
    (reopened,) = await told(harness, "reopened")
    assert reopened["version"] == 3
    seen = (await client.get(f"/v1/candidacies/{candidacy}", headers=AGENT)).json()
    assert (seen["status"], seen["missing"]) == ("open", ["resources"])


async def test_the_last_day_of_a_piece_ends_at_midnight_in_paris(harness):
    (one,) = fitting(1)
    _vacancy, calls = await home_with(harness, one)
    candidacy = await interested(harness, calls[one.application_id])
    await complete(harness, candidacy)
    harness.clock.advance(dt.datetime(2027, 2, 22, 22, 59, 59, tzinfo=dt.UTC) - harness.clock.now())
    await harness.run_due()
    assert await told(harness, "reopened") == []
    harness.clock.advance(dt.timedelta(seconds=1))
    await harness.run_due()
    assert len(await told(harness, "reopened")) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"requirement": "weather"}, "requirement"),
        ({"person": 0}, "requirement"),
        ({"kind": "payslips"}, "kind"),
        ({"issued_on": "2026-11-23"}, "issued_on"),
        ({"valid_until": "2026-11-21"}, "valid_until"),
    ],
)
async def test_a_piece_that_proves_nothing_names_its_field(harness, client, change, field):
    (one,) = fitting(1)
    _vacancy, calls = await home_with(harness, one)
    candidacy = await interested(harness, calls[one.application_id])
    piece = {"requirement": "identity", "person": 1, "kind": "identity_document", "issued_on": "2020-01-02"}
    response = await client.post(f"/v1/candidacies/{candidacy}/pieces", json=piece | change, headers=AGENT)
    assert list(fields_of(response)) == [field]
    kept = await client.post(f"/v1/candidacies/{candidacy}/pieces", json=piece, headers=AGENT)
    assert kept.json()["missing"].count("identity") == 1  # the co-applicant's


async def test_new_facts_of_the_household_ask_for_another_piece(harness, client):
    (one,) = fitting(1)
    _vacancy, calls = await home_with(harness, one)
    candidacy = await interested(harness, calls[one.application_id])
    await complete(harness, candidacy)
    disabled = one.household.model_copy(update={"disabled_persons": 1, "priorities": (Priority.DALO,)})
    await harness.handle(one.model_copy(update={"version": 2, "household": disabled}))
    await harness.run_due()
    seen = (await client.get(f"/v1/candidacies/{candidacy}", headers=AGENT)).json()
    assert (seen["status"], seen["missing"]) == ("open", ["disability", "designation"])


@pytest.mark.parametrize(
    ("application", "asked"),
    [
        ({"kind": ApplicationKind.TRANSFER}, {"current_lease"}),
        ({"kind": ApplicationKind.SPLIT}, {"hosted"}),
        ({"kind": ApplicationKind.FIRST}, {"current_home"}),
        ({"household": household(housing_aid_cents=20_000)}, {"current_lease", "housing_aid"}),
        ({"household": household(persons_for_type=3)}, {"current_lease", "household_to_come"}),
        ({"household": household(priorities=(Priority.VIOLENCE,))}, {"current_lease", "priority"}),
    ],
)
def test_a_situation_asks_for_its_pieces(application, asked):
    from matching.domain.application import Application
    from matching.domain.checklist import needed

    found = {
        one.item.requirement
        for one in needed(Application.recorded(recorded(**application)), CandidacyOrigin.CALL, TODAY)
    }
    everybodys = {"identity", "right_of_stay", "tax_income", "recent_income", "resources", "family_situation"}
    assert found == everybodys | asked


async def test_files_end_with_the_home_and_with_the_application(harness):
    everyone = fitting(4)
    vacancy, calls = await home_with(harness, *everyone)
    ids = [await interested(harness, calls[one.application_id]) for one in everyone[:3]]
    gone = everyone[0].model_copy(update={"version": 2, "status": ApplicationStatus.CLOSED})
    await harness.handle(gone)
    await harness.run_due()
    let = VacancyLet(
        vacancy_id=vacancy.vacancy_id,
        version=2,
        lease_signed_on=dt.date(2026, 12, 1),
        application_id=everyone[1].application_id,
    )
    await harness.handle(let)
    ends = {one["candidacy_id"]: one["because"] for one in await told(harness, "closed")}
    assert ends == dict(
        zip(
            map(str, ids), (CandidacyEnd.APPLICATION_CLOSED, CandidacyEnd.HOUSED, CandidacyEnd.VACANCY_LET), strict=True
        )
    )


async def test_an_erased_application_leaves_a_file_of_nobody(harness):
    (one,) = fitting(1)
    _vacancy, calls = await home_with(harness, one)
    candidacy = await interested(harness, calls[one.application_id])
    await complete(harness, candidacy)
    from chassis.record import Record
    from contracts.topics import DEMAND_APPLICATION

    record = harness.record(one)
    await harness.edge.process(
        [
            Record(
                **{name: getattr(record, name) for name in ("topic", "key", "headers", "partition")},
                value=None,
                offset=9,
            )
        ]
    )
    await harness.run_due()
    assert DEMAND_APPLICATION.name == record.topic
    assert await harness.scalar("SELECT count(*) FROM candidacy_piece") == 0
    assert await harness.scalar("SELECT rationale IS NULL AND person_ids = '{}' FROM candidacy")


async def test_two_agents_bring_the_same_household_and_one_file_is_opened(harness, client):
    outside = recorded(wishes=wishes(max_rent_cents=40_000))
    vacancy, _ = await home_with(harness, outside)
    answers = await asyncio.gather(*(brought(client, vacancy, outside) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 201]
    assert len(await told(harness, "opened")) == 1


async def test_files_are_for_agents(harness, client):
    (one,) = fitting(1)
    vacancy, _calls = await home_with(harness, one)
    candidacy = candidacy_id(one.application_id, vacancy.vacancy_id)
    for path in (f"/v1/candidacies/{candidacy}", f"/v1/vacancies/{vacancy.vacancy_id}/candidacies"):
        assert (await client.get(path)).status_code == 401
        assert (await client.get(path, headers=bearer(Role.LANDLORD, "552032708"))).status_code == 403
    assert (await client.get(f"/v1/candidacies/{candidacy}", headers=AGENT)).status_code == 404
