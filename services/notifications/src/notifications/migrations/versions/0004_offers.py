"""What a notice says of a home: an offer, an offer withdrawn, a committee's refusal with its coded reasons."""

from alembic import op

revision = "0004"
down_revision = "0003"


PURPOSES = "'renewal', 'closure_warning', 'transfer_suggestion', 'offer', 'offer_withdrawn', 'non_allocation'"


def upgrade() -> None:
    op.execute("ALTER TABLE notice ADD COLUMN of_home jsonb")
    op.execute("COMMENT ON COLUMN notice.of_home IS 'Home, day, condition, coded reasons; forgotten with the person'")
    op.execute("ALTER TABLE notice DROP CONSTRAINT notice_purpose_check")
    op.execute(f"ALTER TABLE notice ADD CONSTRAINT notice_purpose_check CHECK (purpose IN ({PURPOSES}))")
    op.execute("ALTER TABLE delivery DROP CONSTRAINT delivery_purpose_check")
    both = f"'call', 'withdrawal', {PURPOSES}"
    op.execute(f"ALTER TABLE delivery ADD CONSTRAINT delivery_purpose_check CHECK (purpose IN ({both}))")
