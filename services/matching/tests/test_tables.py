from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Text
from sqlmodel.sql.sqltypes import AutoString

from matching.store.tables import Table


async def test_the_tables_are_what_the_migrations_make(harness):
    """Columns, their types and nullability; indexes, checks and comments are the migrations' own."""

    def differences(connection):
        ours = Table.metadata
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda _, name, kind, *__: kind != "table" or name in ours.tables,
                "compare_type": lambda *types: False if _both_text(*types[-2:]) else None,
            },
        )
        found = compare_metadata(context, ours)
        changes = [change for one in found for change in (one if isinstance(one, list) else [one])]
        return [one for one in changes if not one[0].endswith(("_comment", "_index", "_constraint"))]

    async with harness.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


def _both_text(in_database, in_model):
    """SQLModel says VARCHAR where we say text: PostgreSQL keeps both the same way."""
    return isinstance(in_database, Text) and isinstance(in_model, AutoString)
