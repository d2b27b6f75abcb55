"""The short road: what has just come is handed over from memory, and the rows tell the truth at every moment."""

import asyncio
import datetime as dt
from contextlib import asynccontextmanager

import pytest
from notifications_samples import consent, issued, recorded, withdrawn
from sending import LEASE, make_sender

from chassis import sql
from chassis.handlers import Received
from contracts.values import Channel
from notifications.gateways.smtp import SmtpEndpoint, SmtpGateway
from notifications.handlers.calls import tell_of_calls
from notifications.sending.express import express
from notifications.store import alerts

PHONE = "+33612345678"
SENT, FAILED = "notifications.delivery.sent.v1", "notifications.delivery.failed.v1"


@pytest.fixture
async def running(harness, smtp, sms):
    """A sender that runs with the short road open, as in the service."""

    @asynccontextmanager
    async def run(*, mail=smtp, **given):
        sender = make_sender(harness, mail, sms, road=express, **given)
        task = asyncio.create_task(sender.run())
        try:
            async with asyncio.timeout(10):
                while express.hands is None:
                    await asyncio.sleep(0)
            yield sender
        finally:
            await sender.stop()
            await task

    return run


def by_mail(number):
    return recorded(number, consents=(consent(Channel.EMAIL),))


async def states(harness):
    async with harness.work() as work:
        rows = await sql.fetch(
            work.session, "SELECT channel, state, attempt, unknown_outcomes FROM delivery ORDER BY channel"
        )
        return [tuple(row) for row in rows]


async def test_a_call_leaves_without_being_claimed_again(harness, running, mailbox, until, monkeypatch):
    claims = []

    async with running() as sender:
        monkeypatch.setattr(sender, "_claim", lambda: claims.append(1))
        await harness.handle(recorded(1, phone=PHONE))
        await harness.handle(issued(1))
        await until(lambda: len(mailbox.mailbox.after(0)) == 2)
    assert await states(harness) == [("email", "sent", 1, 0), ("sms", "sent", 1, 0)]
    assert {one.payload["attempt"] for one in await harness.outbox(SENT)} == {1}
    async with harness.work() as work:
        assert await alerts.handed_this_minute(work.session, work.now) == 2


async def test_until_it_is_settled_the_row_is_an_attempt_under_a_lease(harness, running, mailbox, until):
    mailbox.faults.delay_s = 0.2
    async with running():
        await harness.handle(by_mail(1))
        await harness.handle(issued(1))
        await until(lambda: mailbox.mailbox.after(0))
        assert await states(harness) == [("email", "sending", 1, 0)]
        due_at = await harness.scalar("SELECT due_at FROM delivery")
        assert due_at == harness.clock.now() + LEASE


async def test_killed_after_the_commit_it_takes_the_long_road_and_is_counted(harness, running, mailbox, smtp, sms):
    async with running():
        harness.edge.after_commit.clear()
        await harness.handle(by_mail(1))
        await harness.handle(issued(1))
    assert await states(harness) == [("email", "sending", 1, 0)]
    harness.clock.advance(LEASE + dt.timedelta(seconds=1))
    await make_sender(harness, smtp, sms).run_once()
    assert len(mailbox.mailbox.after(0)) == 1
    assert await states(harness) == [("email", "sent", 2, 1)]
    (cut_off,) = await harness.outbox(FAILED)
    assert cut_off.payload["outcome_unknown"]


async def test_what_rolls_back_is_not_handed_over(harness, running, mailbox):
    async def fail(work):
        await tell_of_calls([Received(event=issued(1), envelope=work.cause)], work)
        raise ZeroDivisionError

    async with running() as sender:
        free = sender.free
        await harness.handle(by_mail(1))
        with pytest.raises(ZeroDivisionError):
            async with harness.work() as work:
                await fail(work)
        assert sender.free == free
    assert mailbox.mailbox.after(0) == []
    assert await states(harness) == []


async def test_held_or_past_the_ceiling_it_waits_on_its_row(harness, running, mailbox, until):
    await harness.handle(recorded(1, phone=PHONE))
    async with running(ceiling_per_minute=1):
        await harness.handle(issued(1))
        await until(lambda: harness.health.conditions)
        async with harness.work() as work:
            assert (await alerts.hold(work.session)).who == "ceiling"
        await harness.handle(issued(1, number=2))
    assert {state for _, state, *_ in await states(harness)} <= {"pending", "sent"}
    assert len(mailbox.mailbox.after(0)) <= 1


async def test_what_finds_no_room_takes_the_long_road(harness, running, mailbox, until):
    async with running(express=1):
        await harness.handle(recorded(1, phone=PHONE))
        await harness.handle(issued(1))
        await until(lambda: len(mailbox.mailbox.after(0)) == 2)
    assert {state for _, state, *_ in await states(harness)} == {"sent"}


async def test_a_call_withdrawn_in_the_same_poll_is_not_told_of(harness, running, mailbox):
    async with running():
        await harness.handle(by_mail(1))
        await harness.handle(issued(1), withdrawn(1))
    assert mailbox.mailbox.after(0) == []
    assert await states(harness) == [("email", "suppressed", 0, 0)]


async def test_stopping_settles_what_is_under_way(harness, running, mailbox, until):
    mailbox.faults.delay_s = 0.2
    async with running():
        await harness.handle(by_mail(1))
        await harness.handle(issued(1))
        await until(lambda: mailbox.mailbox.after(0))
    assert await states(harness) == [("email", "sent", 1, 0)]
    assert express.hands is None


async def test_a_gateway_that_is_down_puts_it_back_on_its_row(harness, running, until):
    nowhere = SmtpGateway(SmtpEndpoint.parse("smtp://127.0.0.1:1"), timeout_s=1, budget_s=1)
    async with running(mail=nowhere):
        await harness.handle(by_mail(1))
        await harness.handle(issued(1))
        await until(lambda: any(one.name == "gateway.email" for one in harness.health.conditions))
    assert await states(harness) == [("email", "pending", 1, 0)]
    (failed,) = await harness.outbox(FAILED)
    assert not failed.payload["final"]
