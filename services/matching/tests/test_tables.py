import pytest

from matching.store.tables import Table


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")  # of tables that are in SQL alone
async def test_the_tables_are_what_the_migrations_make(harness):
    assert await harness.unlike_migrations(Table.metadata) == []
