"""The calls a household may have at a time are slots: two replicas cannot give the same one twice."""

from alembic import op

revision = "0005"
down_revision = "0004"

SLOTS = """
-- A call that holds a place takes a slot of its household where the policy limits them, from 1 to `most_live`. The
-- primary key is the limit: of two looks that take the last slot at once, the second finds it taken.
CREATE TABLE call_slot (
    application_id uuid NOT NULL,
    slot smallint NOT NULL CHECK (slot > 0),
    call_id uuid NOT NULL UNIQUE,
    PRIMARY KEY (application_id, slot)
)
"""
STANDING = """
INSERT INTO call_slot (application_id, slot, call_id)
SELECT application_id, row_number() OVER (PARTITION BY application_id ORDER BY issued_at, id), id
FROM call WHERE status IN ('open', 'interested')
"""


def upgrade() -> None:
    op.execute(SLOTS)
    op.execute(STANDING)
