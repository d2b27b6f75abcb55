"""What agents and households see and do over HTTP."""

import datetime as dt
import uuid

import pytest
from matching_samples import announced, fitting, recorded, wishes
from pydantic import SecretStr

from chassis.auth import Role
from chassis.links import Links
from chassis.testing import NOON, bearer
from contracts.inventory import VacancyLet
from matching.api import router

SECRET = "a secret of more than thirty-two bytes"


@pytest.fixture
def links():
    return Links(SecretStr(SECRET))


@pytest.fixture
async def client(harness, links):
    async with harness.http(router, links=links) as client:
        yield client


@pytest.fixture
def agent():
    return bearer(Role.AGENT)


@pytest.fixture
async def vacancy(harness):
    """With 23 that fit, 20 of them called."""
    await harness.handle(*fitting(23))
    vacancy = announced()
    await harness.handle(vacancy)
    await harness.run_due()
    return vacancy


async def shortlist(client, agent, vacancy):
    response = await client.get(f"/v1/vacancies/{vacancy.vacancy_id}/shortlist", headers=agent)
    assert response.status_code == 200
    return response.json()


async def test_the_shortlist_shows_those_called_and_the_next_in_line(client, agent, vacancy):
    seen = await shortlist(client, agent, vacancy)
    assert [call["rank"] for call in seen["called"]] == list(range(1, 21))
    assert len(seen["next_in_line"]) == 3
    assert (seen["places"], seen["standing"], seen["policy"]) == (20, 20, "paris/2026-11-22")
    scores = [one["score"] for one in seen["called"] + seen["next_in_line"]]
    assert scores == sorted(scores, reverse=True)
    assert all(sum(one["points"].values()) == one["score"] for one in seen["called"] + seen["next_in_line"])


@pytest.mark.parametrize("role", [Role.LANDLORD, None])
async def test_shortlists_calls_and_explanations_are_for_agents(client, vacancy, role):
    headers = bearer(role, "552032708") if role else {}
    for path in (
        f"/v1/vacancies/{vacancy.vacancy_id}/shortlist",
        f"/v1/calls/{uuid.uuid4()}",
        f"/v1/applications/{uuid.uuid4()}/explanations?vacancy_id={vacancy.vacancy_id}",
    ):
        assert (await client.get(path, headers=headers)).status_code == (403 if role else 401)


async def test_what_is_not_there_is_said_with_its_field(client, agent, vacancy):
    nothing = uuid.uuid4()
    for path, field in (
        (f"/v1/vacancies/{nothing}/shortlist", "vacancy_id: "),
        (f"/v1/calls/{nothing}", "call_id: "),
        (f"/v1/applications/{nothing}/explanations?vacancy_id={vacancy.vacancy_id}", "application_id: "),
    ):
        response = await client.get(path, headers=agent | {"Accept-Language": "en"})
        assert response.status_code == 404
        assert response.json()["detail"].startswith(field)


async def test_an_explanation_is_rule_by_rule_and_its_points_sum_up(client, harness, agent, vacancy):
    demanding = recorded(wishes=wishes(max_rent_cents=40_000, min_area_m2=60))
    await harness.handle(demanding)
    response = await client.get(
        f"/v1/applications/{demanding.application_id}/explanations?vacancy_id={vacancy.vacancy_id}", headers=agent
    )
    seen = response.json()
    verdicts = {one["rule"]: (one["verdict"], one["code"]) for one in seen["findings"]}
    assert not seen["fits"]
    assert verdicts["max_rent"] == ("not_wished", "max_rent.above")
    assert verdicts["min_area"] == ("not_wished", "min_area.below")
    assert verdicts["place"] == ("fits", "place.first_choice")
    assert sum(seen["points"].values()) == seen["score"]


async def first_call(client, agent, vacancy):
    return (await shortlist(client, agent, vacancy))["called"][0]


def link(links, call, *, days=3):
    return links.issue(uuid.UUID(call["id"]), expires_at=NOON + dt.timedelta(days=days))


async def test_a_household_answers_from_its_link(client, harness, agent, vacancy, links):
    call = await first_call(client, agent, vacancy)
    signed = link(links, call)
    for _ in range(2):  # a mail scanner follows it, then the household
        seen = (await client.get("/v1/answers", params={"token": signed})).json()
        assert (seen["status"], seen["asked"], seen["dwelling"]["commune"]) == ("open", 20, "75118")
    for _ in range(2):
        response = await client.post("/v1/answers", json={"token": signed, "answer": "interested"})
        assert (response.status_code, response.json()["status"]) == (200, "interested")
    told = await harness.outbox("matching.call.answered.v1")
    assert [one.payload["answer"] for one in told] == ["interested"]
    response = await client.post(
        "/v1/answers", json={"token": signed, "answer": "not_interested", "reason": "trop loin de l'école"}
    )
    assert response.json()["status"] == "not_interested"
    await harness.run_due()
    assert len((await shortlist(client, agent, vacancy))["called"]) == 21
    seen = (await client.get(f"/v1/calls/{call['id']}", headers=agent)).json()
    assert (seen["answer_reason"], seen["answered_on_behalf_by"]) == ("trop loin de l'école", None)


async def test_answers_that_come_too_late_are_told_so_kindly(client, harness, agent, vacancy, links):
    call = await first_call(client, agent, vacancy)
    signed = link(links, call, days=30)
    await client.post("/v1/answers", json={"token": signed, "answer": "not_interested"})
    again = await client.post("/v1/answers", json={"token": signed, "answer": "interested"})
    assert again.status_code == 409
    assert again.json()["detail"].startswith("Vous aviez répondu que ce logement ne vous intéressait pas")

    silent = (await shortlist(client, agent, vacancy))["called"][1]
    harness.clock.advance(dt.timedelta(days=3, seconds=1))
    for signed in (link(links, silent), link(links, silent, days=30)):  # an expired link, and a passed deadline
        late = await client.post("/v1/answers", json={"token": signed, "answer": "interested"})
        assert late.status_code == 410
        assert "Cela ne compte pas comme un refus" in late.json()["detail"]
    english = await client.post(
        "/v1/answers", json={"token": signed, "answer": "interested"}, headers={"Accept-Language": "en-GB,fr;q=0.5"}
    )
    assert "does not count as a refusal" in english.json()["detail"]


async def test_an_answer_for_a_home_that_is_let_is_told_so(client, harness, agent, vacancy, links):
    call = await first_call(client, agent, vacancy)
    await harness.handle(VacancyLet(vacancy_id=vacancy.vacancy_id, version=2, lease_signed_on=dt.date(2026, 12, 1)))
    late = await client.post("/v1/answers", json={"token": link(links, call), "answer": "interested"})
    assert late.status_code == 410
    assert late.json()["detail"].startswith("Ce logement vient d'être loué")


async def test_a_link_that_is_not_ours_is_refused(client, links):
    unknown = link(links, {"id": str(uuid.uuid4())})
    for signed in (unknown, unknown[:-4] + "AAAA", "nothing"):
        for response in (
            await client.get("/v1/answers", params={"token": signed}),
            await client.post("/v1/answers", json={"token": signed, "answer": "interested"}),
        ):
            assert response.status_code == 404
            assert response.json()["detail"].startswith("Ce lien ne correspond à aucun logement")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"answer": "perhaps"}, "answer"),
        ({"answer": "interested", "reason": "x" * 501}, "reason"),
        ({"answer": "interested", "by": "me"}, "by"),
        ({}, "answer"),
    ],
)
async def test_an_answer_that_does_not_fit_names_its_field(client, harness, agent, vacancy, body, field):
    call = await first_call(client, agent, vacancy)
    response = await client.post(f"/v1/calls/{call['id']}/answer", json=body, headers=agent)
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert await harness.outbox("matching.call.answered.v1") == []


async def test_an_agent_answers_on_behalf_and_the_call_keeps_who(client, agent, vacancy):
    call = await first_call(client, agent, vacancy)
    response = await client.post(
        f"/v1/calls/{call['id']}/answer", json={"answer": "interested", "reason": "par téléphone"}, headers=agent
    )
    assert response.json()["status"] == "interested"
    assert response.json()["answered_on_behalf_by"] == "agent Martin"
    assert response.json()["answered_at"] is not None
