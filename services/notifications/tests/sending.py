"""A sender on a database and a mailbox; run as a program, it is one that can be killed."""

import asyncio
import datetime as dt
import sys

from notifications_samples import renderer

from chassis.metrics import Metrics
from chassis.testing import EdgeHarness
from notifications.domain.reach import Reach
from notifications.gateways.sms import SmsEndpoint, SmsGateway
from notifications.gateways.smtp import SmtpEndpoint, SmtpGateway
from notifications.sending.sender import Pace, Sender

LEASE = dt.timedelta(seconds=60)


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


async def main(database_url, smtp_url, sms_url):
    harness = EdgeHarness(database_url, service="notifications")
    mail = SmtpGateway(SmtpEndpoint.parse(smtp_url), sessions=1, timeout_s=30, budget_s=60)
    sender = make_sender(harness, mail, SmsGateway(SmsEndpoint(url=sms_url), timeout_s=30, budget_s=60))
    await sender.run_once()
    await harness.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
