"""Who was told of a home hears that it is gone; nobody else does."""

import asyncio
import datetime as dt

from notifications_samples import issued, recorded, withdrawn
from sending import LEASE, PHONE, SENT, arrived, delivery, drain, make_sender, payloads, put


async def test_a_withdrawal_reaches_those_who_were_told(harness, sender, mailbox):
    await harness.handle(recorded(1, phone=PHONE))
    await harness.handle(issued(1, 2))
    await drain(sender)
    await harness.handle(withdrawn(1, 2))
    await harness.handle(recorded(2))
    await drain(sender)
    kinds = [(one.arrival.kind, one.arrival.recipients[0]) for one in arrived(mailbox)]
    assert sorted(kinds[2:]) == [("email", "person1@example.org"), ("sms", PHONE)]
    over = next(one for one in arrived(mailbox)[2:] if one.arrival.kind == "email")
    assert "vient d'être loué" in over.part("plain")
    assert (await delivery(harness, purpose="withdrawal"))["state"] == "sent"
    assert (await payloads(harness, SENT))[-1]["purpose"] == "withdrawal"


async def test_a_withdrawal_waits_for_a_message_under_way_and_follows_it(harness, sender, smtp, sms, mailbox, until):
    await harness.handle(recorded(1))
    await harness.handle(issued(1))
    mailbox.faults.delay_s = 0.5
    first = asyncio.create_task(make_sender(harness, smtp, sms).run_once())
    await until(lambda: arrived(mailbox))
    mailbox.faults.delay_s = 0
    await harness.handle(withdrawn(1))
    assert await drain(sender) == 1
    assert len(arrived(mailbox)) == 1
    await first
    harness.clock.advance(dt.timedelta(seconds=2))
    await drain(sender)
    assert len(arrived(mailbox)) == 2
    assert "plus disponible" in arrived(mailbox)[1].part("plain")


async def test_a_withdrawal_stays_unsaid_where_the_message_never_left(harness, sender, mailbox):
    await harness.handle(recorded(1))
    await harness.handle(issued(1))
    await put(harness, "sending", harness.clock.now() + LEASE)
    await harness.handle(withdrawn(1))
    await put(harness, "pending", harness.clock.now())
    await drain(sender)
    harness.clock.advance(dt.timedelta(seconds=2))
    await drain(sender)
    assert arrived(mailbox) == []
    assert (await delivery(harness, purpose="withdrawal"))["suppression"] == "call_withdrawn"
