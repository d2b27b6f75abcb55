"""Steps that the tests of candidacies and committees share: a home, its files, their pieces, a session."""

import datetime as dt
import uuid

import matching_samples as samples

from chassis.auth import Role
from chassis.testing import bearer
from contracts.allocation import CandidacyOrigin
from contracts.matching import Answer, CallIssued
from matching.acts import filing

AGENT = bearer(Role.AGENT) | {"Accept-Language": "en"}
TODAY = dt.date(2026, 11, 22)
HELD_ON = TODAY + dt.timedelta(days=9)
ISSUED = {"payslips": TODAY, "recent_tax_notice": TODAY - dt.timedelta(days=60)}


async def home_with(harness, *applications, **facts):
    """A home that these applications are called for; returns the vacancy and their calls by application."""
    await harness.handle(*applications)
    vacancy = samples.announced(**facts)
    await harness.handle(vacancy)
    await harness.run_due()
    calls = [CallIssued.model_validate(one.payload) for one in await harness.outbox(CallIssued.TYPE)]
    return vacancy, {one.application_id: one for one in calls if one.vacancy_id == vacancy.vacancy_id}


async def interested(harness, call):
    """The household is interested; returns the id of its candidacy."""
    async with harness.work() as work:
        await filing.take_answer(call.call_id, Answer.INTERESTED, reason=None, on_behalf_by=None, work=work)
    return candidacy_id(call.application_id, call.vacancy_id)


def candidacy_id(application_id, vacancy_id):
    return uuid.uuid5(application_id, str(vacancy_id))


async def complete(harness, candidacy):
    """Verify every piece that the file asks for."""
    async with harness.work() as work:
        row = await filing.candidacies.load(work.session, candidacy)
        checklist = await filing.checklist_of(row, TODAY, work)
        for one in checklist.missing:
            kind = one.requirement.any_of[0].kind
            await filing.verify_piece(
                candidacy,
                one.item,
                kind=kind,
                issued_on=ISSUED.get(kind, dt.date(2026, 9, 1)),
                valid_until=None,
                by="agent Martin",
                work=work,
            )


async def files(harness, count, **facts):
    """A home with so many complete files, best first by the engine: the vacancy and the candidacies' ids."""
    applications = samples.fitting(count)
    vacancy, calls = await home_with(harness, *applications, **facts)
    found = []
    for one in reversed(applications):
        found.append(await interested(harness, calls[one.application_id]))
        await complete(harness, found[-1])
    return vacancy, found


async def brought(client, vacancy, application, *, origin=CandidacyOrigin.LANDLORD, reason="Relogement demandé."):
    return await client.post(
        f"/v1/vacancies/{vacancy.vacancy_id}/candidacies",
        json={"application_id": str(application.application_id), "origin": origin.value, "reason": reason},
        headers=AGENT,
    )


async def session(client, *, held_on=HELD_ON, members=None, quorum=None):
    response = await client.post(
        "/v1/committee-sessions",
        json={
            "landlord": samples.LANDLORD,
            "held_on": held_on.isoformat(),
            "place": "12 rue des Bailleurs, Paris",
            "members": MEMBERS if members is None else members,
            "quorum": quorum,
        },
        headers=AGENT,
    )
    assert response.status_code == 201, response.text
    return response.json()["id"]


MEMBERS = [
    {"seat": "chair", "name": "Mme Diallo", "present": True},
    {"seat": "member", "name": "M. Lopez", "present": True},
    {"seat": "tenants", "name": "Mme Bernard", "present": True},
    {"seat": "mayor", "name": "M. Petit", "commune": "75056", "present": True},
    {"seat": "prefet", "name": "Mme Roux", "present": False},
]


async def put(client, session_id, vacancy, candidacies=None, **fields):
    body = {"vacancy_id": str(vacancy.vacancy_id), **fields}
    if candidacies is not None:
        body["candidacies"] = [str(one) for one in candidacies]
    return await client.post(f"/v1/committee-sessions/{session_id}/homes", json=body, headers=AGENT)


async def decide(client, session_id, vacancy, decisions, *, key=None, **fields):
    headers = AGENT | ({"Idempotency-Key": key} if key else {})
    path = f"/v1/committee-sessions/{session_id}/homes/{vacancy.vacancy_id}/decisions"
    return await client.post(path, json={"decisions": decisions, **fields}, headers=headers)


def allocated(candidacy, rank, **fields):
    kind = "allocated" if rank == 1 else "allocated_by_rank"
    return {"candidacy_id": str(candidacy), "kind": kind, "rank": rank} | fields


def refused(candidacy, *reasons, kind="not_allocated", **fields):
    said = list(reasons or ["rent_too_high_for_resources"])
    return {"candidacy_id": str(candidacy), "kind": kind, "reasons": said} | fields


def fields_of(response):
    assert response.status_code == 422, response.text
    return {one["field"]: one["message"] for one in response.json()["errors"]}
