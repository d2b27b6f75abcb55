"""Letters: one batch at a time, registered numbers, the same bytes again, and what the post says."""

import asyncio
import csv
import datetime as dt
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_samples import ADDRESS, SECRET, notice, own_links, renewal, suggestion
from notifications_samples import contact, person, recorded
from test_notices import identity

from chassis.auth import Role
from chassis.record import Record
from chassis.testing import NOON, bearer
from contracts.demand import PostalAddress
from contracts.event import Envelope
from contracts.topics import DEMAND_CONTACT
from contracts.values import Language
from notifications.api import router
from notifications.domain.delivery import DeliveryState
from notifications.domain.notice import PURPOSES
from notifications.domain.post import Course, Said, Taken, after
from notifications.domain.reach import Mode
from notifications.rendering import paper
from notifications.rendering.notices import NoticeRenderer
from notifications.rendering.paper import Sheet
from notifications.settings import Settings
from notifications.store import alerts

NUMBERS = ("2C00000000001", "2C00000000002", "2C00000000003")
SETTINGS = Settings.model_construct(
    link_secret=SECRET,
    mode=Mode.SINK,
    from_name="Parcours",
    from_address="alertes@parcours.example",
    consent_address="consentements@parcours.example",
)


@pytest.fixture
async def client(harness):
    async with harness.http(router, settings=SETTINGS) as client:
        client.headers.update(bearer(Role.OPERATOR))
        yield client


async def queued(harness, *events, persons=(1, 2, 3)):
    """Letters of these notices, for persons without e-mail."""
    await harness.handle(*(recorded(one, email=None, consents=(), address=ADDRESS) for one in persons))
    await harness.handle(*(events or [renewal(one, of=one) for one in persons]))
    await harness.run_due()


async def allot(client, *numbers):
    answer = await client.post("/v1/letters/numbers", json={"numbers": numbers or NUMBERS})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def batch(client, **form):
    answer = await client.post("/v1/letters/batches", json=form)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def printed(client, number):
    assert (await client.post(f"/v1/letters/batches/{number}/printed")).status_code == 204


async def manifest(client, number):
    answer = await client.get(f"/v1/letters/batches/{number}/manifest")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def said(client, what, *lines):
    body = {"said": what, "lines": [{"reference": reference, "on": on} for reference, on in lines]}
    answer = await client.post("/v1/letters/receipts", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["lines"]


async def states(harness):
    return await harness.scalar("SELECT string_agg(state, ',' ORDER BY id) FROM delivery WHERE channel = 'letter'")


async def test_a_batch_has_every_queued_letter_with_its_number(client, harness):
    await queued(harness)
    assert await allot(client) == {"added": 3, "known": 0}
    assert await allot(client, *NUMBERS[:1]) == {"added": 0, "known": 1}
    made = await batch(client)
    assert made == {"number": 1, "waiting_for_numbers": 0}
    lines = await manifest(client, 1)
    assert [line["reference"] for line in lines] == list(NUMBERS)
    assert {(line["registered"], line["name"], line["line_1"], line["postal_code"]) for line in lines} == {
        ("yes", "Éloïse N'Guyen", "12 RUE DU DOCTEUR BAUER", "93400")
    }
    assert await states(harness) == "sending,sending,sending"
    assert await harness.outbox("notifications.delivery.sent.v1") == []


async def test_a_batch_that_nobody_said_was_printed_comes_again_the_same(client, harness):
    await queued(harness)
    await allot(client)
    await batch(client)
    first = (await client.get("/v1/letters/batches/1/pdf")).content
    harness.clock.advance(dt.timedelta(hours=3))
    await queued(harness, renewal(4, of=4), persons=(4,))
    assert (await batch(client))["number"] == 1
    again = await client.get("/v1/letters/batches/1/pdf")
    assert again.headers["content-type"] == "application/pdf"
    assert again.content == first
    await printed(client, 1)
    assert await batch(client) == {"number": None, "waiting_for_numbers": 1}
    await allot(client, "2C00000000004")
    assert (await batch(client))["number"] == 2
    assert [line["reference"] for line in await manifest(client, 2)] == ["2C00000000004"]


async def test_without_numbers_registered_letters_wait_and_plain_ones_go(client, harness):
    await queued(harness, renewal(1), suggestion(2, of=2), renewal(3, of=3, reminder=True))
    assert await batch(client) == {"number": 1, "waiting_for_numbers": 1}
    lines = await manifest(client, 1)
    assert [(line["reference"], line["registered"]) for line in lines] == [("L1-1", "no"), ("L1-2", "no")]
    standing = (await client.get("/v1/letters")).json()
    assert standing == {"queued": 1, "printed": 2, "numbers": 0}


async def test_two_who_print_at_once_share_no_letter(client, harness):
    await queued(harness)
    await allot(client)
    made = await asyncio.gather(batch(client), batch(client))
    numbers = {one["number"] for one in made}
    lines = [line["delivery_id"] for number in numbers if number for line in await manifest(client, number)]
    assert len(lines) == len(set(lines)) == 3
    assert await harness.scalar("SELECT count(*) FROM registered_number WHERE delivery_id IS NOT NULL") == 3


async def test_the_address_is_read_again(client, harness):
    await queued(harness)
    await allot(client)
    moved = PostalAddress(lines=("3 PLACE DU MARCHE",), postal_code="37000", town="Tours")
    await harness.handle(
        recorded(1, version=2, email=None, consents=(), address=None),
        recorded(2, version=2, email=None, consents=(), address=moved),
    )
    await batch(client)
    lines = {line["delivery_id"]: line["line_1"] for line in await manifest(client, 1)}
    assert sorted(lines.values()) == ["12 RUE DU DOCTEUR BAUER", "3 PLACE DU MARCHE"]
    (told,) = await harness.outbox("notifications.delivery.suppressed.v1")
    assert (told.key, told.payload["reason"]) == (str(person(1)), "no_address")
    assert await harness.scalar("SELECT person_id FROM contact_check") == person(1)


async def test_nothing_of_an_erased_person_is_printed(client, harness):
    await queued(harness)
    await allot(client)
    await batch(client)
    envelope = Envelope.new("demand.contact.recorded.v1", source="demand", time=harness.clock.now())
    gone = Record(topic=DEMAND_CONTACT.name, key=str(person(1)).encode(), value=None, headers=envelope.headers())
    await harness.edge.process([gone])
    assert len(await manifest(client, 1)) == 2
    assert "BAUER" not in await harness.scalar(
        "SELECT to_jsonb(p)::text FROM contact_post p WHERE person_id = :person", person=person(1)
    )


class TestWhatThePostSays:
    async def test_posted_and_received_are_told_once(self, client, harness):
        await queued(harness)
        await allot(client)
        await batch(client)
        one, two, _ = NUMBERS
        assert await said(client, "posted", (one, "2026-11-23"), ("2C999", "2026-11-23")) == ["taken", "not_known"]
        assert await said(client, "posted", (one, "2026-11-24"), (one, "2026-11-23")) == ["already", "already"]
        assert await said(client, "received", (one, "2026-11-25"), (two, "2026-11-26")) == ["taken", "taken"]
        assert await said(client, "received", (one, "2026-11-25")) == ["already"]
        sent = await harness.outbox("notifications.delivery.sent.v1")
        assert {(told.payload["gateway_reference"], told.payload["sent_at"][:10]) for told in sent} == {
            (one, "2026-11-23"),
            (two, "2026-11-26"),
        }
        delivered = await harness.outbox("notifications.delivery.delivered.v1")
        assert (len(sent), len(delivered)) == (2, 2)
        assert {told.payload["delivered_at"][:10] for told in delivered} == {"2026-11-25", "2026-11-26"}
        assert {told.payload["channel"] for told in sent + delivered} == {"letter"}
        assert sorted((await states(harness)).split(",")) == ["delivered", "delivered", "sending"]

    async def test_a_return_opens_a_check_that_an_agent_sees_and_closes(self, client, harness):
        await queued(harness)
        await allot(client)
        await batch(client)
        body = {"said": "returned", "lines": [{"reference": NUMBERS[0], "on": "2026-12-01", "reason": "NPAI"}]}
        await client.post("/v1/letters/receipts", json=body)
        (failed,) = await harness.outbox("notifications.delivery.failed.v1")
        assert (failed.payload["final"], failed.payload["reason"]) == (True, "NPAI")
        assert await said(client, "received", (NUMBERS[0], "2026-12-02")) == ["contradicted"]
        client.headers.update(bearer(Role.AGENT))
        (check,) = (await client.get("/v1/contact-checks")).json()
        assert (check["channel"], check["reason"], check["changed_since"]) == ("letter", "NPAI", False)
        version = {"version": 2, "email": None, "consents": (), "address": ADDRESS}
        await harness.handle(*(recorded(one, **version) for one in (1, 2, 3)))
        assert (await client.get("/v1/contact-checks")).json()[0]["changed_since"] is True
        closing = f"/v1/contact-checks/{check['id']}/close"
        assert (await client.post(closing, json={"said": "called, new address noted"})).status_code == 204
        assert (await client.post(closing, json={"said": "once more"})).status_code == 404
        assert (await client.get("/v1/contact-checks")).json() == []
        (closed,) = (await client.get("/v1/contact-checks", params={"open_only": False})).json()
        assert closed["closed_by"] == "agent Martin"


async def test_nothing_is_printed_while_messages_are_held(client, harness):
    await queued(harness)
    await allot(client)
    async with harness.work() as work:
        await alerts.turn(work.session, held=True, who="me", why="wrong texts", now=work.now)
    answer = await client.post("/v1/letters/batches", json={})
    assert (answer.status_code, "held by me (wrong texts)" in answer.json()["detail"]) == (409, True)
    assert await states(harness) == "pending,pending,pending"


async def test_only_operators_print(client):
    client.headers.update(bearer(Role.AGENT))
    assert (await client.post("/v1/letters/batches", json={})).status_code == 403
    assert (await client.get("/v1/letters/batches/1/pdf")).status_code == 403


async def test_a_batch_that_was_never_made(client):
    assert (await client.get("/v1/letters/batches/7/pdf")).status_code == 404


@given(steps=st.lists(st.tuples(st.sampled_from(Said), st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))))
def test_whatever_the_post_says_a_letter_ends_once(steps):
    course = Course(state=DeliveryState.SENDING)
    for what, on in steps:
        before = course
        course, taken = after(course, what, on)
        if taken is not Taken.TAKEN:
            assert course is before
        if before.state in (DeliveryState.DELIVERED, DeliveryState.FAILED):
            assert course is before
        assert (course.posted_on is None) == (course.state is DeliveryState.SENDING)
        assert after(course, what, on)[1] is not Taken.TAKEN


def sheet(purpose=PURPOSES[0], language=Language.FRENCH, **changes):
    to = contact(language=language)
    fields = {
        "words": NoticeRenderer(identity(), own_links()).words(notice(purpose), to, None),
        "name": to.name,
        "address": ADDRESS,
        "reference": NUMBERS[0],
        "registered": True,
        "dated": f"Le {NOON:%d/%m/%Y}",
    }
    return Sheet(**fields | changes)


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ENGLISH])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_notice_is_a_page_in_both_languages(purpose, language):
    sheets = [sheet(purpose, language), sheet(purpose, language, registered=False, reference="L1-2")]
    made = paper.pdf(sheets, sender="Parcours", proof=True)
    assert made.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", made)) == 2
    assert made == paper.pdf(sheets, sender="Parcours", proof=True)
    assert made != paper.pdf(sheets, sender="Parcours", proof=False)


def test_a_long_letter_takes_more_pages():
    words = sheet().words
    long = sheet(words=type(words)(subject="x", sms="", paragraphs=words.paragraphs * 8, language=words.language))
    assert len(re.findall(rb"/Type /Page\b", paper.pdf([long], sender="Parcours", proof=False))) > 1


def test_the_link_of_a_letter_is_short_and_apart():
    words = sheet().words
    link = paper._paragraph(words.link, words)
    assert (link.text, link.style.fontName) == (words.link.removeprefix("https://"), "Courier")
    assert link.text.startswith("parcours.example/v1/record?token=")
    assert len(link.text) <= 81
    assert [paper._paragraph(text, words).style.fontName for text in words.paragraphs].count("Courier") == 1


@pytest.mark.parametrize(
    ("text", "printable"),
    [("Éloïse Nœud – 12 €", "Éloïse Nœud – 12 €"), ("Ńowak Öztürk", "Nowak Öztürk"), ("à\u202f5", "à 5"), ("李", "?")],
)
def test_letters_the_font_has_not_are_written_with_their_nearest(text, printable):
    assert paper.printable(text) == printable
