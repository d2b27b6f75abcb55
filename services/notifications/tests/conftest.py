import asyncio
import sys
from pathlib import Path

import pytest

# pytest imports test modules by their path alone; what they share is found from here
sys.path.insert(0, str(Path(__file__).parent))

from sending import make_sender

from chassis.testing import edge_harness
from notifications.gateways.sms import SmsEndpoint, SmsGateway
from notifications.gateways.smtp import SmtpEndpoint, SmtpGateway
from notifications.handlers import handlers
from notifications.jobs import jobs
from notifications.mailbox.server import MailboxServer


@pytest.fixture
async def harness(database):
    async with edge_harness(database, "notifications", handlers, jobs) as harness:
        yield harness


@pytest.fixture
async def mailbox():
    """The real development mailbox, in this event loop."""
    async with MailboxServer() as server:
        yield server


@pytest.fixture
async def smtp(mailbox):
    gateway = SmtpGateway(SmtpEndpoint.parse(mailbox.smtp_url, private_only=True), timeout_s=5, budget_s=10)
    yield gateway
    await gateway.close()


@pytest.fixture
async def sms(mailbox):
    gateway = SmsGateway(SmsEndpoint(url=mailbox.sms_url, private_only=True), timeout_s=5, budget_s=10)
    yield gateway
    await gateway.close()


@pytest.fixture
def sender(harness, smtp, sms):
    return make_sender(harness, smtp, sms)


@pytest.fixture
def until():
    """Wait for a condition, not for a time."""

    async def wait(condition, *, for_s=10.0):
        async with asyncio.timeout(for_s):
            while not condition():
                await asyncio.sleep(0.005)

    return wait
