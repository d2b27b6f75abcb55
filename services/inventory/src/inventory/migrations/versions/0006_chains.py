"""Homes left by signed moves, and the chains that vacancies stand in."""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = """
ALTER TABLE vacancy ADD COLUMN chain_id uuid, ADD COLUMN follows_vacancy_id uuid;
CREATE TABLE home_left (
    vacancy_id uuid PRIMARY KEY,
    application_id uuid,
    offer_id uuid,
    signed_on date NOT NULL,
    landlord text,
    reference text,
    commune text,
    dwelling_type text,
    chain_id uuid NOT NULL,
    step int NOT NULL CHECK (step > 0),
    asked_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('awaiting', 'confirmed', 'denied')),
    followed_by uuid,
    denied_because text,
    said text,
    answered_by text,
    answered_at timestamptz,
    version int NOT NULL
);
COMMENT ON TABLE home_left IS 'What the household that moved into vacancy_id leaves; asked of that home''s landlord';
COMMENT ON COLUMN home_left.followed_by IS 'The vacancy in which the home left comes free';
CREATE INDEX home_left_awaiting ON home_left (reference) WHERE state = 'awaiting';
CREATE INDEX home_left_queue ON home_left (state, asked_at);
CREATE INDEX home_left_followed_by ON home_left (followed_by);
DROP INDEX vacancy_open;
CREATE INDEX vacancy_dwelling ON vacancy (dwelling_reference);
CREATE INDEX home_left_application ON home_left (application_id)
"""


def upgrade() -> None:
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
