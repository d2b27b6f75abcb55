"""Since when nobody takes a home."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute("ALTER TABLE vacancy ADD COLUMN hard_to_let_on date")
