"""A dwelling's rent of re-letting and where it stands."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE dwelling
            ADD COLUMN reletting_base_rent_cents int,
            ADD COLUMN latitude double precision,
            ADD COLUMN longitude double precision
        """
    )
    op.execute("COMMENT ON COLUMN dwelling.facts IS 'Without base_rent_cents while nobody knows it: then unpublished'")
