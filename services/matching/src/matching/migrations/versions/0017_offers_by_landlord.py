"""A landlord's offers are read by their last day."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute("CREATE INDEX offer_landlord ON offer (landlord, answer_by, id)")
