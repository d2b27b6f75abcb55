import datetime as dt
import sys
from pathlib import Path

import httpx
import pytest

# pytest imports test modules by their path alone; what they share is found from here
sys.path.insert(0, str(Path(__file__).parent))

from chassis import auth
from chassis.auth import PublicKeys, Role
from chassis.http import create_app
from chassis.testing import NOON, edge_harness
from demand.api import router
from demand.jobs import jobs


@pytest.fixture
async def harness(database):
    async with edge_harness(database, "demand", jobs=jobs) as harness:
        yield harness


@pytest.fixture
async def client(harness):
    """Demand's API with an agent's token."""
    key = auth.generate_key()
    app = create_app(
        title="demand",
        version="1",
        routers=[router],
        health=harness.health,
        edge=harness.edge,
        public_keys=PublicKeys([key.public_key()]),
        clock=harness.clock,
    )
    token = auth.issue(
        key, subject="agent Martin", roles=[Role.AGENT], ttl=dt.timedelta(days=1000), jti="agent", now=NOON
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://demand",
        headers={"Authorization": f"Bearer {token}"},
    ) as client:
        yield client
