"""From the file to the lease in the record of CCH R441-2-15; the refusals that count, and those that do not."""

import datetime as dt
from uuid import UUID, uuid4

import pytest
from demand_forms import WHY, person, register
from test_handling import issued, status, steps, until

from contracts.allocation import (
    CandidacyClosed,
    CandidacyEnd,
    CandidacyOpened,
    CandidacyOrigin,
    CandidacyParked,
    CandidacyRevived,
    CommitteeDecided,
    Decision,
    DecisionKind,
    DecisionReason,
    OfferAccepted,
    OfferMade,
    OfferRefused,
    OfferRefusedBecause,
    OfferReminded,
    OfferWithdrawn,
)
from contracts.event import Envelope
from contracts.examples.story import DWELLING
from contracts.matching import CallAnswered
from contracts.notices import notice_id
from contracts.notifications import DeliveryPurpose, DeliverySent

VACANCY, FILE, OFFER, OTHER = (UUID(int=number) for number in range(11, 15))


@pytest.fixture
async def household(client):
    summary = await register(client, co_applicant=person(given_name="Issa"))
    return UUID(summary["application_id"]), tuple(UUID(one) for one in summary["person_ids"])


def of_file(household, **changes):
    return {
        "vacancy_id": VACANCY,
        "landlord": "552032708",
        "candidacy_id": FILE,
        "application_id": household[0],
        "version": 1,
    } | changes


def of_offer(household, **changes):
    return of_file(household, offer_id=OFFER, person_ids=household[1]) | changes


def made(household, **changes):
    home = {"dwelling": DWELLING, "available_on": "2027-01-05", "answer_by": "2026-12-08"}
    return OfferMade(**of_offer(household), **home, rank=1, made_on="2026-11-28", **changes)


def refused(household, number=0, because=OfferRefusedBecause.RENT):
    return OfferRefused(
        **of_offer(household, offer_id=UUID(int=100 + number)), refused_on="2026-11-22", because=because
    )


def decided(household, kind, *reasons, rank=None):
    one = Decision(
        candidacy_id=FILE,
        application_id=household[0],
        kind=kind,
        rank=rank,
        reasons=reasons,
        person_ids=household[1],
    )
    return CommitteeDecided(
        vacancy_id=VACANCY, landlord="552032708", session_id=uuid4(), on="2026-11-22", decisions=(one,)
    )


async def facts(harness, household):
    found = await harness.outbox("demand.application.recorded.v1")
    return [one.payload["household"].get("refused_offers") for one in found if one.key == str(household[0])]


async def record(client, household):
    answer = await client.get(f"/v1/applications/{household[0]}/record", params=WHY)
    return answer.json()["steps"]


async def test_every_step_is_in_the_record_with_its_messages(client, harness, household):
    story = [
        CandidacyOpened(
            **of_file(household),
            person_ids=household[1],
            origin=CandidacyOrigin.CALL,
            score=3,
            policy="national/2026-11-22",
            opened_at=harness.clock.now(),
        ),
        CandidacyParked(**of_file(household), for_candidacy_id=OTHER, parked_at=harness.clock.now()),
        CandidacyRevived(**of_file(household), revived_at=harness.clock.now()),
        decided(household, DecisionKind.ALLOCATED, rank=1),
        made(household),
        OfferReminded(**of_offer(household), dwelling=DWELLING, available_on="2027-01-05", answer_by="2026-12-08"),
        OfferAccepted(**of_offer(household), accepted_on="2026-12-01"),
        OfferWithdrawn(**of_offer(household), because=CandidacyEnd.VACANCY_GONE),
        CandidacyClosed(
            **of_file(household),
            because=CandidacyEnd.VACANCY_GONE,
            closed_at=harness.clock.now(),
            person_ids=household[1],
        ),
    ]
    for event in story:
        await harness.handle(event)
    for what in ("offer", "offer_reminder"):
        sent = DeliverySent(
            delivery_id=uuid4(),
            call_id=notice_id(OFFER, household[1][0], what),
            person_id=household[1][0],
            channel="email",
            purpose=DeliveryPurpose.OFFER,
            attempt=1,
            gateway_reference="<x@y>",
            sent_at=harness.clock.now(),
        )
        await harness.handle(sent)
    assert (await steps(client, household[0]))[2:] == [
        "candidacy_opened",
        "candidacy_parked",
        "candidacy_revived",
        "committee_decided",
        "offer_made",
        *["notified"] * 2,
        "offer_reminded",
        *["notified"] * 2,
        "offer_accepted",
        "offer_withdrawn",
        *["notified"] * 2,
        "candidacy_closed",
        *["notified"] * 2,
        *["message_sent"] * 2,
    ]
    assert await facts(harness, household) == [None], "an offer that was withdrawn counts against nobody"


async def test_others_steps_stand_at_the_moment_they_were_done_not_when_they_were_heard_of(client, harness, household):
    at = harness.clock.now()
    harness.clock.advance(dt.timedelta(minutes=3))
    one = decided(household, DecisionKind.NOT_ALLOCATED, DecisionReason.RENT_TOO_HIGH_FOR_RESOURCES)
    for event in (made(household), one, refused(household)):
        await harness.handle(event, envelope=Envelope.new(event.TYPE, source="matching", time=at))
    moments = {step["step"]: step["at"] for step in (await record(client, household))[2:]}
    assert set(moments) == {"offer_made", "committee_decided", "notified", "offer_refused"}
    assert {dt.datetime.fromisoformat(moment) for moment in moments.values()} == {at}


async def test_offers_refused_in_words_or_by_silence_count_and_calls_never(client, harness, household):
    call_id = uuid4()
    await harness.handle(
        issued(str(household[0]), str(household[1][0]), call_id),
        CallAnswered(
            call_id=call_id,
            vacancy_id=VACANCY,
            application_id=household[0],
            version=2,
            answer="not_interested",
            answered_at=harness.clock.now(),
        ),
    )
    assert await facts(harness, household) == [None]
    await harness.handle(refused(household))
    await harness.handle(refused(household, 1, OfferRefusedBecause.SILENCE))
    assert await facts(harness, household) == [None, 1, 2]
    told = [one for one in await record(client, household) if one["step"] == "offer_refused"]
    assert [one["detail"]["reason"] for one in told] == ["rent", "silence"]


async def test_the_same_refusal_told_again_counts_once(client, harness, household):
    event = refused(household)
    envelope = Envelope.new(event.TYPE, source="matching", time=harness.clock.now(), subject=event.key)
    await harness.handle(event, envelope=envelope)
    await harness.handle(event, envelope=envelope)
    assert await facts(harness, household) == [None, 1]


async def test_refusals_stay_with_the_one_that_a_duplicate_is_merged_into(client, harness, household):
    other = (await register(client, number="2" * 18))["application_id"]
    await harness.handle(refused(household))
    merged = await client.post(f"/v1/applications/{other}/merge", json={"duplicate": str(household[0])})
    assert merged.status_code == 200
    assert (await facts(harness, (UUID(other), ())))[-1] == 1


async def test_an_inadmissible_file_begins_the_month_of_the_law(client, harness, household):
    await harness.handle(decided(household, DecisionKind.INADMISSIBLE, DecisionReason.INCOME_ABOVE_CEILING))
    assert await status(client, household[0]) == ("active", None)
    warned = await harness.outbox("demand.notice.closure-warned.v1")
    assert sorted(one.key for one in warned) == sorted(map(str, household[1]))
    assert {one.payload["closes_on"] for one in warned} == {"2026-12-23"}
    await until(harness, "2026-12-23")
    assert await status(client, household[0]) == ("closed", "inadmissible")


async def test_a_file_that_is_not_allocated_closes_nothing(client, harness, household):
    await harness.handle(decided(household, DecisionKind.NOT_ALLOCATED, DecisionReason.RENT_TOO_HIGH_FOR_RESOURCES))
    await until(harness, "2026-12-30")
    assert await status(client, household[0]) == ("active", None)
    (told,) = [one for one in await record(client, household) if one["step"] == "committee_decided"]
    assert told["detail"]["reasons"] == ["rent_too_high_for_resources"]


async def test_a_closure_announced_for_another_reason_stays_and_the_decision_is_recorded(client, harness, household):
    body = {"reason": "no_answer", "since": "2026-11-20"}
    await client.post(f"/v1/applications/{household[0]}/warning", json=body)
    await harness.handle(decided(household, DecisionKind.INADMISSIBLE, DecisionReason.FILE_NOT_TRUE))
    assert "committee_decided" in await steps(client, household[0])
    await until(harness, "2026-12-23")
    assert await status(client, household[0]) == ("closed", "no_answer")


async def test_nothing_is_counted_of_a_household_that_is_closed_or_unknown(client, harness, household):
    await client.post(f"/v1/applications/{household[0]}/withdraw")
    before = await facts(harness, household)
    await harness.handle(refused(household), refused((uuid4(), (uuid4(),)), 1))
    assert await facts(harness, household) == before
    assert "offer_refused" in await steps(client, household[0])
