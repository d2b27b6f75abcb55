"""An application's handling on a real database: the clock, the six closures, duplicates, and the record of it all."""

import datetime as dt
from uuid import UUID, uuid4

import pytest
from demand_forms import WHY, declaration, person, register, registration
from demand_samples import form, member
from pydantic import SecretStr

from chassis.auth import Role
from chassis.links import ANSWER, RECORD, Links
from chassis.testing import bearer
from contracts.inventory import Designation, VacancyAllocated, VacancyDesignated, VacancyLet
from contracts.matching import CallAnswered, CallIssued, CallLapsed
from contracts.notices import notice_id
from contracts.notifications import DeliveryDelivered, DeliveryPurpose, DeliverySent
from demand import store

DAY = dt.timedelta(days=1)


async def steps(client, application_id):
    answer = await client.get(f"/v1/applications/{application_id}/record", params=WHY)
    assert answer.status_code == 200, answer.text
    return [one["step"] for one in answer.json()["steps"]]


async def status(client, application_id):
    read = (await client.get(f"/v1/applications/{application_id}", params=WHY)).json()
    return read["status"], read["closure"]


async def notices(harness):
    return [one for one in await harness.outbox() if one.topic == "demand.notice.v1"]


async def until(harness, day):
    """Move the clock to noon of a day and run what is due."""
    noon = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(12), tzinfo=dt.UTC)
    harness.clock.advance(noon - harness.clock.now())
    await harness.run_due()


class TestAYear:
    async def test_each_person_is_told_once_reminded_once_then_the_number_ends(self, client, harness):
        summary = await register(client, co_applicant=person(given_name="Issa"))
        application_id = summary["application_id"]
        await until(harness, "2026-12-31")
        assert await notices(harness) == []
        await until(harness, "2027-01-01")
        told = await notices(harness)
        assert sorted(one.key for one in told) == sorted(summary["person_ids"])
        assert {(one.payload["expires_on"], one.payload["reminder"]) for one in told} == {("2027-03-01", False)}
        await until(harness, "2027-02-14")
        assert [one.payload["reminder"] for one in await notices(harness)] == [False, False, True, True]
        await until(harness, "2027-03-01")
        assert await status(client, application_id) == ("active", None)
        await until(harness, "2027-03-02")
        assert await status(client, application_id) == ("closed", "not_renewed")
        (closed,) = await harness.outbox("demand.application.closed.v1")
        assert (closed.payload["reason"], closed.payload["registered_on"]) == ("not_renewed", "2024-03-01")
        assert len(await notices(harness)) == 4
        assert await steps(client, application_id) == [
            "registered",
            "completed",
            *["renewal_notified"] * 2,
            *["renewal_reminded"] * 2,
            "closed",
        ]

    async def test_a_clock_that_jumps_tells_first_and_closes_a_month_later(self, client, harness):
        application_id = (await register(client))["application_id"]
        await until(harness, "2027-06-10")
        assert await status(client, application_id) == ("active", None)
        (told,) = await notices(harness)
        assert told.payload["expires_on"] == "2027-07-10"
        await until(harness, "2027-06-26")
        await until(harness, "2027-07-11")
        assert await status(client, application_id) == ("closed", "not_renewed")

    async def test_a_renewal_keeps_the_seniority_and_asks_again_in_a_year(self, client, harness):
        application_id = (await register(client))["application_id"]
        early = await client.post(f"/v1/applications/{application_id}/renew")
        assert (early.status_code, "2027-01-01" in early.json()["detail"]) == (409, True)
        await until(harness, "2027-01-05")
        renewed = (await client.post(f"/v1/applications/{application_id}/renew")).json()
        assert (renewed["expires_on"], renewed["registered_on"]) == ("2028-03-01", "2024-03-01")
        (event,) = await harness.outbox("demand.application.renewed.v1")
        assert (event.topic, event.payload["expires_on"]) == ("demand.life.v1", "2028-03-01")
        await until(harness, "2027-12-31")
        assert len(await notices(harness)) == 1
        await until(harness, "2028-01-01")
        assert len(await notices(harness)) == 2


class TestClosing:
    async def test_silence_a_month_after_the_warning(self, client, harness):
        application_id = (await register(client))["application_id"]
        address = f"/v1/applications/{application_id}/warning"
        future = await client.post(address, json={"reason": "no_answer", "since": "2026-12-24"})
        assert future.json()["errors"][0]["field"] == "since"
        for _ in range(2):
            warned = await client.post(address, json={"reason": "no_answer", "since": "2026-10-01"})
            assert warned.status_code == 200
        (notice,) = await notices(harness)
        assert (notice.payload["closes_on"], notice.payload["respond_by"]) == ("2026-12-23", "2026-12-22")
        await until(harness, "2026-12-22")
        assert await status(client, application_id) == ("active", None)
        await until(harness, "2026-12-23")
        assert await status(client, application_id) == ("closed", "no_answer")

    async def test_a_word_of_the_household_lifts_the_warning(self, client, harness):
        application_id = (await register(client))["application_id"]
        warned = await client.post(
            f"/v1/applications/{application_id}/warning", json={"reason": "no_answer", "since": "2026-10-01"}
        )
        larger = declaration(household={"persons_for_occupancy": 4, "persons_for_ceiling": 4})
        await client.put(
            f"/v1/applications/{application_id}", json=larger, headers={"If-Match": warned.headers["ETag"]}
        )
        await until(harness, "2026-12-30")
        assert await status(client, application_id) == ("active", None)
        assert "warning_lifted" in await steps(client, application_id)

    async def test_an_inadmissible_application_and_a_decision_taken_back(self, client, harness):
        first = (await register(client))["application_id"]
        second = (await register(client, number="2" * 18))["application_id"]
        for one in (first, second):
            await client.post(f"/v1/applications/{one}/warning", json={"reason": "inadmissible", "since": "2026-11-20"})
        lifted = await client.delete(f"/v1/applications/{second}/warning")
        assert lifted.status_code == 200
        await until(harness, "2026-12-23")
        assert await status(client, first) == ("closed", "inadmissible")
        assert await status(client, second) == ("active", None)

    @pytest.mark.parametrize("reason", ["housed", "withdrawn", "merged", "not_renewed"])
    async def test_no_other_reason_takes_a_warning(self, client, reason):
        application_id = (await register(client))["application_id"]
        body = {"reason": reason, "since": "2026-11-20"}
        answer = await client.post(f"/v1/applications/{application_id}/warning", json=body)
        assert answer.json()["errors"][0]["field"] == "reason"

    async def test_a_lease_that_an_agent_knows_of(self, client, harness):
        application_id = (await register(client))["application_id"]
        address = f"/v1/applications/{application_id}/housed"
        housed = await client.post(address, json={"lease_signed_on": "2026-11-20"})
        assert (housed.json()["status"], housed.json()["closure"]) == ("closed", "housed")
        again = await client.post(address, json={"lease_signed_on": "2026-11-20"})
        assert (again.status_code, "closed (housed)" in again.json()["detail"]) == (409, True)
        assert len(await harness.outbox("demand.application.closed.v1")) == 1


class TestDuplicates:
    async def test_are_found_by_name_and_birth_date_and_merged_with_the_eldest_date(self, client, harness):
        first = await register(client, registered_on="2019-05-02", applicant=person(family_name="DIALLO"))
        second = await register(client, number="2" * 18)
        other = await register(client, number="3" * 18, applicant=person(birth_date="1988-07-15"))
        assert second["possible_duplicates"] == [first["application_id"]]
        assert other["possible_duplicates"] == []
        kept, closed = second["application_id"], first["application_id"]
        found = (await client.get(f"/v1/applications/{kept}/duplicates", params=WHY)).json()
        assert [(one["application_id"], one["registered_on"]) for one in found] == [(closed, "2019-05-02")]
        for _ in range(2):
            merged = await client.post(f"/v1/applications/{kept}/merge", json={"duplicate": closed})
            assert (merged.status_code, merged.json()["registered_on"]) == (200, "2019-05-02")
        assert await status(client, closed) == ("closed", "merged")
        (event,) = await harness.outbox("demand.application.closed.v1")
        assert (event.key, event.payload["merged_into"]) == (closed, kept)
        last = {one.key: one.payload for one in await harness.outbox("demand.application.recorded.v1")}
        assert (last[closed]["merged_into"], last[kept]["registered_on"]) == (kept, "2019-05-02")
        assert (await steps(client, kept))[-1] == "merged"
        assert (await client.get(f"/v1/applications/{kept}/duplicates", params=WHY)).json() == []
        itself = await client.post(f"/v1/applications/{kept}/merge", json={"duplicate": kept})
        assert itself.status_code == 409


def a_call(application_id, person_id, call_id):
    return {"call_id": call_id, "vacancy_id": uuid4(), "application_id": application_id, "version": 1}


def issued(application_id, person_id, call_id):
    home = {
        "commune": "75118",
        "street": "12 rue Ordener",
        "dwelling_type": "T3",
        "living_area_m2": 60,
        "financing": "PLUS",
        "base_rent_cents": 45_000,
    }
    return CallIssued.model_validate(
        {
            **a_call(application_id, person_id, call_id),
            "person_ids": [person_id],
            "landlord": "552032708",
            "dwelling": home,
            "available_on": "2027-01-01",
            "rank": 3,
            "called": 20,
            "answer_by": "2026-11-25T12:00:00Z",
            "score": 90,
            "reasons": ["seniority"],
            "policy": "national/2026-11-22",
        }
    )


def sent(person_id, call_id, kind=DeliverySent, purpose=DeliveryPurpose.CALL, **over):
    about = {"delivery_id": uuid4(), "call_id": call_id, "person_id": person_id, "channel": "sms", "purpose": purpose}
    return kind.model_validate({**about, **over})


SENT = {"attempt": 1, "gateway_reference": "x", "sent_at": "2026-11-22T12:00:00Z"}
DELIVERED = {"delivered_at": "2026-11-22T12:00:05Z"}


class TestRecord:
    async def test_holds_what_others_did_whatever_comes_first(self, client, harness):
        summary = await register(client)
        application_id, (person_id,) = summary["application_id"], summary["person_ids"]
        call_id, stranger = uuid4(), uuid4()
        await harness.handle(sent(person_id, call_id, **SENT))
        await harness.handle(issued(application_id, person_id, call_id), issued(stranger, person_id, uuid4()))
        await harness.handle(sent(person_id, call_id, DeliveryDelivered, **DELIVERED))
        await harness.handle(sent(person_id, uuid4(), purpose=DeliveryPurpose.TRANSFER_SUGGESTION, **SENT))
        answered = {**a_call(application_id, person_id, call_id), "version": 2}
        await harness.handle(
            CallAnswered.model_validate({**answered, "answer": "interested", "answered_at": "2026-11-22T13:00:00Z"})
        )
        await harness.handle(
            CallLapsed.model_validate(
                {**a_call(application_id, person_id, uuid4()), "lapsed_at": "2026-11-25T12:00:00Z"}
            )
        )
        assert sorted(await steps(client, application_id)) == sorted(
            [
                "registered",
                "completed",
                "message_sent",
                "call_issued",
                "message_delivered",
                "call_answered",
                "call_lapsed",
            ]
        )
        read = (await client.get(f"/v1/applications/{application_id}/record", params=WHY)).json()
        call = next(one for one in read["steps"] if one["step"] == "call_issued")
        assert (call["about"], call["detail"]["rank"], call["detail"]["called"]) == (str(call_id), 3, 20)
        assert str(person_id) not in str(read["steps"])
        assert await harness.scalar("SELECT count(*) FROM handling WHERE application_id = :id", id=stranger) == 0

    async def test_holds_what_a_helper_was_told_of_a_call_and_forgets_it_too(self, client, harness):
        summary = await register(client)
        application_id, (person_id,) = UUID(summary["application_id"]), map(UUID, summary["person_ids"])
        call_id, purpose = uuid4(), DeliveryPurpose.HELPER_CALL
        told = notice_id(call_id, person_id, purpose.value)
        await harness.handle(sent(person_id, told, purpose=purpose, **SENT))
        await harness.handle(issued(application_id, person_id, call_id))
        await harness.handle(sent(person_id, notice_id(uuid4(), person_id, purpose.value), purpose=purpose, **SENT))
        read = (await client.get(f"/v1/applications/{application_id}/record", params=WHY)).json()
        [message] = [one for one in read["steps"] if one["step"] == "message_sent"]
        assert message["about"] == str(call_id)
        assert message["detail"] == {"channel": "sms", "purpose": "helper_call"}
        async with harness.work() as work:
            await store.erase_application(work.session, application_id)
        assert await harness.scalar("SELECT count(*) FROM handling WHERE about = :id", id=told) == 0

    async def test_an_event_that_comes_twice_is_recorded_once(self, client, harness):
        summary = await register(client)
        event = issued(summary["application_id"], summary["person_ids"][0], uuid4())
        record = harness.record(event)
        await harness.edge.process([record])
        await harness.edge.process([record])
        assert (await steps(client, summary["application_id"])).count("call_issued") == 1

    async def test_a_lease_closes_the_application_for_good(self, client, harness):
        application_id = UUID((await register(client))["application_id"])
        vacancy_id = uuid4()
        await harness.handle(
            VacancyAllocated(vacancy_id=vacancy_id, version=3, on=dt.date(2026, 11, 20), application_id=application_id)
        )
        let = VacancyLet(
            vacancy_id=vacancy_id, version=4, lease_signed_on=dt.date(2026, 11, 21), application_id=application_id
        )
        await harness.handle(let)
        await harness.handle(let.model_copy(update={"version": 5}))
        for nobody in (None, uuid4()):
            await harness.handle(VacancyLet(**{**let.model_dump(), "vacancy_id": uuid4(), "application_id": nobody}))
        assert await status(client, application_id) == ("closed", "housed")
        (closed,) = await harness.outbox("demand.application.closed.v1")
        assert closed.payload["reason"] == "housed"
        assert await steps(client, application_id) == ["registered", "completed", "allocated", "let", "closed", "let"]
        await until(harness, "2027-11-21")
        assert await notices(harness) == []

    async def test_a_household_that_a_holder_names_reads_it_once(self, client, harness):
        application_id = UUID((await register(client))["application_id"])
        other = UUID((await register(client, number="2" * 18))["application_id"])
        turn = Designation(agreement_id=uuid4(), holder="999100001", mode="direct", until=dt.date(2026, 12, 2))
        vacancy_id, on = uuid4(), dt.date(2026, 11, 20)
        for version, named in ((2, (application_id,)), (3, (application_id, other, uuid4()))):
            await harness.handle(
                VacancyDesignated(
                    vacancy_id=vacancy_id,
                    version=version,
                    designation=turn,
                    candidates=len(named),
                    on=on,
                    application_ids=named,
                )
            )
        for one in (application_id, other):
            assert await steps(client, one) == ["registered", "completed", "designated"]
        record = (await client.get(f"/v1/applications/{application_id}/record", params=WHY)).json()
        named = record["steps"][-1]
        assert (named["about"], named["detail"]) == (str(vacancy_id), {"holder": "999100001", "on": "2026-11-20"})

    async def test_an_agents_reading_is_logged(self, client):
        summary = await register(client)
        await steps(client, summary["application_id"])
        readings = (await client.get(f"/v1/persons/{summary['person_ids'][0]}/readings")).json()
        assert [(one["who"], one["application_id"]) for one in readings] == [
            ("agent Martin", summary["application_id"])
        ]
        nobody = await client.get(
            f"/v1/applications/{summary['application_id']}/record", params=WHY, headers={"Authorization": ""}
        )
        assert nobody.status_code == 401


class TestTheApplicantsLink:
    async def link(self, client, application_id):
        answer = await client.post(f"/v1/applications/{application_id}/link", params=WHY)
        assert answer.status_code == 200, answer.text
        return answer.json()["token"]

    async def test_opens_her_own_record_and_names_no_agent(self, client):
        application_id = (await register(client))["application_id"]
        token = await self.link(client, application_id)
        del client.headers["Authorization"]
        read = await client.get("/v1/record", params={"token": token})
        assert read.json()["application_id"] == application_id
        assert [one["who"] for one in read.json()["steps"]] == ["agent", "agent"]
        assert "Martin" not in read.text
        assert "Diallo" not in read.text

    async def test_ends_after_a_month_and_opens_nothing_else(self, client, harness):
        application_id = (await register(client))["application_id"]
        token = await self.link(client, application_id)
        secret = SecretStr("x" * 32)
        answer = Links(secret, ANSWER).issue(UUID(application_id), expires_at=harness.clock.now() + DAY)
        assert (await client.get("/v1/record", params={"token": answer})).status_code in {400, 404}
        harness.clock.advance(dt.timedelta(days=31))
        assert (await client.get("/v1/record", params={"token": token})).status_code == 410
        unknown = Links(secret, RECORD).issue(uuid4(), expires_at=harness.clock.now() + DAY)
        assert (await client.get("/v1/record", params={"token": unknown})).status_code == 404

    async def test_renews_once_however_often_it_is_followed(self, client, harness):
        application_id = (await register(client))["application_id"]
        token = await self.link(client, application_id)
        early = await client.post("/v1/renewals", json={"token": token})
        assert early.status_code == 409
        await until(harness, "2027-01-02")
        token = await self.link(client, application_id)
        for _ in range(2):
            renewed = await client.post("/v1/renewals", json={"token": token})
            assert (renewed.status_code, renewed.json()["expires_on"]) == (200, "2028-03-01")
        assert (await steps(client, application_id)).count("renewed") == 1

    async def test_the_notices_link_is_good_for_as_long_as_it_lasts(self, client, harness):
        application_id = (await register(client))["application_id"]
        await until(harness, "2027-01-02")
        expires_at = dt.datetime(2027, 3, 1, 23, tzinfo=dt.UTC)
        token = Links(SecretStr("x" * 32), RECORD).issue(UUID(application_id), expires_at=expires_at)
        for day in ("2027-01-02", "2027-02-28"):
            await until(harness, day)
            renewed = await client.post("/v1/renewals", json={"token": token})
            assert (renewed.status_code, renewed.json()["expires_on"]) == (200, "2028-03-01")


async def test_an_agents_name_is_in_the_agents_record(client):
    application_id = (await register(client))["application_id"]
    client.headers.update(bearer(Role.AGENT, subject="agent Petit"))
    await client.post(f"/v1/applications/{application_id}/withdraw", json={"written_on": "2026-11-21"})
    read = (await client.get(f"/v1/applications/{application_id}/record", params=WHY)).json()
    assert [one["who"] for one in read["steps"]] == ["agent Martin", "agent Martin", "agent Petit"]
    assert read["steps"][-1]["detail"] == {"reason": "withdrawn", "written_on": "2026-11-21"}


async def test_members_in_full_make_duplicates_too(client):
    body = registration(declaration=form(member()))
    body.pop("household")
    first = (await client.post("/v1/applications", json=body)).json()
    second = (await client.post("/v1/applications", json={**body, "number": "2" * 18})).json()
    assert second["possible_duplicates"] == [first["application_id"]]
