"""Where an application stands for a home, what those ahead had, and what of it a household may see."""

import datetime as dt
import json
import random
import uuid
from dataclasses import replace

import matching_samples as samples
import pytest
from matching_samples import announced, fitting, home, household, recorded, wishes
from pydantic import SecretStr

from chassis.auth import Role
from chassis.links import RECORD, Links
from chassis.testing import NOON, bearer
from contracts.household import Priority, Reason
from contracts.values import DwellingType, Language, WantedPlace
from matching.acts.placing import place
from matching.api import router
from matching.domain.application import Application
from matching.domain.explanation import explain
from matching.domain.policy import Basis
from matching.domain.rationale import Rationale
from matching.domain.score import rank_key
from matching.store import applications
from matching.views.own import BAND, BandView, own_findings, own_points

SECRET = SecretStr("a secret of more than thirty-two bytes")
AGENT = bearer(Role.AGENT)


@pytest.fixture
async def client(harness):
    async with harness.http(router, links=Links(SECRET), record_links=Links(SECRET, RECORD)) as client:
        yield client


def record_link(application_id, days=30):
    return Links(SECRET, RECORD).issue(application_id, expires_at=NOON + dt.timedelta(days=days))


async def vacant(harness, *events, **changes):
    """A home that comes free among these applications, with its calls issued."""
    await harness.handle(*events)
    vacancy = announced(**changes)
    await harness.handle(vacancy)
    await harness.run_due()
    return vacancy


async def explained(client, application, vacancy, **query):
    path = f"/v1/applications/{application.application_id}/explanations"
    response = await client.get(path, params={"vacancy_id": str(vacancy.vacancy_id)} | query, headers=AGENT)
    assert response.status_code == 200, response.text
    return response.json()


async def own(client, application, vacancy, **headers):
    query = {"token": record_link(application.application_id), "vacancy_id": str(vacancy.vacancy_id)}
    response = await client.get("/v1/own/explanations", params=query, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


async def test_one_learns_accept_t3_rank_1(harness, client):
    best = recorded(registered_on=dt.date(2015, 1, 1), wishes=wishes(dwelling_types=("T2",)))
    vacancy = await vacant(
        harness, best, *fitting(22), dwelling_type=DwellingType.T3, living_area_m2=60.0, base_rent_cents=50_000
    )
    seen = await explained(client, best, vacancy)
    assert (seen["fits"], seen["rank"], seen["ahead_count"], seen["on_shortlist"]) == (False, None, None, False)
    (nearest,) = seen["nearest"]
    assert (nearest["code"], nearest["facts"], nearest["rank"]) == ("accept_type", {"dwelling_type": "T3"}, 1)
    assert nearest["sentence"] == "Accepter un T3 : rang 1."
    english = await own(client, best, vacancy, **{"Accept-Language": "en"})
    assert [one["sentence"] for one in english["nearest"]] == ["Accept T3: rank 1."]

    accepted = best.model_copy(update={"version": 2, "wishes": wishes(dwelling_types=("T2", "T3"))})
    await harness.handle(accepted)
    seen = await explained(client, best, vacancy)
    assert (seen["rank"], seen["ahead_count"], seen["nearest"]) == (1, 0, [])
    assert seen["score"] == nearest["score"]


async def test_an_agent_sees_what_those_ahead_had(harness, client):
    everyone = fitting(23)
    vacancy = await vacant(harness, *everyone)
    third = sorted(everyone, key=lambda one: one.registered_on)[2]
    seen = await explained(client, third, vacancy)
    assert (seen["rank"], seen["ahead_count"], seen["rank_at_call"], seen["shortlist_size"]) == (3, 2, 3, 40)
    assert [one["rank"] for one in seen["ahead"]] == [1, 2]
    assert all(sum(one["points"].values()) == one["score"] >= seen["score"] for one in seen["ahead"])
    assert str(third.application_id) not in {one["application_id"] for one in seen["ahead"]}
    assert (await explained(client, third, vacancy, shown=1))["ahead"] == seen["ahead"][:1]
    assert "CALEOL" in seen["decides"]


async def test_the_place_of_who_stands_far_below_the_shortlist_is_counted(harness):
    chance, policies = random.Random(3), samples.policies()
    events = [samples.random_application(chance) for _ in range(800)]
    async with harness.work() as work:
        await applications.record(work.session, events, policies)
    crowd = [Application.recorded(event) for event in events]
    below = 0
    async with harness.work() as work:
        for _ in range(12):
            vacancy = samples.vacancy(**samples.random_home(chance).model_dump())
            policy = replace(policies.of(vacancy.dwelling.commune), shortlist_size=5)
            basis = Basis(policy=policy, on=policies.on)
            known = {one.id: explain(one, vacancy.dwelling, basis) for one in crowd}
            fits = [one for one in crowd if known[one.id].fits]
            for one in chance.sample(fits, min(6, len(fits))):
                explanation = known[one.id]
                placing = await place(work.session, one, explanation, vacancy, basis, shown=40, nearest=True)
                keys = [
                    rank_key(other, known[other.id].score, vacancy.id, basis.seed, order=known[other.id].order)
                    for other in fits
                ]
                assert placing.rank == sorted(keys).index(keys[fits.index(one)]) + 1
                assert placing.ahead == placing.rank - 1
                assert len(placing.first) == min(placing.ahead, placing.size)
                below += not placing.on_shortlist
    assert below > 5


async def test_a_household_reads_nothing_of_others(harness, client):
    events = [*fitting(24), *fitting(3, household=household(priorities=(Priority.VIOLENCE,)))]
    vacancy = await vacant(harness, *events)
    others = {str(event.application_id) for event in events}
    persons = {str(person) for event in events for person in event.person_ids}
    for event in (*events[::5], events[-1], recorded(wishes=wishes(max_rent_cents=40_000))):
        await harness.handle(event)
        seen = await own(client, event, vacancy)
        text = json.dumps(seen)
        assert not [one for one in (others - {str(event.application_id)}) | persons if one in text]
        assert set(seen) == {
            *("application_id", "vacancy_id", "on", "policy", "fits", "score", "points", "findings", "ahead", "band"),
            *("nearest", "widened", "decides"),
        }
        assert sum(one["points"] for one in seen["points"]) == seen["score"]
        assert seen["band"] is None or all(end % BAND == 0 for end in seen["band"].values())
        if seen["ahead"] is not None and seen["ahead"] < 3:
            assert seen["band"] is None
        agents = await explained(client, event, vacancy)
        assert seen["ahead"] == agents["ahead_count"]


async def test_an_answer_link_opens_the_explanation_of_its_call_and_no_other(harness, client):
    vacancy = await vacant(harness, *fitting(6))
    path = f"/v1/vacancies/{vacancy.vacancy_id}/shortlist"
    called = (await client.get(path, headers=AGENT)).json()["called"]
    fifth = called[4]
    token = Links(SECRET).issue(uuid.UUID(fifth["id"]), expires_at=NOON + dt.timedelta(days=3))
    seen = (await client.get("/v1/answers/explanation", params={"token": token})).json()
    assert (seen["ahead"], seen["score"], seen["application_id"]) == (4, fifth["score"], fifth["application_id"])
    assert seen["band"]["least"] <= called[3]["score"] <= called[0]["score"] <= seen["band"]["most"]
    text = json.dumps(seen)
    assert not [one["application_id"] for one in called if one is not fifth and one["application_id"] in text]
    harness.clock.advance(dt.timedelta(days=4))
    assert (await client.get("/v1/answers/explanation", params={"token": token})).status_code == 410


async def test_a_link_for_something_else_opens_nothing(harness, client):
    (one,) = fitting(1)
    vacancy = await vacant(harness, one)
    query = {"vacancy_id": str(vacancy.vacancy_id)}
    for token, status in (
        (Links(SECRET).issue(one.application_id, expires_at=NOON + dt.timedelta(days=1)), 404),
        (record_link(one.application_id, days=-1), 410),
        (record_link(uuid.uuid4()), 404),
        ("nothing", 404),
    ):
        response = await client.get("/v1/own/explanations", params=query | {"token": token})
        assert response.status_code == status
        assert response.json()["detail"].startswith(("Ce lien", "La demande de ce lien"))
    assert (
        await client.get("/v1/answers/explanation", params={"token": record_link(one.application_id)})
    ).status_code == 404


TOLD = ("Handicap", "fauteuil", "marche", "Violence", "DALO", "escalier", "étage est trop haut")


def test_a_households_own_points_sum_up_and_name_nothing_sensitive():
    chance, policies = random.Random(8), samples.policies()
    legal = 0
    for _ in range(1_200):
        event = samples.random_application(chance)
        facts = {
            "reasons": (Reason.VIOLENCE,),
            "priorities": (Priority.VIOLENCE, Priority.DALO)[: chance.randint(0, 2)],
        }
        event = event.model_copy(update={"household": event.household.model_copy(update=facts)})
        application, dwelling = Application.recorded(event), samples.random_home(chance)
        basis = Basis(policy=policies.of(dwelling.commune), on=policies.on)
        explanation = explain(application, dwelling, basis)
        rationale = Rationale.of(application, explanation)
        points = own_points(explanation.points, rationale.criteria, basis.policy, Language.FRENCH)
        assert sum(one.points for one in points) == explanation.score == sum(explanation.points.values())
        unlisted = own_points(explanation.points, rationale.criteria, None, Language.FRENCH)
        assert sum(one.points for one in unlisted) == explanation.score
        findings = own_findings(rationale.findings, Language.FRENCH)
        said = " ".join([*(one.label for one in points), *(one.sentence for one in findings)])
        assert not [word for word in TOLD if word in said], said
        legal += any(one.label == "Priorité légale" for one in points)
    assert legal > 200


@pytest.mark.parametrize(
    ("scores", "own_score", "band"),
    [
        ([], None, None),
        ([131, 120], None, None),
        ([131, 120, 118], None, (100, 140)),
        ([140, 140, 140], None, (140, 140)),
        ([131, 120, 118], 77, (60, 140)),
        ([-3, 5, 9], None, (-20, 20)),
    ],
)
def test_a_band_says_between_which_points_those_ahead_are(scores, own_score, band):
    found = BandView.of(scores, own=own_score)
    assert band == (None if found is None else (found.least, found.most))


async def test_below_the_shortlist_a_place_asked_for_first_is_what_helps(harness, client):
    places = (WantedPlace(commune="75119"), WantedPlace(commune="75118"))
    fields = {"registered_on": dt.date(2024, 1, 1), "household": household()}
    ahead = [recorded(**fields) for _ in range(45)]
    second = recorded(**fields | {"registered_on": dt.date(2023, 12, 31), "wishes": wishes(places=places)})
    vacancy = await vacant(harness, *ahead, second)
    seen = await explained(client, second, vacancy)
    assert (seen["rank"], seen["on_shortlist"], seen["fits"]) == (46, False, True)
    assert [(one["code"], one["rank"]) for one in seen["nearest"]] == [("prefer_place", 1)]
    assert len((await explained(client, second, vacancy, shown=40))["ahead"]) == 40
    assert (await explained(client, second, vacancy, nearest=False))["nearest"] == []
    assert home().commune == "75118"
