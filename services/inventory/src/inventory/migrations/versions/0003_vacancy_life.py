"""The steps of a vacancy's life, landlords' parameters, the hard-to-let queue."""

import json

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = """
ALTER TABLE vacancy
    ADD COLUMN notice_ends_on date,
    ADD COLUMN visited_on date,
    ADD COLUMN offers_refused int NOT NULL DEFAULT 0,
    ADD COLUMN allocated_on date,
    ADD COLUMN application_id uuid,
    ADD COLUMN days_vacant int,
    ADD COLUMN designation jsonb;
CREATE TABLE parameters (
    scope text NOT NULL,
    valid_from date NOT NULL,
    parameters jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (scope, valid_from)
);
COMMENT ON TABLE parameters IS 'By landlord or national; a set holds from its day until the next one';
CREATE TABLE hard_to_let (
    vacancy_id uuid PRIMARY KEY REFERENCES vacancy (id),
    version int NOT NULL,
    entered_on date NOT NULL,
    cause text NOT NULL,
    next_action text,
    owner text,
    changed_at timestamptz NOT NULL
);
COMMENT ON TABLE hard_to_let IS 'Vacant too long or refused too often; it leaves the queue with its vacancy';
"""
NATIONAL = {
    "notice_months": {"ordinary": 3, "reduced": 1, "same_landlord": 1, "other_social_landlord": 1},
    "works_days": 0,
    "hard_to_let_days": 90,
    "hard_to_let_refusals": 3,
    "designation_mode": "delegated",
    "designation_days": 30,
}
"""Law of 6 July 1989 art. 15; CCH L353-15 says two months for another social landlord, and a landlord may say so too.
Designation is conventional: a month is usual."""


def upgrade() -> None:
    for statement in filter(str.strip, STATEMENTS.split(";\n")):
        op.execute(statement)
    values = f"('national', '1989-07-08', '{json.dumps(NATIONAL)}', now())"
    op.execute(f"INSERT INTO parameters (scope, valid_from, parameters, changed_at) VALUES {values}")  # noqa: S608 - ours
