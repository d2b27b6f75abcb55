"""Leases of the three-yearly examination, for the committee's opinion."""

from alembic import op

revision = "0008"
down_revision = "0007"

TABLES = """
CREATE TABLE examination (
    id uuid PRIMARY KEY,
    tenancy_id uuid NOT NULL,
    landlord text NOT NULL,
    made_on date NOT NULL,
    cases text[] NOT NULL,
    rooms_freed int NOT NULL,
    in_priority_district boolean,
    session_id uuid REFERENCES committee_session,
    opinion json,
    opinion_on date,
    decided_by text
);
CREATE INDEX examination_waiting ON examination (landlord, rooms_freed DESC, id) WHERE opinion IS NULL;
CREATE INDEX examination_session ON examination (session_id) WHERE session_id IS NOT NULL;
COMMENT ON COLUMN examination.cases IS 'CCH L442-5-2; two of the five tell of health: lists leave them out'
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        op.execute(statement)
