"""The committee: its agenda refuses what may not go before it, and a home is decided whole or not at all."""

import asyncio
import datetime as dt

import pytest
from committee_samples import (
    AGENT,
    HELD_ON,
    MEMBERS,
    TODAY,
    allocated,
    brought,
    complete,
    decide,
    fields_of,
    files,
    home_with,
    interested,
    put,
    refused,
    session,
)
from matching_samples import fitting, household, recorded, wishes
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from chassis.auth import Role
from chassis.testing import bearer
from contracts.allocation import CandidacyOrigin
from contracts.inventory import VacancyLet
from matching.api import router


@pytest.fixture
async def client(harness):
    async with harness.http(router) as client:
        yield client


async def on_the_day(harness):
    harness.clock.advance(dt.datetime.combine(HELD_ON, dt.time(9), tzinfo=dt.UTC) - harness.clock.now())


@pytest.fixture
async def sitting(harness, client):
    """Four files on the agenda, best first, on the day of the session."""
    vacancy, ids = await files(harness, 4)
    session_id = await session(client)
    response = await put(client, session_id, vacancy)
    assert response.status_code == 201, response.text
    await on_the_day(harness)
    return session_id, vacancy, ids


async def test_the_agenda_takes_the_files_in_the_engines_order_with_their_explanations(client, sitting):
    session_id, _vacancy, ids = sitting
    seen = (await client.get(f"/v1/committee-sessions/{session_id}", headers=AGENT)).json()
    (home,) = seen["homes"]
    assert [one["candidacy_id"] for one in home["files"]] == list(map(str, ids))
    assert [one["proposed_rank"] for one in home["files"]] == [1, 2, 3, 4]
    assert all(one["explanation"]["score"] == one["score"] for one in home["files"])
    assert (await client.get(f"/v1/candidacies/{ids[0]}", headers=AGENT)).json()["status"] == "on_agenda"


async def test_decisions_close_or_rank_every_file_and_are_told_once(harness, client, sitting):
    session_id, vacancy, ids = sitting
    decisions = [
        allocated(ids[1], 1, kind="allocated_on_condition", piece="payslips", piece_by="2026-12-08"),
        allocated(ids[2], 2),
        refused(ids[0], "income_above_ceiling", words="Mère malade, ressources à revoir."),
        refused(ids[3], "owns_adequate_home", kind="inadmissible"),
    ]
    first = await decide(client, session_id, vacancy, decisions, key="once")
    assert first.status_code == 200, first.text
    assert [(one["proposed_rank"], one["kind"], one["rank"]) for one in first.json()["files"]] == [
        (1, "not_allocated", None),
        (2, "allocated_on_condition", 1),
        (3, "allocated_by_rank", 2),
        (4, "inadmissible", None),
    ]
    again = await decide(client, session_id, vacancy, decisions, key="once")
    assert (again.status_code, again.json()) == (200, first.json())
    (told,) = await harness.outbox("matching.committee.decided.v1")
    assert (told.key, told.payload["on"]) == (str(vacancy.vacancy_id), HELD_ON.isoformat())
    assert [one["rank"] for one in told.payload["decisions"]] == [1, 2, None, None]
    assert told.payload["decisions"][0]["piece_by"] == "2026-12-08"
    assert all(len(one["person_ids"]) == 2 for one in told.payload["decisions"])
    assert "Mère malade" not in str(await harness.outbox())
    closed = [one.payload for one in await harness.outbox("matching.candidacy.closed.v1")]
    assert {one["candidacy_id"] for one in closed} == {str(ids[0]), str(ids[3])}
    assert {one["because"] for one in closed} == {"not_allocated"}


async def test_another_command_for_the_same_home_is_refused(client, sitting):
    session_id, vacancy, ids = sitting
    decisions = [allocated(one, rank) for rank, one in enumerate(ids, start=1)]
    assert (await decide(client, session_id, vacancy, decisions)).status_code == 200
    again = await decide(client, session_id, vacancy, decisions)
    assert again.status_code == 409
    assert "decided by agent Martin" in again.json()["detail"]
    taken = await client.delete(f"/v1/committee-sessions/{session_id}/homes/{vacancy.vacancy_id}", headers=AGENT)
    assert taken.status_code == 409


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (lambda ids: [allocated(ids[0], 1), *map(refused, ids[1:3])], "decisions"),
        (lambda ids: [allocated(ids[0], 1), *map(refused, ids[1:]), refused(ids[1])], "decisions[4].candidacy_id"),
        (lambda ids: [allocated(ids[0], 1), allocated(ids[1], 3), *map(refused, ids[2:])], "decisions"),
        (lambda ids: [allocated(ids[0], 2), *map(refused, ids[1:])], "decisions"),
        (
            lambda ids: [allocated(ids[0], 1), allocated(ids[1], 2, kind="allocated"), *map(refused, ids[2:])],
            "decisions[1].kind",
        ),
        (lambda ids: [allocated(ids[0], 1, kind="allocated_by_rank"), *map(refused, ids[1:])], "decisions[0].kind"),
        (
            lambda ids: [allocated(ids[0], 1, kind="allocated_on_condition"), *map(refused, ids[1:])],
            "decisions[0].piece",
        ),
        (
            lambda ids: [
                allocated(ids[0], 1, kind="allocated_on_condition", piece="payslips", piece_by=HELD_ON.isoformat()),
                *map(refused, ids[1:]),
            ],
            "decisions[0].piece_by",
        ),
        (lambda ids: [refused(ids[0], rank=1), *map(refused, ids[1:])], "decisions[0].rank"),
        (lambda ids: [refused(ids[0]) | {"reasons": []}, *map(refused, ids[1:])], "decisions[0].reasons"),
        (
            lambda ids: [allocated(ids[1], 1), allocated(ids[0], 2), *map(refused, ids[2:])],
            "decisions[0].moved_because",
        ),
        (
            lambda ids: [allocated(ids[0], 1, moved_because="emergency"), *map(refused, ids[1:])],
            "decisions[0].moved_because",
        ),
        (
            lambda ids: [allocated(ids[1], 1, moved_because="other"), allocated(ids[0], 2), *map(refused, ids[2:])],
            "decisions[0].words",
        ),
    ],
)
async def test_decisions_that_no_committee_can_take_are_refused_whole(harness, client, sitting, made, field):
    session_id, vacancy, ids = sitting
    response = await decide(client, session_id, vacancy, made(ids))
    assert field in fields_of(response)
    assert await harness.scalar("SELECT count(*) FROM decision") == 0
    assert await harness.outbox("matching.committee.decided.v1") == []


async def test_a_reordering_with_its_reason_is_kept(client, sitting):
    session_id, vacancy, ids = sitting
    decisions = [
        allocated(ids[2], 1, moved_because="recognised_priority"),
        allocated(ids[0], 2),
        allocated(ids[1], 3),
        refused(ids[3]),
    ]
    assert (await decide(client, session_id, vacancy, decisions)).status_code == 200
    seen = (await client.get(f"/v1/committee-sessions/{session_id}", headers=AGENT)).json()
    moved = [one["decision"]["moved_because"] for one in seen["homes"][0]["files"]]
    assert moved == [None, None, "recognised_priority", None]


async def test_votes_are_counted_among_those_present_and_the_mayor_casts_the_deciding_one(client, sitting):
    session_id, vacancy, ids = sitting
    decisions = [allocated(one, rank) for rank, one in enumerate(ids, start=1)]
    too_many = await decide(client, session_id, vacancy, decisions, ballot={"in_favour": 4, "against": 1})
    assert "more than the 4" in fields_of(too_many)["ballot"]
    lost = await decide(client, session_id, vacancy, decisions, ballot={"in_favour": 1, "against": 3})
    assert "no majority" in fields_of(lost)["ballot"]
    path = f"/v1/committee-sessions/{session_id}/members"
    away = [one | ({"present": False} if one["seat"] == "mayor" else {"present": True}) for one in MEMBERS]
    assert (await client.put(path, json={"members": away, "quorum": 5}, headers=AGENT)).status_code == 200
    assert "5 are needed" in fields_of(await decide(client, session_id, vacancy, decisions))["quorum"]
    assert (await client.put(path, json={"members": away}, headers=AGENT)).status_code == 200
    equal = {"in_favour": 2, "against": 2}
    assert "no mayor" in fields_of(await decide(client, session_id, vacancy, decisions, ballot=equal))["ballot"]
    assert (await client.put(path, json={"members": MEMBERS}, headers=AGENT)).status_code == 200
    assert (await decide(client, session_id, vacancy, decisions, ballot=equal)).status_code == 200


async def test_two_agents_at_once_decide_a_home_once(harness, client, sitting):
    session_id, vacancy, ids = sitting
    one_way = [allocated(one, rank) for rank, one in enumerate(ids, start=1)]
    other_way = [allocated(ids[0], 1), *map(refused, ids[1:])]
    answers = await asyncio.gather(
        *(decide(client, session_id, vacancy, said) for said in (one_way, other_way, one_way, other_way))
    )
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409]
    assert len(await harness.outbox("matching.committee.decided.v1")) == 1
    assert await harness.scalar("SELECT count(*) FROM decision") == 4


async def test_a_session_that_ends_while_a_home_is_decided_keeps_the_decision_or_refuses_it(harness, client, sitting):
    session_id, vacancy, ids = sitting
    decisions = [allocated(one, rank) for rank, one in enumerate(ids, start=1)]
    decision, end = await asyncio.gather(
        decide(client, session_id, vacancy, decisions),
        client.post(f"/v1/committee-sessions/{session_id}/close", headers=AGENT),
    )
    assert end.status_code == 200
    told = len(await harness.outbox("matching.committee.decided.v1"))
    status = await harness.scalar("SELECT status FROM agenda_home")
    assert (decision.status_code, told, status) in ((200, 1, "decided"), (409, 0, "adjourned"))


async def test_two_agents_put_a_home_on_two_agendas_and_one_has_it(harness, client):
    vacancy, ids = await files(harness, 3)
    first, second = await session(client), await session(client)
    answers = await asyncio.gather(*(put(client, one, vacancy) for one in (first, second)))
    assert sorted(one.status_code for one in answers) == [201, 409]
    assert await harness.scalar("SELECT count(*) FROM agenda_file") == len(ids)
    assert await harness.scalar("SELECT count(DISTINCT session_id) FROM candidacy") == 1


async def test_who_read_an_agenda_a_file_or_minutes_is_logged_and_nothing_of_the_household(client, sitting):
    session_id, _, ids = sitting
    paths = {
        f"/v1/committee-sessions/{session_id}": "committee session read",
        f"/v1/candidacies/{ids[0]}": "candidacy read",
        f"/v1/committee-sessions/{session_id}/minutes.csv": "minutes read",
    }
    for path, said in paths.items():
        with capture_logs() as logs:
            assert (await client.get(path, headers=AGENT)).status_code == 200
        (line,) = [one for one in logs if one["event"] == said]
        assert line["by"] == "agent Martin"
        assert set(line) <= {"event", "by", "log_level", "session_id", "candidacy_id", "application_id"}


async def test_the_database_keeps_one_decision_a_file_and_one_file_a_rank(harness, client, sitting):
    session_id, vacancy, ids = sitting
    assert (
        await decide(client, session_id, vacancy, [allocated(ids[0], 1), *map(refused, ids[1:])])
    ).status_code == 200
    for statement in (
        "INSERT INTO decision SELECT * FROM decision WHERE rank = 1",
        "UPDATE candidacy SET status = 'decided', rank = 1, closed_because = NULL WHERE id = :other",
    ):
        with pytest.raises(IntegrityError):
            async with harness.database.session() as database:
                await database.execute(text(statement), {"other": ids[1]} if ":other" in statement else {})


async def test_nothing_is_decided_before_the_day_nor_after_the_end(harness, client):
    vacancy, ids = await files(harness, 3)
    session_id = await session(client)
    await put(client, session_id, vacancy)
    decisions = [allocated(one, rank) for rank, one in enumerate(ids, start=1)]
    early = await decide(client, session_id, vacancy, decisions)
    assert (early.status_code, f"on {HELD_ON}" in early.json()["detail"]) == (409, True)
    assert (await client.post(f"/v1/committee-sessions/{session_id}/close", headers=AGENT)).status_code == 409
    await on_the_day(harness)
    assert (await client.post(f"/v1/committee-sessions/{session_id}/close", headers=AGENT)).status_code == 200
    late = await decide(client, session_id, vacancy, decisions)
    assert (late.status_code, "is closed" in late.json()["detail"]) == (409, True)
    seen = (await client.get(f"/v1/committee-sessions/{session_id}", headers=AGENT)).json()
    assert [one["status"] for one in seen["homes"]] == ["adjourned"]
    assert (await client.get(f"/v1/candidacies/{ids[0]}", headers=AGENT)).json()["status"] == "complete"
    other = await session(client, held_on=HELD_ON + dt.timedelta(days=7))
    assert (await put(client, other, vacancy)).status_code == 201


async def test_the_agenda_names_what_stands_against_each_file(harness, client):
    expired = recorded(registered_on=dt.date(2020, 1, 1), expires_on=HELD_ON - dt.timedelta(days=1))
    last_day = recorded(registered_on=dt.date(2020, 2, 1), expires_on=HELD_ON)
    others = fitting(2)
    vacancy, calls = await home_with(harness, expired, last_day, *others)
    ids = [await interested(harness, calls[one.application_id]) for one in (expired, last_day, *others)]
    for one in ids[:3]:
        await complete(harness, one)
    session_id = await session(client)
    errors = fields_of(await put(client, session_id, vacancy, [*ids, ids[1]]))
    assert f"expires on {HELD_ON - dt.timedelta(days=1)}" in errors["candidacies[0]"]
    assert "missing are identity" in errors["candidacies[3]"]
    assert "named twice" in errors["candidacies[4]"]
    assert set(errors) == {"candidacies[0]", "candidacies[3]", "candidacies[4]"}
    assert await harness.scalar("SELECT count(*) FROM agenda_file") == 0


async def test_a_piece_that_ends_before_the_session_makes_the_file_incomplete_for_it(harness, client):
    vacancy, _ids = await files(harness, 3)
    far = await session(client, held_on=TODAY + dt.timedelta(days=120))
    errors = fields_of(await put(client, far, vacancy))
    assert {"missing are resources" in one for one in errors.values()} == {True}


async def test_fewer_than_three_files_need_one_of_the_closed_exceptions(harness, client):
    vacancy, _ids = await files(harness, 2)
    session_id = await session(client)
    assert "R441-3" in fields_of(await put(client, session_id, vacancy))["fewer_files_because"]
    alone = {"fewer_files_because": "too_few_candidates"}
    assert "justified" in fields_of(await put(client, session_id, vacancy, **alone))["justification"]
    for because in ("dalo_designated", "plai_adapted"):
        said = fields_of(await put(client, session_id, vacancy, fewer_files_because=because))
        assert list(said) == ["fewer_files_because"]
    assert (await put(client, session_id, vacancy, **alone, justification="Deux appels sans suite.")).status_code == 201
    (home,) = (await client.get(f"/v1/committee-sessions/{session_id}", headers=AGENT)).json()["homes"]
    assert home["justification"] == "Deux appels sans suite."


async def test_the_prefets_candidate_may_come_alone(harness, client):
    outside = recorded(wishes=wishes(max_rent_cents=40_000))
    vacancy, _ = await home_with(harness, outside)
    opened = await brought(client, vacancy, outside, origin=CandidacyOrigin.PREFET)
    await complete(harness, opened.json()["id"])
    session_id = await session(client)
    assert (await put(client, session_id, vacancy, fewer_files_because="dalo_designated")).status_code == 201


async def test_a_home_is_on_one_agenda_of_its_own_landlord(harness, client):
    vacancy, ids = await files(harness, 3)
    first, second = await session(client), await session(client)
    assert (await put(client, first, vacancy)).status_code == 201
    twice = await put(client, second, vacancy)
    assert (twice.status_code, first in twice.json()["detail"]) == (409, True)
    assert (
        await client.delete(f"/v1/committee-sessions/{first}/homes/{vacancy.vacancy_id}", headers=AGENT)
    ).status_code == 204
    assert (await put(client, second, vacancy)).status_code == 201
    await harness.handle(VacancyLet(vacancy_id=vacancy.vacancy_id, version=2, lease_signed_on=dt.date(2026, 12, 1)))
    assert "only homes announced or released" in fields_of(await put(client, first, vacancy))["vacancy_id"]
    await on_the_day(harness)
    assert (await decide(client, second, vacancy, [allocated(ids[0], 1)])).status_code == 409


async def test_a_file_taken_back_is_not_decided_on(client, sitting):
    session_id, vacancy, ids = sitting
    assert (await client.post(f"/v1/candidacies/{ids[0]}/withdraw", headers=AGENT)).status_code == 200
    whole = [allocated(one, rank) for rank, one in enumerate(ids, start=1)]
    assert "decisions[0].candidacy_id" in fields_of(await decide(client, session_id, vacancy, whole))
    rest = [allocated(one, rank) for rank, one in enumerate(ids[1:], start=1)]
    assert (await decide(client, session_id, vacancy, rest)).status_code == 200
    ranked = await client.post(f"/v1/candidacies/{ids[1]}/withdraw", headers=AGENT)
    assert (ranked.status_code, "answers its offer" in ranked.json()["detail"]) == (409, True)


async def test_a_household_whose_home_became_unlawful_does_not_go_before_the_committee(harness, client):
    applications = fitting(3)
    vacancy, calls = await home_with(harness, *applications)
    for one in applications:
        await complete(harness, await interested(harness, calls[one.application_id]))
    rich = household(reference_tax_income_euros=150_000)
    await harness.handle(applications[0].model_copy(update={"version": 2, "household": rich}))
    session_id = await session(client)
    assert "unlawful now" in str(fields_of(await put(client, session_id, vacancy)))


async def test_a_session_is_planned_by_its_rules(client):
    async def said(**change):
        form = {"landlord": "552032708", "held_on": HELD_ON.isoformat(), "place": "Paris", "members": MEMBERS}
        return fields_of(await client.post("/v1/committee-sessions", json=form | change, headers=AGENT))

    assert list(await said(held_on="2026-11-21")) == ["held_on"]
    assert "6 members" in (await said(members=[{"seat": "member", "name": f"M. {n}"} for n in range(7)]))["members"]
    assert list(await said(members=[{"seat": "mayor", "name": "M. Petit"}])) == ["members[0].commune"]
    assert list(await said(quorum=6)) == ["quorum"]
    assert list(await said(landlord="552032709")) == ["landlord"]


async def test_agents_are_refused_in_french_and_in_english_when_they_ask_for_it(harness, client):
    vacancy, _ids = await files(harness, 2)
    session_id = await session(client)
    path, home = f"/v1/committee-sessions/{session_id}/homes", {"vacancy_id": str(vacancy.vacancy_id)}
    told = await client.post(path, json=home, headers=bearer(Role.AGENT))
    assert (told.status_code, told.headers["content-language"]) == (422, "fr")
    problem = told.json()
    assert problem["title"] == "Des champs ne conviennent pas"
    assert problem["detail"] == "Corrigez fewer_files_because et renvoyez la requête."
    assert problem["errors"][0]["message"].startswith("une commission examine 3 dossiers par logement")
    early = await client.post(f"/v1/committee-sessions/{session_id}/close", headers=bearer(Role.AGENT))
    assert (early.status_code, "ce jour-là ou après" in early.json()["detail"]) == (409, True)
    english = await client.post(path, json=home, headers=AGENT)
    assert english.json()["title"] == "Some fields do not fit"
