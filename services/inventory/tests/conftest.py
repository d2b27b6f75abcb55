import sys
from pathlib import Path

import pytest

# pytest imports test modules by their path alone; what they share is found from here
sys.path.insert(0, str(Path(__file__).parent))

from inventory_samples import DWELLING, LANDLORD, STRANGER, facts
from rights_samples import CITY, PREFECT, Stock, in_stock

from chassis.testing import edge_harness
from inventory import store
from inventory.api import router
from inventory.domain.dwelling import Dwelling
from inventory.handlers import handlers
from inventory.jobs import jobs


@pytest.fixture
async def harness(database):
    """Inventory's edge on a database with two landlords: LANDLORD has two dwellings, STRANGER one."""
    async with edge_harness(database, "inventory", handlers) as harness:
        async with harness.work() as work:
            for siren in (LANDLORD, STRANGER):
                await store.register_landlord(work.session, siren, f"Landlord {siren}", work.now)
            for reference, owner in ((DWELLING, LANDLORD), ("7500000002", LANDLORD), ("7500000003", STRANGER)):
                home = Dwelling(reference=reference, landlord=owner, facts=facts())
                await store.save_dwelling(work.session, home, work.now)
        yield harness


@pytest.fixture
async def stock(harness, database):
    """The same with its clock, its doors and homes to let."""
    async with edge_harness(database, "inventory", handlers, jobs) as clocked, clocked.http(router) as client:
        yield Stock(clocked, client)


@pytest.fixture
async def homes(stock):
    """Home A, reserved by the city, and home B, by the préfet."""
    await stock.agree(in_stock(), in_stock(CITY))
    await stock.reserve(CITY, await stock.home("7500000AAA"))
    await stock.reserve(PREFECT, await stock.home("7500000BBB"))
    return "7500000AAA", "7500000BBB"
