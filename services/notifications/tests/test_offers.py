"""Offers and committees' refusals in writing: to whom, on which channel, by when, and what is never in them."""

import datetime as dt
import json
import re
from uuid import uuid5

import pytest
from notice_samples import ADDRESS, SECRET, own_links
from notifications_samples import NAMESPACE, consent, contact, person, recorded
from sqlalchemy import text
from test_notices import identity

from chassis import links
from chassis.links import Links
from contracts.allocation import (
    CandidacyClosed,
    CandidacyEnd,
    CommitteeDecided,
    Decision,
    DecisionKind,
    DecisionReason,
    OfferMade,
    OfferReminded,
    OfferWithdrawn,
)
from contracts.examples.story import DWELLING
from contracts.notices import notice_id
from contracts.values import Channel, Language
from notifications.domain.delivery import Purpose
from notifications.domain.notice import Notice, OfHome
from notifications.rendering.decisions import in_words
from notifications.rendering.notices import NoticeRenderer
from notifications.store import notices

OFFER, FILE, HOUSEHOLD = (uuid5(NAMESPACE, name) for name in ("offer", "file", "household"))
LAST_DAY = dt.date(2026, 12, 5)
WHAT = {
    "vacancy_id": uuid5(NAMESPACE, "vacancy"),
    "landlord": "552032708",
    "offer_id": OFFER,
    "candidacy_id": FILE,
    "application_id": HOUSEHOLD,
    "person_ids": (person(1), person(2)),
}
HOME = {"dwelling": DWELLING, "available_on": dt.date(2027, 2, 1), "answer_by": LAST_DAY}


def made(**changes):
    return OfferMade(**WHAT | HOME | {"version": 1, "rank": 2, "made_on": dt.date(2026, 11, 25)} | changes)


def reminded():
    return OfferReminded(**WHAT | HOME | {"version": 2})


def withdrawn(because=CandidacyEnd.VACANCY_GONE):
    return OfferWithdrawn(**WHAT, version=3, because=because)


def closed(because=CandidacyEnd.VACANCY_LET, **changes):
    file = {name: WHAT[name] for name in ("vacancy_id", "landlord", "candidacy_id", "application_id", "person_ids")}
    at = dt.datetime(2026, 12, 8, 10, tzinfo=dt.UTC)
    return CandidacyClosed(**file | {"version": 5, "because": because, "closed_at": at, "dwelling": DWELLING} | changes)


def decided(*decisions):
    return CommitteeDecided(
        vacancy_id=WHAT["vacancy_id"],
        landlord=WHAT["landlord"],
        session_id=uuid5(NAMESPACE, "session"),
        on=dt.date(2026, 11, 22),
        decisions=decisions,
        dwelling=DWELLING,
    )


def refusal(number, kind=DecisionKind.NOT_ALLOCATED, *reasons):
    return Decision(
        candidacy_id=uuid5(FILE, str(number)),
        application_id=uuid5(HOUSEHOLD, str(number)),
        kind=kind,
        reasons=reasons or (DecisionReason.RENT_TOO_HIGH_FOR_RESOURCES,),
        person_ids=(person(number),),
    )


async def rows(harness):
    async with harness.work() as work:
        found = await work.session.execute(
            text("SELECT person_id, channel, purpose, state FROM delivery ORDER BY purpose, channel, person_id")
        )
        return [tuple(row) for row in found]


async def told(harness, purpose):
    """Person, channel and state of each message, but for the SMS that nobody here consents to."""
    return sorted(row[:2] + row[3:] for row in await rows(harness) if row[2] == purpose and row[1] != "sms")


async def test_each_person_is_told_once_by_consent_and_by_letter_where_no_email_may_go(harness):
    await harness.handle(recorded(1), recorded(2, consents=(consent(Channel.EMAIL, granted=False),), address=ADDRESS))
    await harness.handle(made())
    await harness.handle(made())
    await harness.run_due()
    assert await told(harness, "offer") == sorted(
        [(person(1), "email", "pending"), (person(2), "email", "suppressed"), (person(2), "letter", "pending")]
    )
    assert await harness.scalar("SELECT count(*) FROM notice WHERE subject = :offer", offer=OFFER) == 2


async def test_who_waited_for_a_home_that_another_has_is_told_once_and_a_no_to_letters_counts(harness):
    await harness.handle(
        recorded(1),
        recorded(2, consents=(consent(Channel.EMAIL, granted=False), consent(Channel.LETTER, granted=False))),
    )
    await harness.handle(closed())
    await harness.handle(closed())
    await harness.handle(closed(candidacy_id=uuid5(FILE, "own"), person_ids=()))
    await harness.run_due()
    assert await told(harness, "file_closed") == sorted(
        [(person(1), "email", "pending"), (person(2), "email", "suppressed"), (person(2), "letter", "suppressed")]
    )
    assert await harness.scalar("SELECT count(*) FROM notice") == 2


@pytest.mark.parametrize(
    ("because", "french", "english"),
    [
        (CandidacyEnd.VACANCY_LET, "loué à un autre ménage", "let to another household"),
        (CandidacyEnd.VACANCY_GONE, "retiré ce logement", "taken this home off"),
        (CandidacyEnd.RULE_BROKEN, "Votre situation a changé", "Your situation has changed"),
        (CandidacyEnd.CONDITION_NOT_MET, "pas été donnée à temps", "not given in time"),
    ],
)
def test_the_end_of_a_file_says_why_and_that_it_is_no_refusal(because, french, english):
    notice = of(Purpose.FILE_CLOSED, dwelling=DWELLING, because=because)
    said = " ".join(words(notice, Language.FRENCH).paragraphs)
    assert french in said
    assert "ne compte pas comme un refus" in said
    assert DWELLING.street in said
    said = " ".join(words(notice, Language.ENGLISH).paragraphs)
    assert english in said
    assert "does not count as a refusal" in said


def test_an_offer_of_a_home_that_is_not_free_yet_says_that_the_day_may_change():
    offer = {"dwelling": DWELLING, "available_on": dt.date(2027, 2, 1)}
    expected = words(of(Purpose.OFFER, **offer, available_on_expected=True), Language.FRENCH)
    assert "date prévue qui peut encore changer" in " ".join(expected.paragraphs)
    assert "date prévue" not in " ".join(words(of(Purpose.OFFER, **offer), Language.FRENCH).paragraphs)


async def test_a_reminder_is_a_message_of_its_own(harness):
    await harness.handle(recorded(1), recorded(2))
    await harness.handle(made(), reminded())
    await harness.run_due()
    assert await harness.scalar("SELECT count(*) FROM notice WHERE reminder") == 2
    assert [row[1:] for row in await told(harness, "offer")] == [("email", "pending")] * 4


async def test_what_has_not_left_of_an_offer_withdrawn_stays_unsent_and_it_is_said(harness):
    await harness.handle(recorded(1), recorded(2))
    await harness.handle(made())
    await harness.run_due()
    await harness.handle(withdrawn())
    await harness.run_due()
    assert {row[2] for row in await told(harness, "offer")} == {"suppressed"}
    assert {row[2] for row in await told(harness, "offer_withdrawn")} == {"pending"}


async def test_who_signed_elsewhere_is_not_told_that_the_offer_ended(harness):
    await harness.handle(recorded(1), recorded(2))
    await harness.handle(made(), withdrawn(CandidacyEnd.HOUSED))
    await harness.run_due()
    assert await told(harness, "offer_withdrawn") == []


async def test_only_who_is_refused_is_told_of_the_decision(harness):
    ranked = Decision(
        candidacy_id=FILE, application_id=HOUSEHOLD, kind=DecisionKind.ALLOCATED, rank=1, person_ids=(person(3),)
    )
    await harness.handle(recorded(1), recorded(2), recorded(3))
    await harness.handle(decided(ranked, refusal(1), refusal(2, DecisionKind.INADMISSIBLE)))
    await harness.run_due()
    assert {row[0] for row in await told(harness, "non_allocation")} == {person(1), person(2)}
    kept = [json.loads(one) for one in await column(harness, "SELECT of_home::text FROM notice")]
    assert sorted(one.get("inadmissible", False) for one in kept) == [False, True]


async def test_what_was_refused_is_forgotten_with_the_person(harness):
    await harness.handle(recorded(1))
    await harness.handle(decided(refusal(1)))
    async with harness.work() as work:
        await notices.forget(work.session, [person(1)])
    assert await harness.scalar("SELECT count(*) FROM notice WHERE of_home IS NULL") == 1


async def column(harness, query):
    async with harness.work() as work:
        return list(await work.session.scalars(text(query)))


def words(notice, language=Language.FRENCH):
    return NoticeRenderer(identity(), own_links()).words(notice, contact(language=language), None)


def of(purpose, **told_of):
    dated = {"respond_by": LAST_DAY, "ends_on": LAST_DAY} if purpose.value == "offer" else {}
    return Notice(
        notice_id=notice_id(OFFER, person(1), purpose.value),
        purpose=purpose,
        person_id=person(1),
        subject=OFFER,
        of_home=OfHome(**told_of),
        taken_at=dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC),
        **dated,
    )


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ENGLISH])
@pytest.mark.parametrize("condition", [False, True])
def test_an_offer_says_the_home_the_last_day_what_silence_means_and_how_to_answer(language, condition):
    notice = of(Purpose.OFFER, dwelling=DWELLING, available_on=dt.date(2027, 2, 1), on_condition=condition)
    said = words(notice, language)
    whole = " ".join(said.paragraphs)
    assert "5" in said.subject
    assert "2026" in said.subject
    assert "R. 441-10" in whole
    assert DWELLING.street in whole
    assert ("condition" in whole) is condition
    assert said.paragraphs.count(said.link) == 1
    assert said.link in said.sms
    (token,) = re.findall(r"https://parcours\.example/v1/offer-answers\?token=([\w-]{48})", said.link)
    last_minute = dt.datetime(2026, 12, 5, 22, 59, tzinfo=dt.UTC)
    assert Links(SECRET, links.OFFER).verify(token, now=last_minute) == OFFER
    with pytest.raises(links.LinkExpired):
        Links(SECRET, links.OFFER).verify(token, now=last_minute + dt.timedelta(minutes=1))


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ENGLISH])
@pytest.mark.parametrize("reason", [one for one in DecisionReason if one is not DecisionReason.UNKNOWN])
def test_every_reason_of_a_refusal_has_words_of_its_own(reason, language):
    said = " ".join(words(of(Purpose.NON_ALLOCATION, dwelling=DWELLING, reasons=(reason,)), language).paragraphs)
    assert in_words(reason, language) in said
    assert in_words(reason, language) != in_words(DecisionReason.UNKNOWN, language)
    assert "L. 441-2-2" in said


def test_an_inadmissible_file_is_told_that_the_application_may_close():
    said = " ".join(
        words(of(Purpose.NON_ALLOCATION, reasons=(DecisionReason.FILE_NOT_TRUE,), inadmissible=True)).paragraphs
    )
    assert "irrecevable" in said
    assert "reste active" not in said
