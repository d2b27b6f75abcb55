"""The relay is told of commits by the replica that made them, not by NOTIFY."""

from alembic import op

from chassis.migrations import notify_less

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    notify_less(op)
