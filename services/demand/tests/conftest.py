import sys
from pathlib import Path

import pytest

# pytest imports test modules by their path alone; what they share is found from here
sys.path.insert(0, str(Path(__file__).parent))

from pydantic import SecretStr

from chassis.auth import Role
from chassis.links import RECORD, TENANCY, Links
from chassis.testing import bearer, edge_harness
from demand.api import router
from demand.handlers import handlers
from demand.jobs import jobs


@pytest.fixture
async def harness(database):
    async with edge_harness(database, "demand", handlers=handlers, jobs=jobs) as harness:
        yield harness


@pytest.fixture
async def client(harness):
    """Demand's API with an agent's token."""
    secret = SecretStr("x" * 32)
    links = {"links": Links(secret, RECORD), "tenancy_links": Links(secret, TENANCY)}
    async with harness.http(router, **links) as client:
        client.headers.update(bearer(Role.AGENT))
        yield client
