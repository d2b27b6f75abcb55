"""What the register says of a dwelling and the world is not told."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE dwelling ADD COLUMN occupation text, ADD COLUMN contingent text")
    op.execute("COMMENT ON COLUMN dwelling.occupation IS 'On 1 January of the file imported last (RPLS field 40)'")
    op.execute("COMMENT ON COLUMN dwelling.contingent IS 'Whose stock-era reservation it is (RPLS field 63)'")
