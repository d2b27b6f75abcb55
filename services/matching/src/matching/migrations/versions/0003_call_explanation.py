"""What a call rested on is kept beside it."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
-- json, not jsonb: nothing looks inside, and every call writes one.
CREATE TABLE call_explanation (
    call_id uuid PRIMARY KEY,
    rationale json NOT NULL
);
COMMENT ON TABLE call_explanation IS 'findings, criteria and facts as they were when the call was issued'
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        op.execute(statement)
