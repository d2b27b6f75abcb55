"""How many offers a household refused after a committee's decision; calls never count."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("ALTER TABLE application ADD COLUMN refused_offers int")
    op.execute("COMMENT ON COLUMN application.refused_offers IS 'NULL is none: what is loaded in bulk leaves it out'")
