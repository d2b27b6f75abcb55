"""Notices: who is told on which channel, once a person and notice, and on paper where no e-mail may go."""

import datetime as dt
import random
import re
from email import message_from_bytes, policy

import pytest
from notice_samples import (
    ADDRESS,
    APPLICATION,
    DATED,
    EXPIRES,
    SECRET,
    TENANCY,
    closure,
    notice,
    notice_id,
    own_links,
    renewal,
    suggestion,
)
from notifications_samples import consent, contact, issued, person, recorded
from sqlalchemy import text

from chassis import links
from chassis.links import LinkExpired, Links
from contracts.notifications import SuppressionReason
from contracts.values import Channel, Language
from notifications.domain.delivery import Purpose
from notifications.domain.notice import PURPOSES, Post, instead, route, safe, unreached
from notifications.domain.reach import Allowlist, Mode, Reach
from notifications.rendering.notices import NoticeRenderer
from notifications.rendering.renderer import Identity
from notifications.sending.notice_sender import NoticeSender
from notifications.store import alerts

PHONE = "+33612345678"
LEASE = dt.timedelta(seconds=60)


def identity(**changes):
    fields = {
        "name": "Parcours",
        "address": "alertes@parcours.example",
        "message_id_domain": "parcours.example",
        "consent_address": "consentements@parcours.example",
        "traced": True,
    }
    return Identity(**fields | changes)


def routed(contact_, post, purpose=Purpose.RENEWAL, **changes):
    planned = route(notice(purpose, **changes), contact_, post)
    return {one.channel.value: one.suppression.value if one.suppression else one.state.value for one in planned}


class TestRouting:
    def test_an_email_that_is_accepted_needs_no_letter(self):
        assert routed(contact(phone=PHONE), Post(address=ADDRESS)) == {"email": "pending", "sms": "pending"}

    def test_the_renewal_goes_by_letter_where_email_is_not_accepted(self):
        no = contact(consents=(consent(Channel.EMAIL, granted=False),))
        assert routed(no, Post(address=ADDRESS)) == {"email": "no_consent", "letter": "pending"}

    def test_an_sms_alone_is_no_notice(self):
        only = contact(email=None, phone=PHONE, consents=(consent(Channel.SMS),))
        assert routed(only, Post(address=ADDRESS)) == {"sms": "pending", "letter": "pending"}

    def test_who_has_nothing_is_passed_over_with_a_trace(self):
        nothing = contact(email=None, consents=())
        planned = route(notice(), nothing, Post())
        assert [(one.channel, one.suppression) for one in planned] == [(Channel.LETTER, SuppressionReason.NO_ADDRESS)]
        assert unreached(planned)

    def test_a_no_to_letters_counts_where_the_law_does_not_want_her_told(self):
        no = contact(email=None, consents=(consent(Channel.LETTER, granted=False),))
        assert routed(no, Post(address=ADDRESS), Purpose.TRANSFER_SUGGESTION) == {"letter": "no_consent"}
        assert routed(no, Post(address=ADDRESS), Purpose.CLOSURE_WARNING) == {"letter": "pending"}

    def test_which_letters_are_registered(self):
        assert [notice(purpose).registered for purpose in PURPOSES] == [True, True, False, True, *[False] * 5]
        assert not notice(reminder=True).registered

    def test_the_letter_instead_of_an_email_is_the_one_that_would_have_been_written(self):
        post = Post(address=ADDRESS)
        no = contact(consents=(consent(Channel.EMAIL, granted=False),))
        (_, letter) = route(notice(), no, post)
        assert instead(notice(), contact(), post) == letter
        assert letter.deliver_by == dt.datetime(2027, 1, 5, 23, tzinfo=dt.UTC)


SHARED = {"phone": PHONE, "address": ADDRESS, "shared": (Channel.EMAIL, Channel.LETTER)}


class TestDanger:
    def test_what_others_read_too_is_not_kept(self):
        kept = safe(recorded(safe_contact=True, **SHARED))
        assert (kept.email, kept.phone, kept.address) == (None, PHONE, None)

    def test_where_nobody_is_in_danger_all_is_kept(self):
        said = recorded(**SHARED)
        assert safe(said) is said


async def rows(harness):
    async with harness.database.session() as session:
        found = await session.execute(text("SELECT person_id, channel, state, suppression FROM delivery"))
        return {(row[0], row[1]): row[3] or row[2] for row in found}


async def test_a_notice_makes_its_deliveries_once(harness):
    await harness.handle(recorded(1, address=ADDRESS))
    await harness.handle(renewal(), renewal())
    await harness.handle(renewal())
    assert await harness.run_due() == 1
    assert await rows(harness) == {(person(1), "email"): "pending", (person(1), "sms"): "no_address"}
    (told,) = await harness.outbox()
    assert (told.type, told.payload["purpose"], told.payload["call_id"]) == (
        "notifications.delivery.suppressed.v1",
        "renewal",
        str(notice_id()),
    )


async def test_a_helper_is_told_as_well(harness):
    await harness.handle(recorded(1, helper=person(2), email=None, consents=(), address=ADDRESS), recorded(2))
    await harness.handle(closure())
    await harness.run_due()
    assert await rows(harness) == {
        (person(1), "letter"): "pending",
        (person(2), "email"): "pending",
        (person(2), "sms"): "no_address",
    }


async def test_a_person_in_danger_is_told_where_she_reads_alone(harness):
    await harness.handle(recorded(1, safe_contact=True, **SHARED))
    await harness.handle(renewal())
    await harness.run_due()
    assert await rows(harness) == {
        (person(1), "email"): "no_address",
        (person(1), "sms"): "pending",
        (person(1), "letter"): "no_address",
    }
    kept = await harness.scalar("SELECT to_jsonb(c)::text || to_jsonb(p)::text FROM contact c, contact_post p")
    assert "example.org" not in kept
    assert "BAUER" not in kept
    assert {one.payload["reason"] for one in await harness.outbox()} == {"no_address"}


async def test_a_call_reaches_nobody_else_either(harness):
    await harness.handle(recorded(1, safe_contact=True, **SHARED))
    await harness.handle(issued(1))
    assert await rows(harness) == {(person(1), "email"): "no_address", (person(1), "sms"): "pending"}


async def test_a_contact_that_comes_late_is_told_then(harness):
    await harness.handle(suggestion())
    assert await harness.run_due() == 1
    assert await rows(harness) == {}
    await harness.handle(recorded(1))
    harness.clock.advance(dt.timedelta(minutes=15))
    await harness.run_due()
    assert (await rows(harness))[person(1), "email"] == "pending"


async def test_a_contact_that_never_comes_leaves_a_trace(harness):
    await harness.handle(renewal())
    harness.clock.advance(dt.datetime.combine(EXPIRES, dt.time(), dt.UTC) + dt.timedelta(days=1) - harness.clock.now())
    await harness.run_due()
    assert await rows(harness) == {(person(1), "letter"): "contact_unknown_at_deadline"}


async def test_who_can_be_reached_nowhere_opens_a_check(harness):
    await harness.handle(recorded(1, email=None, consents=()))
    await harness.handle(renewal(), renewal(of=2))
    await harness.run_due()
    assert await harness.scalar("SELECT count(*) FROM contact_check WHERE closed_at IS NULL") == 1


@pytest.fixture
def sender(harness, smtp, sms):
    def make(**changes):
        parts = {
            "edge": harness.edge,
            "health": harness.health,
            "mail": smtp,
            "sms": sms,
            "renderer": NoticeRenderer(identity(), own_links()),
            "reach": Reach(),
            "lease": LEASE,
            "ceiling_per_minute": 100,
            "jitter": random.random,
        }
        return NoticeSender(**parts | changes)

    return make


def content(mail):
    parsed = message_from_bytes(mail.arrival.content, policy=policy.default)
    return parsed, parsed.get_body(("plain",)).get_content(), parsed.get_body(("html",)).get_content()


class TestSending:
    async def test_email_and_sms_leave_once_and_are_told(self, harness, mailbox, sender):
        await harness.handle(recorded(1, phone=PHONE))
        await harness.handle(renewal())
        await harness.run_due()
        notices = sender()
        assert await notices.run_once() == 2
        assert await notices.run_once() == 0
        kinds = {one.arrival.kind: one for one in mailbox.mailbox.after(0)}
        parsed, plain, page = content(kinds["email"])
        assert parsed["Subject"] == "Renouvelez votre demande de logement avant le mardi 5 janvier 2027"
        assert parsed["To"] == "person1@example.org"
        for said in (plain, page):
            assert "Éloïse" in said
            assert "garde son ancienneté" in said
        assert "05/01/2027" in kinds["sms"].subject
        record = Links(SECRET, links.RECORD)
        now = harness.clock.now()
        for said in (plain, page, kinds["sms"].subject):
            assert {record.verify(token, now=now) for token in tokens(said, "record")} == {APPLICATION}
        sent = await harness.outbox("notifications.delivery.sent.v1")
        assert {(one.payload["channel"], one.payload["purpose"]) for one in sent} == {
            ("email", "renewal"),
            ("sms", "renewal"),
        }
        assert {one.payload["call_id"] for one in sent} == {str(notice_id())}

    async def test_consent_is_read_again_and_a_letter_goes_instead(self, harness, mailbox, sender):
        await harness.handle(recorded(1, address=ADDRESS))
        await harness.handle(renewal())
        await harness.run_due()
        no = (consent(Channel.EMAIL, granted=False),)
        await harness.handle(recorded(1, version=2, address=ADDRESS, consents=no))
        assert await sender().run_once() == 1
        assert mailbox.mailbox.after(0) == []
        found = await rows(harness)
        assert (found[person(1), "email"], found[person(1), "letter"]) == ("no_consent", "pending")

    async def test_an_address_that_bounces_opens_a_check_and_a_letter_goes_instead(self, harness, mailbox, sender):
        mailbox.faults.unknown_recipients = frozenset({"person1@example.org"})
        await harness.handle(recorded(1, address=ADDRESS))
        await harness.handle(closure())
        await harness.run_due()
        await sender().run_once()
        found = await rows(harness)
        assert (found[person(1), "email"], found[person(1), "letter"]) == ("failed", "pending")
        (failed,) = await harness.outbox("notifications.delivery.failed.v1")
        assert failed.payload["final"] is True
        assert await harness.scalar("SELECT channel FROM contact_check") == "email"

    async def test_an_attempt_cut_off_is_made_again_and_counted(self, harness, sender):
        await harness.handle(recorded(1))
        await harness.handle(renewal())
        await harness.run_due()
        notices = sender()
        await notices._claim()
        assert await notices.run_once() == 0
        harness.clock.advance(LEASE + dt.timedelta(seconds=1))
        assert await notices.run_once() == 1
        (unknown,) = await harness.outbox("notifications.delivery.failed.v1")
        assert unknown.payload["outcome_unknown"] is True
        (sent,) = await harness.outbox("notifications.delivery.sent.v1")
        assert sent.payload["attempt"] == 2

    async def test_held_alerts_hold_notices_and_half_of_the_ceiling_stays_for_alerts(self, harness, sender):
        await harness.handle(*(recorded(one) for one in range(1, 6)))
        await harness.handle(*(renewal(one, of=one) for one in range(1, 6)))
        await harness.run_due()
        async with harness.work() as work:
            await alerts.turn(work.session, held=True, who="me", why="test", now=work.now)
        assert await sender().run_once() == 0
        async with harness.work() as work:
            await alerts.turn(work.session, held=False, who="me", why="test", now=work.now)
        slow = sender(ceiling_per_minute=6)
        assert [await slow.run_once(), await slow.run_once()] == [3, 0]
        harness.clock.advance(dt.timedelta(minutes=1))
        assert await slow.run_once() == 2

    async def test_only_who_is_listed_is_reached(self, harness, mailbox, sender):
        await harness.handle(recorded(1))
        await harness.handle(renewal())
        await harness.run_due()
        await sender(reach=Reach(mode=Mode.ALLOWLIST, allowlist=Allowlist.of("@other.example"))).run_once()
        assert (await rows(harness))[person(1), "email"] == "not_on_allowlist"
        assert mailbox.mailbox.after(0) == []


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ENGLISH])
@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("behalf", [None, "Rose <b>Diop</b>"])
def test_every_notice_is_written_in_both_languages_and_all_forms(purpose, language, behalf):
    renderer = NoticeRenderer(identity(), own_links())
    words = renderer.words(notice(purpose), contact(language=language), behalf)
    assert words.subject
    assert len(words.paragraphs) >= 4
    assert ("Bonjour" if language is Language.FRENCH else "Hello") in words.paragraphs[0]
    assert any("Rose" in paragraph for paragraph in words.paragraphs) == bool(behalf)
    page = renderer._layout("notice.html.j2", words)
    assert f'<html lang="{language}">' in page
    assert "<b>Diop" not in page
    if purpose in DATED:
        assert "2027" in words.subject
    if purpose in {Purpose.RENEWAL, Purpose.CLOSURE_WARNING}:
        assert any("R. 441-2-8" in paragraph for paragraph in words.paragraphs)


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ENGLISH])
@pytest.mark.parametrize("reminder", [False, True])
def test_the_link_of_a_renewal_opens_her_record_until_the_number_expires(language, reminder):
    words = own_words(notice(reminder=reminder), language)
    assert words.paragraphs.count(words.link) == 1
    assert words.link in words.sms
    (token,) = tokens(words.link, "record")
    last = dt.datetime.combine(EXPIRES, dt.time(22, 59), dt.UTC)
    assert Links(SECRET, links.RECORD).verify(token, now=last) == APPLICATION
    with pytest.raises(LinkExpired):
        Links(SECRET, links.RECORD).verify(token, now=last + dt.timedelta(minutes=1))


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ENGLISH])
@pytest.mark.parametrize("by", [None, EXPIRES])
def test_the_link_of_a_suggestion_opens_her_tenancy(language, by):
    said = notice(Purpose.TRANSFER_SUGGESTION, respond_by=by)
    words = own_words(said, language)
    assert words.paragraphs.count(words.link) == 1
    assert words.link in words.sms
    (token,) = tokens(words.link, "own-tenancy")
    tenancy = Links(SECRET, links.TENANCY)
    assert tenancy.verify(token, now=said.deliver_by - dt.timedelta(seconds=1)) == TENANCY
    with pytest.raises(LinkExpired):
        tenancy.verify(token, now=said.deliver_by)


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ENGLISH])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_notice_kept_before_there_were_links_is_whole_without(language, purpose):
    words = own_words(notice(purpose, subject=None), language)
    assert words.link is None
    assert "token" not in f"{words.paragraphs} {words.sms}"
    assert len(words.paragraphs) >= 4


def own_words(said, language):
    return NoticeRenderer(identity(), own_links()).words(said, contact(language=language), None)


def tokens(text, page):
    return re.findall(rf"https://parcours\.example/v1/{page}\?token=([\w-]{{48}})", text)


def test_a_reminder_says_so():
    words = NoticeRenderer(identity(), own_links()).words(notice(reminder=True), contact(), None)
    assert words.subject.startswith("Rappel")
