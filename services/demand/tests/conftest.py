import sys
from pathlib import Path

import pytest

# pytest imports test modules by their path alone; what they share is found from here
sys.path.insert(0, str(Path(__file__).parent))

from chassis.auth import Role
from chassis.testing import bearer, edge_harness
from demand.api import router
from demand.jobs import jobs


@pytest.fixture
async def harness(database):
    async with edge_harness(database, "demand", jobs=jobs) as harness:
        yield harness


@pytest.fixture
async def client(harness):
    """Demand's API with an agent's token."""
    async with harness.http(router) as client:
        client.headers.update(bearer(Role.AGENT))
        yield client
