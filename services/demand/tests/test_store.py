from demand import store


async def test_the_tables_are_what_the_migrations_make(harness):
    assert await harness.unlike_migrations(store.Table.metadata) == []
