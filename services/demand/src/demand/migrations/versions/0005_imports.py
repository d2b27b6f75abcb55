"""What the last file said of an application."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("ALTER TABLE application ADD COLUMN imported bytea")
    op.execute("COMMENT ON COLUMN application.imported IS 'SHA-256 of what the last imported file said of it'")
