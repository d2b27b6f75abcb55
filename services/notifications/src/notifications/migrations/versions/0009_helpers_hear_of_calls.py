"""Who is mandated to help a person hears of her calls."""

from alembic import op

revision = "0009"
down_revision = "0008"


PURPOSES = (
    "'renewal', 'closure_warning', 'transfer_suggestion', 'offer', 'offer_withdrawn', 'non_allocation', 'file_closed', "
    "'helper_call', 'helper_withdrawal'"
)


def upgrade() -> None:
    op.execute("ALTER TABLE notice DROP CONSTRAINT notice_purpose_check")
    op.execute(f"ALTER TABLE notice ADD CONSTRAINT notice_purpose_check CHECK (purpose IN ({PURPOSES}))")
    op.execute("ALTER TABLE delivery DROP CONSTRAINT delivery_purpose_check")
    both = f"'call', 'withdrawal', {PURPOSES}"
    op.execute(f"ALTER TABLE delivery ADD CONSTRAINT delivery_purpose_check CHECK (purpose IN ({both}))")
