"""Examined leases before a committee, and the minutes of a whole session."""

import csv
import datetime as dt
import io
import uuid

import pytest
from committee_samples import (
    AGENT,
    HELD_ON,
    allocated,
    decide,
    fields_of,
    files,
    put,
    refused,
    session,
)
from pydantic import SecretStr
from pypdf import PdfReader

from chassis.auth import Role
from chassis.links import RECORD, Links
from chassis.testing import bearer
from contracts.tenancy import ExaminationCase, ExaminationMade, OpinionGiven
from matching.api import router

SECRET = SecretStr("a secret of more than thirty-two bytes")
SUITABLE = {"smallest": "T2", "largest": "T3", "step_free": True, "highest_base_rent_cents": 45_000}


@pytest.fixture
async def client(harness):
    async with harness.http(router, record_links=Links(SECRET, RECORD)) as client:
        yield client


def made(**changes):
    found = {
        "tenancy_id": uuid.uuid4(),
        "examination_id": uuid.uuid4(),
        "landlord": "552032708",
        "on": dt.date(2026, 11, 1),
        "cases": (ExaminationCase.UNDER_OCCUPIED, ExaminationCase.DISABILITY_NEEDS_ANOTHER),
        "rooms_freed": 2,
    }
    return ExaminationMade(**(found | changes))


async def on_the_day(harness):
    harness.clock.advance(dt.datetime.combine(HELD_ON, dt.time(9), tzinfo=dt.UTC) - harness.clock.now())


async def list_lease(client, session_id, one):
    body = {"examination_id": str(one.examination_id)}
    return await client.post(f"/v1/committee-sessions/{session_id}/examinations", json=body, headers=AGENT)


async def opine(client, session_id, one, **said):
    path = f"/v1/committee-sessions/{session_id}/examinations/{one.examination_id}/opinion"
    return await client.post(path, json=said, headers=AGENT)


async def test_an_examined_lease_gets_its_opinion_in_the_session(harness, client):
    one, other = made(), made(rooms_freed=3)
    await harness.handle(one, other, made(cases=()), made(landlord="999000001"))
    waiting = (await client.get("/v1/examinations/waiting?landlord=552032708", headers=AGENT)).json()
    assert [lease["rooms_freed"] for lease in waiting] == [3, 2]
    assert {case for lease in waiting for case in lease["cases"]} == {"under_occupied"}
    seen = (await client.get(f"/v1/examinations/{one.examination_id}", headers=AGENT)).json()
    assert seen["cases"] == ["under_occupied", "disability_needs_another"]
    session_id = await session(client)
    assert (await list_lease(client, session_id, one)).status_code == 201
    assert (await list_lease(client, session_id, one)).status_code == 409
    assert (await opine(client, session_id, one, rehouse=False)).status_code == 409  # the day has not come
    await on_the_day(harness)
    assert list(fields_of(await opine(client, session_id, one, rehouse=True))) == ["suitable"]
    assert (await opine(client, session_id, other, rehouse=False)).status_code == 404
    given = await opine(client, session_id, one, rehouse=True, suitable=SUITABLE)
    assert (given.status_code, given.json()["rehouse"]) == (200, True)
    assert (await opine(client, session_id, one, rehouse=False)).status_code == 409
    (told,) = await harness.outbox("matching.committee.opinion-decided.v1")
    assert (told.key, told.payload["session_id"], told.payload["on"]) == (
        str(one.tenancy_id),
        session_id,
        HELD_ON.isoformat(),
    )
    assert told.payload["suitable"]["largest"] == "T3"
    await harness.handle(one.model_copy(update={"rooms_freed": 1}))  # told again, whole
    assert await harness.scalar("SELECT opinion->>'rehouse' FROM examination WHERE rooms_freed = 1") == "true"


async def test_an_opinion_entered_with_demand_needs_no_agenda(harness, client):
    one = made()
    await harness.handle(one)
    session_id = await session(client)
    await list_lease(client, session_id, one)
    given = OpinionGiven(
        tenancy_id=one.tenancy_id, examination_id=one.examination_id, landlord=one.landlord, on=HELD_ON, rehouse=False
    )
    await harness.handle(given)
    assert (await list_lease(client, session_id, one)).status_code == 409
    assert (await client.get("/v1/examinations/waiting?landlord=552032708", headers=AGENT)).json() == []


async def test_a_lease_of_another_landlord_or_without_a_case_is_refused_and_one_left_over_is_free_again(
    harness, client
):
    strangers, without, left = made(landlord="999000001"), made(cases=()), made()
    await harness.handle(strangers, without, left)
    session_id = await session(client)
    for one in (strangers, without):
        assert list(fields_of(await list_lease(client, session_id, one))) == ["examination_id"]
    await list_lease(client, session_id, left)
    await on_the_day(harness)
    assert (await client.post(f"/v1/committee-sessions/{session_id}/close", headers=AGENT)).status_code == 200
    waiting = (await client.get("/v1/examinations/waiting?landlord=552032708", headers=AGENT)).json()
    assert [one["examination_id"] for one in waiting] == [str(left.examination_id)]


@pytest.fixture
async def decided(harness, client):
    """A session that decided on a home with two files too few and on a lease: what its minutes hold."""
    vacancy, ids = await files(harness, 2)
    session_id = await session(client, quorum=3)
    why = {"fewer_files_because": "too_few_candidates", "justification": "Vingt appels, deux réponses."}
    assert (await put(client, session_id, vacancy, **why)).status_code == 201
    lease = made()
    await harness.handle(lease)
    await list_lease(client, session_id, lease)
    await on_the_day(harness)
    decisions = [
        allocated(ids[1], 1, kind="allocated_on_condition", piece="payslips", piece_by="2026-12-15"),
        refused(ids[0], "arrears_without_plan", words="Dette née de l'hospitalisation."),
    ]
    response = await decide(client, session_id, vacancy, decisions, ballot={"in_favour": 4, "against": 0})
    assert response.status_code == 200, response.text
    assert (await opine(client, session_id, lease, rehouse=True, suitable=SUITABLE)).status_code == 200
    return session_id, vacancy, ids, lease


async def applications_of(client, ids):
    return [(await client.get(f"/v1/candidacies/{one}", headers=AGENT)).json()["application_id"] for one in ids]


async def test_the_minutes_on_paper_say_who_was_there_what_was_decided_and_why(client, decided):
    session_id, vacancy, ids, lease = decided
    path = f"/v1/committee-sessions/{session_id}/minutes.pdf"
    response = await client.get(path, headers=AGENT)
    assert response.headers["content-type"] == "application/pdf"
    assert response.content == (await client.get(path, headers=AGENT)).content
    reader = PdfReader(io.BytesIO(response.content))
    said = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for part in (
        "PROJET",
        "Séance du 01/12/2026",
        "Mme Bernard, membre représentant les locataires : présent(e)",
        "Mme Roux, préfet ou son représentant : absent(e)",
        "Voix délibératives présentes : 4, quorum : 3.",
        "insuffisance du nombre de candidats. Vingt appels, deux réponses.",
        "Vote : 4 pour, 0 contre",
        str(vacancy.vacancy_id),
        "attribution sous condition suspensive",
        "avant le 15/12/2026",
        "un arriéré de loyer",
        "Dette née de l'hospitalisation.",
        f"Bail {lease.tenancy_id} : avis favorable au relogement ; logement adapté : T2 à T3, sans marche",
        "Page 1",
    ):
        assert part in said, (part, said)
    chosen, left = (await applications_of(client, ids))[::-1]
    assert said.index(chosen) < said.index(left)
    await client.post(f"/v1/committee-sessions/{session_id}/close", headers=AGENT)
    closed = PdfReader(io.BytesIO((await client.get(path, headers=AGENT)).content))
    assert "PROJET" not in closed.pages[0].extract_text()


async def test_the_minutes_as_a_table_open_in_french_offices_and_keep_the_committees_words_out(client, decided):
    session_id, _vacancy, ids, _lease = decided
    response = await client.get(f"/v1/committee-sessions/{session_id}/minutes.csv", headers=AGENT)
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["rang proposé"], row["rang"], row["décision"]) for row in rows] == [
        ("2", "1", "attribution sous condition suspensive"),
        ("1", "", "non-attribution"),
        ("", "", "avis favorable au relogement"),
    ]
    assert [row["demande"] for row in rows[:2]] == (await applications_of(client, ids))[::-1]
    assert rows[0]["pièce à fournir"] == "trois derniers bulletins de salaire"
    assert rows[0]["pièce avant le"] == "15/12/2026"
    assert rows[1]["motifs"].startswith("un arriéré de loyer")
    assert rows[0]["date"] == "01/12/2026"
    assert rows[2]["type"] == "T2 à T3"
    assert "hospitalisation" not in response.text


async def test_minutes_are_for_agents(client, decided):
    session_id, *_ = decided
    for ending in ("pdf", "csv"):
        path = f"/v1/committee-sessions/{session_id}/minutes.{ending}"
        assert (await client.get(path)).status_code == 401
        assert (await client.get(path, headers=bearer(Role.LANDLORD, "552032708"))).status_code == 403


async def test_a_household_reads_its_own_decision_and_reasons_in_its_language(harness, client, decided):
    _, _, ids, _ = decided
    links = Links(SECRET, RECORD)
    allocated_one, left_out = (await applications_of(client, ids))[::-1]

    async def own(application_id, language):
        token = links.issue(uuid.UUID(application_id), expires_at=harness.clock.now() + dt.timedelta(days=3))
        response = await client.get(
            "/v1/own/candidacies", params={"token": token}, headers={"Accept-Language": language}
        )
        assert response.status_code == 200, response.text
        assert "hospitalisation" not in response.text
        (one,) = response.json()
        return one

    one = await own(left_out, "fr")
    assert (one["status"], one["closed_because"], one["missing"]) == ("closed", "not_allocated", [])
    assert one["decision"]["reasons"] == ["un arriéré de loyer n'est pas couvert par un plan d'apurement respecté"]
    assert (await own(left_out, "en"))["decision"]["reasons"] == ["rent is owed, and no plan to pay it is being kept"]
    kept = (await own(allocated_one, "en"))["decision"]
    assert (kept["rank"], kept["piece"], kept["piece_by"]) == (1, "last three payslips", "2026-12-15")
