import asyncio
import datetime as dt
import sys
from email import message_from_bytes
from pathlib import Path
from uuid import uuid5

import pytest
from notifications_samples import ANSWER_BY, call_id, consent, issued, person, recorded
from sending import FAILED, LEASE, PHONE, SENT, SUPPRESSED, arrived, delivery, drain, make_sender, payloads

from chassis.testing import EdgeHarness
from contracts.event import Envelope
from contracts.values import Channel, Language
from notifications.domain.attempt import Accepted
from notifications.domain.delivery import Purpose, delivery_id
from notifications.domain.reach import Allowlist, Mode, QuietHours, Reach
from notifications.gateways.smtp import SmtpEndpoint, SmtpGateway
from notifications.mailbox.server import MailboxServer
from notifications.sending.sender import IDLE_POLL_S
from notifications.store import alerts


async def test_every_person_is_told_once_on_each_channel_in_her_language(harness, sender, mailbox):
    await harness.handle(recorded(1, phone=PHONE), recorded(2, language=Language.ENGLISH))
    await harness.handle(issued(1, 2))
    assert await drain(sender) == 3
    assert await drain(sender) == 0
    messages = {(one.arrival.kind, one.arrival.recipients[0]): one for one in arrived(mailbox)}
    assert set(messages) == {("email", "person1@example.org"), ("email", "person2@example.org"), ("sms", PHONE)}
    assert messages["email", "person1@example.org"].part("plain").startswith("Bonjour")
    assert messages["email", "person2@example.org"].part("plain").startswith("Hello")
    sent = await payloads(harness, SENT)
    assert len(sent) == 3
    assert {one["attempt"] for one in sent} == {1}
    by_mail = next(one for one in sent if one["person_id"] == str(person(1)) and one["channel"] == "email")
    assert by_mail["gateway_reference"] == f"<{by_mail['delivery_id']}@parcours.example>"
    assert by_mail["delivery_id"] == str(delivery_id(call_id(), Purpose.CALL, person(1), Channel.EMAIL))
    assert (await delivery(harness))["state"] == "sent"


async def test_the_first_e_mail_of_each_home_goes_ahead_of_all_others(harness, sms):
    parcels = []

    class Noting:
        async def send(self, messages):
            parcels.append({one.recipient for one in messages})
            return [Accepted(one.message_id) for one in messages]

    homes = {number: uuid5(call_id(), str(number % 2)) for number in range(6)}
    await harness.handle(*(recorded(number) for number in homes))
    await harness.handle(*(issued(number, number=number, vacancy_id=homes[number]) for number in homes))
    assert await make_sender(harness, Noting(), sms).run_once() == 6
    ahead, others = parcels
    home_of = {f"person{number}@example.org": home for number, home in homes.items()}
    assert sorted(home_of[one] for one in ahead) == sorted(set(homes.values()))
    assert ahead | others == set(home_of)


async def test_the_story_goes_on_from_the_landlord_s_event_to_the_message(harness, sender, mailbox):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    story = Envelope(
        id="call-7",
        type="x.y.v1",
        source="matching",
        time=harness.clock.now(),
        correlation_id="landlord-event-1",
        traceparent=trace,
    )
    await harness.handle(recorded(1))
    await harness.handle(issued(1), envelope=story)
    await drain(sender)
    (message,) = arrived(mailbox)
    assert message.arrival.correlation_id == "landlord-event-1"
    assert message.latency_ms is not None
    (sent,) = await harness.outbox(SENT)
    assert sent.headers["correlationid"] == "landlord-event-1"
    assert sent.headers["causationid"] == "call-7"
    assert sent.headers["traceparent"][3:35] == trace[3:35]


async def test_two_senders_never_send_the_same(harness, sender, smtp, sms, mailbox, database):
    await harness.handle(*(recorded(number) for number in range(60)))
    await harness.handle(*(issued(number, number=number) for number in range(60)))
    other = EdgeHarness(database, service="notifications")
    second = make_sender(other, smtp, sms, batch=7)
    await asyncio.gather(drain(sender), drain(second), drain(sender), drain(second))
    await other.close()
    assert len(arrived(mailbox)) == 60
    assert mailbox.mailbox.totals()["copies"] == 0
    assert len(await payloads(harness, SENT)) == 60


async def test_consent_withdrawn_after_the_row_was_written_is_respected(harness, sender, mailbox):
    await harness.handle(recorded(1))
    await harness.handle(issued(1))
    await harness.handle(recorded(1, version=2, consents=(consent(Channel.EMAIL, granted=False),)))
    await drain(sender)
    assert arrived(mailbox) == []
    assert (await payloads(harness, SUPPRESSED))[-1]["reason"] == "no_consent"
    assert (await delivery(harness))["suppression"] == "no_consent"


async def test_the_address_is_the_one_of_now(harness, sender, mailbox):
    await harness.handle(recorded(1))
    await harness.handle(issued(1))
    await harness.handle(recorded(1, version=2, email="new@example.org"))
    await drain(sender)
    assert [one.arrival.recipients for one in arrived(mailbox)] == [("new@example.org",)]


async def test_a_call_before_its_contact_leaves_when_the_contact_comes(harness, sender, mailbox):
    await harness.handle(issued(1))
    assert await drain(sender) == 0
    await harness.handle(recorded(1))
    assert await drain(sender) == 1
    assert len(arrived(mailbox)) == 1


async def test_a_gateway_that_is_down_delays_and_loses_nothing(harness, mailbox, sms):
    other = await MailboxServer().start()
    port = other.smtp_port
    gateway = SmtpGateway(SmtpEndpoint(host="127.0.0.1", port=port), timeout_s=2, budget_s=4)
    sender = make_sender(harness, gateway, sms)
    await harness.handle(recorded(1), recorded(2))
    await harness.handle(issued(1, 2))
    await other.stop()
    assert await drain(sender) == 2
    row = await delivery(harness)
    assert (row["state"], row["attempt"]) == ("pending", 1)
    assert row["due_at"] == harness.clock.now() + dt.timedelta(seconds=1)
    assert any(one.name == "gateway.email" for one in harness.health.conditions)
    failed = await payloads(harness, FAILED)
    assert [(one["final"], one["outcome_unknown"]) for one in failed] == [(False, False)] * 2
    for expected in (2, 4, 8):
        harness.clock.advance(row["due_at"] - harness.clock.now())
        await drain(sender)
        row = await delivery(harness)
        assert row["due_at"] == harness.clock.now() + dt.timedelta(seconds=expected)
    async with MailboxServer(smtp_port=port) as back:
        harness.clock.advance(dt.timedelta(seconds=8))
        await drain(sender)
        assert len(arrived(back)) == 2
        assert back.mailbox.totals()["copies"] == 0
    await gateway.close()
    assert {one["attempt"] for one in await payloads(harness, SENT)} == {5}
    assert not any(one.name == "gateway.email" for one in harness.health.conditions)


async def test_a_gateway_that_stays_down_is_given_up_when_the_call_is_over(harness, sms):
    sender = make_sender(harness, SmtpGateway(SmtpEndpoint(host="127.0.0.1", port=1)), sms)
    await harness.handle(recorded(1))
    await harness.handle(issued(1))
    harness.clock.advance(ANSWER_BY - harness.clock.now() - dt.timedelta(milliseconds=500))
    await drain(sender)
    (failed,) = await payloads(harness, FAILED)
    assert failed["final"]
    assert (await delivery(harness))["state"] == "failed"


async def test_what_waited_past_the_call_s_deadline_is_not_sent(harness, sender, mailbox):
    await harness.handle(recorded(1))
    await harness.handle(issued(1))
    harness.clock.advance(ANSWER_BY - harness.clock.now())
    await drain(sender)
    assert arrived(mailbox) == []
    assert (await payloads(harness, SUPPRESSED))[-1]["reason"] == "too_late"


async def test_a_refusal_for_good_ends_one_delivery_and_no_other(harness, sender, mailbox):
    mailbox.faults.unknown_recipients = frozenset({"person1@example.org"})
    await harness.handle(recorded(1), recorded(2))
    await harness.handle(issued(1, 2))
    await drain(sender)
    assert [one.arrival.recipients for one in arrived(mailbox)] == [("person2@example.org",)]
    (failed,) = await payloads(harness, FAILED)
    assert failed["final"]
    assert "person1@example.org" not in failed["reason"]
    assert "550" in failed["reason"]
    harness.clock.advance(dt.timedelta(days=1))
    assert await drain(sender) == 0
    assert await harness.scalar("SELECT person_id FROM contact_check WHERE channel = 'email'") == person(1)


async def test_an_unknown_outcome_is_sent_again_under_the_same_id_and_counted(harness, sender, mailbox):
    mailbox.faults.drop = 2
    await harness.handle(recorded(1, phone=PHONE))
    await harness.handle(issued(1))
    await drain(sender)
    failed = await payloads(harness, FAILED)
    assert [(one["final"], one["outcome_unknown"]) for one in failed] == [(False, True)] * 2
    harness.clock.advance(dt.timedelta(seconds=1))
    await drain(sender)
    mails = [one for one in arrived(mailbox) if one.arrival.kind == "email"]
    assert len(mails) == 2
    assert len({one.arrival.identity for one in mails}) == 1
    assert mails[1].copy_of == mails[0].seq
    texts = [one for one in arrived(mailbox) if one.arrival.kind == "sms"]
    assert [one.repeats for one in texts] == [1], "the SMS gateway took it once"
    assert (await delivery(harness))["unknown_outcomes"] == 1
    assert {one["attempt"] for one in await payloads(harness, SENT)} == {2}


async def test_killed_between_the_gateway_s_250_and_our_commit(harness, sender, mailbox, database, until):
    """kill -9 of a real sender while the gateway has the message and its answer is held back."""
    await harness.handle(recorded(1, phone=PHONE))
    await harness.handle(issued(1))
    mailbox.faults.delay_s = 3600
    program = Path(__file__).parent / "sending.py"
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(program), database, mailbox.smtp_url, mailbox.sms_url
    )
    try:
        await until(lambda: len(arrived(mailbox)) == 2, for_s=30)
    finally:
        process.kill()
        await process.wait()
    mailbox.faults.delay_s = 0
    row = await delivery(harness)
    assert (row["state"], row["attempt"]) == ("sending", 1)
    assert await harness.outbox() == []
    harness.clock.advance(LEASE - dt.timedelta(seconds=1))
    assert await drain(sender) == 0, "the lease is somebody else's"
    harness.clock.advance(dt.timedelta(seconds=1))
    assert await drain(sender) == 2
    mails = [one for one in arrived(mailbox) if one.arrival.kind == "email"]
    assert [one.copy_of for one in mails] == [None, mails[0].seq]
    assert (
        message_from_bytes(mails[0].arrival.content)["Message-ID"]
        == message_from_bytes(mails[1].arrival.content)["Message-ID"]
    )
    assert [one.repeats for one in arrived(mailbox) if one.arrival.kind == "sms"] == [1]
    failed = await payloads(harness, FAILED)
    assert [(one["attempt"], one["final"], one["outcome_unknown"]) for one in failed] == [(1, False, True)] * 2
    assert {one["attempt"] for one in await payloads(harness, SENT)} == {2}
    row = await delivery(harness)
    assert (row["state"], row["attempt"], row["unknown_outcomes"]) == ("sent", 2, 1)


async def test_an_outcome_that_comes_after_its_lease_changes_nothing(harness, sender, smtp, sms, mailbox, until):
    """A sender that was stopped (paused, swapped out) wakes when another has done its work."""
    await harness.handle(recorded(1))
    await harness.handle(issued(1))
    mailbox.faults.delay_s = 0.5
    late = asyncio.create_task(make_sender(harness, smtp, sms).run_once())
    await until(lambda: arrived(mailbox))
    mailbox.faults.delay_s = 0
    harness.clock.advance(LEASE)
    await drain(sender)
    await late
    sent = await payloads(harness, SENT)
    assert [one["attempt"] for one in sent] == [2]
    assert (await delivery(harness))["attempt"] == 2


async def test_what_is_held_waits_and_leaves_when_resumed(harness, sender, mailbox):
    await harness.handle(recorded(1))
    await harness.handle(issued(1))
    async with harness.work() as work:
        await alerts.turn(work.session, held=True, who="op", why="a drill", now=work.now)
    assert await drain(sender) == 0
    (condition,) = harness.health.conditions
    assert condition.name == "alerts.held"
    assert "held by op" in condition.message
    assert "a drill" in condition.message
    assert (await delivery(harness))["state"] == "pending"
    async with harness.work() as work:
        await alerts.turn(work.session, held=False, who="op", why="over", now=work.now)
    assert await drain(sender) == 1
    assert len(arrived(mailbox)) == 1
    assert harness.health.conditions == ()


async def test_the_ceiling_trips_the_hold_loses_nothing_and_resume_drains(harness, smtp, sms, mailbox):
    sender = make_sender(harness, smtp, sms, ceiling_per_minute=7, batch=3)
    await harness.handle(*(recorded(number) for number in range(10)))
    await harness.handle(*(issued(number, number=number) for number in range(10)))
    await drain(sender)
    assert len(arrived(mailbox)) == 7
    assert await drain(sender) == 0
    (condition,) = harness.health.conditions
    assert "held by ceiling" in condition.message
    assert "More than 7 messages in one minute" in condition.message
    harness.clock.advance(dt.timedelta(minutes=5))
    assert await drain(sender) == 0, "time alone does not resume"
    async with harness.work() as work:
        await alerts.turn(work.session, held=False, who="op", why="it was the fair", now=work.now)
    await drain(sender)
    assert len(arrived(mailbox)) == 10
    assert mailbox.mailbox.totals()["copies"] == 0
    assert harness.health.conditions == ()


async def test_the_ceiling_is_for_all_replicas_together(harness, smtp, sms, mailbox, database):
    other = EdgeHarness(database, service="notifications")
    senders = [make_sender(one, smtp, sms, ceiling_per_minute=12, batch=4) for one in (harness, other)]
    await harness.handle(*(recorded(number) for number in range(40)))
    await harness.handle(*(issued(number, number=number) for number in range(40)))
    await asyncio.gather(*(drain(one) for one in senders))
    await other.close()
    assert len(arrived(mailbox)) == 12


async def test_resumed_within_the_minute_that_tripped_it_sends_again(harness, smtp, sms, mailbox):
    sender = make_sender(harness, smtp, sms, ceiling_per_minute=2)
    await harness.handle(*(recorded(number) for number in range(4)))
    await harness.handle(*(issued(number, number=number) for number in range(4)))
    await drain(sender)
    async with harness.work() as work:
        await alerts.turn(work.session, held=False, who="op", why="fine", now=work.now)
    await drain(sender)
    assert len(arrived(mailbox)) == 4


async def test_only_listed_addresses_are_reached_and_the_rest_is_recorded(harness, smtp, sms, mailbox):
    reach = Reach(mode=Mode.ALLOWLIST, allowlist=Allowlist.of("person1@example.org", PHONE))
    sender = make_sender(harness, smtp, sms, reach=reach)
    await harness.handle(recorded(1, phone=PHONE), recorded(2, phone="+33698765432"))
    await harness.handle(issued(1, 2))
    await drain(sender)
    assert {one.arrival.recipients[0] for one in arrived(mailbox)} == {"person1@example.org", PHONE}
    reasons = [one["reason"] for one in await payloads(harness, SUPPRESSED)]
    assert reasons == ["not_on_allowlist"] * 2
    assert (await delivery(harness, 2))["suppression"] == "not_on_allowlist"


async def test_an_sms_at_night_waits_for_the_morning(harness, smtp, sms, mailbox):
    reach = Reach(mode=Mode.LIVE, quiet_hours=QuietHours.parse("21:00-08:00"))
    sender = make_sender(harness, smtp, sms, reach=reach)
    harness.clock.advance(dt.timedelta(hours=10))
    await harness.handle(recorded(1, phone=PHONE))
    await harness.handle(issued(1))
    await drain(sender)
    assert [one.arrival.kind for one in arrived(mailbox)] == ["email"]
    row = await delivery(harness, channel="sms")
    assert (row["state"], row["attempt"]) == ("pending", 0)
    harness.clock.advance(row["due_at"] - harness.clock.now())
    await drain(sender)
    assert [one.arrival.kind for one in arrived(mailbox)] == ["email", "sms"]


async def test_a_message_that_cannot_be_written_keeps_no_other_back(harness, sender, mailbox, monkeypatch):
    write = sender._renderer.mail

    def broken(letter):
        if letter.contact.person_id == person(1):
            raise ValueError("a bug")
        return write(letter)

    monkeypatch.setattr(sender._renderer, "mail", broken)
    await harness.handle(recorded(1), recorded(2))
    await harness.handle(issued(1, 2))
    await drain(sender)
    assert [one.arrival.recipients for one in arrived(mailbox)] == [("person2@example.org",)]
    assert (await delivery(harness))["state"] == "pending"
    assert (await payloads(harness, FAILED))[0]["reason"] == "the message cannot be written: ValueError"


async def test_it_runs_in_the_background_woken_by_each_commit_and_stops_clean(harness, mailbox, until):
    smtp = SmtpGateway(SmtpEndpoint.parse(mailbox.smtp_url))
    from notifications.gateways.sms import SmsEndpoint, SmsGateway

    sender = make_sender(harness, smtp, SmsGateway(SmsEndpoint(url=mailbox.sms_url)))
    running = asyncio.create_task(sender.run())
    await harness.handle(*(recorded(number) for number in range(20)))
    await harness.handle(*(issued(number, number=number) for number in range(20)))
    await until(lambda: len(arrived(mailbox)) == 20)
    await sender.stop()
    await asyncio.wait_for(running, 10)
    assert len(await payloads(harness, SENT)) == 20
    await harness.handle(issued(1, number=99))
    assert (await harness.scalar("SELECT count(*) FROM delivery WHERE state = 'pending'")) == 1


async def test_a_database_that_fails_a_batch_loses_no_message(harness, sender, mailbox, monkeypatch):
    """The commit of the outcomes fails: the lease ends, the message goes again under its id, and is counted."""
    from notifications.store.sending import attempts

    change = attempts.change

    async def fails(session, changes, now):
        raise ConnectionError("the database went away")

    await harness.handle(recorded(1))
    await harness.handle(issued(1))
    calls = 0

    async def once(session, changes, now):
        nonlocal calls
        calls += 1
        return await (change if calls == 1 else fails)(session, changes, now)

    monkeypatch.setattr(attempts, "change", once)
    with pytest.raises(ConnectionError):
        await sender.run_once()
    monkeypatch.setattr(attempts, "change", change)
    assert len(arrived(mailbox)) == 1
    harness.clock.advance(LEASE)
    await drain(sender)
    assert [one.copy_of for one in arrived(mailbox)] == [None, 1]
    assert (await delivery(harness))["unknown_outcomes"] == 1


async def test_however_many_workers_wait_there_is_one_look_in_so_long(harness, smtp, sms):
    sender = make_sender(harness, smtp, sms)
    looks = []

    async def look():
        looks.append(asyncio.get_running_loop().time())
        return 0

    sender.run_once = look
    running = asyncio.create_task(sender.run())
    await asyncio.sleep(4.5 * IDLE_POLL_S)
    await sender.stop()
    await running
    # Each of the two looks when it begins, and then every half second instead of every quarter.
    assert 3 <= len(looks) <= 7
