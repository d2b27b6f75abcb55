"""A sender on a database and a mailbox, and what became of its messages; run as a program, it can be killed."""

import asyncio
import datetime as dt
import sys

from notifications_samples import person, renderer
from sqlalchemy import text

from chassis.metrics import Metrics
from chassis.testing import EdgeHarness
from notifications.domain.reach import Reach
from notifications.gateways.sms import SmsEndpoint, SmsGateway
from notifications.gateways.smtp import SmtpEndpoint, SmtpGateway
from notifications.sending.sender import Pace, Sender

LEASE = dt.timedelta(seconds=60)
PHONE = "+33612345678"
FAILED, SENT = "notifications.delivery.failed.v1", "notifications.delivery.sent.v1"
SUPPRESSED = "notifications.delivery.suppressed.v1"


def make_sender(harness, mail, sms, *, reach=None, jitter=0.0, road=None, **pace):
    return Sender(
        edge=harness.edge,
        health=harness.health,
        metrics=Metrics(),
        mail=mail,
        sms=sms,
        renderer=renderer(),
        reach=reach or Reach(),
        pace=Pace(**{"lease": LEASE, "ceiling_per_minute": 10_000} | pace),
        jitter=lambda: jitter,
        express=road,
    )


async def drain(sender):
    """Send until nothing is due."""
    touched = 0
    while batch := await sender.run_once():
        touched += batch
    return touched


async def delivery(harness, number=1, *, channel="email", purpose="call"):
    async with harness.database.session() as session:
        found = await session.execute(
            text("SELECT * FROM delivery WHERE person_id = :person AND channel = :channel AND purpose = :purpose"),
            {"person": person(number), "channel": channel, "purpose": purpose},
        )
        return found.mappings().one()


def arrived(mailbox):
    return mailbox.mailbox.after(0)


async def put(harness, state, due_at):
    """Put the call's mail into a state."""
    async with harness.work() as work:
        await work.session.execute(
            text("UPDATE delivery SET state = :state, due_at = :due_at WHERE channel = 'email' AND purpose = 'call'"),
            {"state": state, "due_at": due_at},
        )


async def payloads(harness, event_type):
    return [one.payload for one in await harness.outbox(event_type)]


async def main(database_url, smtp_url, sms_url):
    harness = EdgeHarness(database_url, service="notifications")
    mail = SmtpGateway(SmtpEndpoint.parse(smtp_url), sessions=1, timeout_s=30, budget_s=60)
    sender = make_sender(harness, mail, SmsGateway(SmsEndpoint(url=sms_url), timeout_s=30, budget_s=60))
    await sender.run_once()
    await harness.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
