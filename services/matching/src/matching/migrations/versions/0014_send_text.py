"""The outbox keeps what is sent as text."""

from alembic import op

from chassis.migrations import send_text

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    send_text(op)
