"""A call says whether its day is expected, and how many like homes it is about."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE call ADD COLUMN available_on_expected boolean NOT NULL DEFAULT false, "
        "ADD COLUMN like_homes int NOT NULL DEFAULT 1"
    )
