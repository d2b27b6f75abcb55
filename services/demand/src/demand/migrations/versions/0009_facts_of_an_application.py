"""Facts are looked for by their application alone: one index of them, no longer two."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("DROP INDEX fact_application")
    op.execute("ALTER TABLE fact DROP CONSTRAINT fact_pkey, ADD PRIMARY KEY (application_id, id)")
