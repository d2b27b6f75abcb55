import sys
import uuid
from pathlib import Path

import pytest

# pytest imports test modules by their path alone; what they share is found from here
sys.path.insert(0, str(Path(__file__).parent))

from chassis.migrations import upgrade
from chassis.testing import EdgeHarness
from matching.engine import warm_up
from matching.handlers import handlers
from matching.jobs import jobs

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def policies_folder(monkeypatch):
    monkeypatch.setenv("MATCHING_POLICIES", str(REPOSITORY / "policies"))


@pytest.fixture(scope="session")
async def migrated(postgres_server):
    """A database with matching's tables, copied for each test: migrating takes longer than most tests."""
    warm_up()
    name = f"matching_{uuid.uuid4().hex}"
    url = postgres_server.create_database(name)
    await upgrade(url, "matching")
    harness = EdgeHarness(url, service="matching", handlers=handlers, jobs=jobs)
    await harness.run_due()  # what the first migration leaves
    await harness.close()
    yield name
    postgres_server.drop_database(name)


@pytest.fixture
async def harness(postgres_server, migrated):
    name = f"test_{uuid.uuid4().hex}"
    url = postgres_server.create_database(name, template=migrated)
    harness = EdgeHarness(url, service="matching", handlers=handlers, jobs=jobs)
    yield harness
    await harness.close()
    postgres_server.drop_database(name)
