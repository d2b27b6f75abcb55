"""Offers after a committee's decision, the moves that leases make, and the place of a vacancy in its chain."""

from alembic import op

revision = "0009"
down_revision = "0008"

STATEMENTS = """
ALTER TABLE decision ADD COLUMN condition_met_on date, ADD COLUMN condition_met_by text;

ALTER TABLE vacancy
    ADD COLUMN deciding boolean NOT NULL DEFAULT false,
    ADD COLUMN chain_id uuid,
    ADD COLUMN follows_vacancy_id uuid,
    ADD COLUMN announced_on date,
    ADD COLUMN released_on date,
    ADD COLUMN ended_on date,
    ADD COLUMN ended_because text,
    ADD COLUMN home_left_denied text;
COMMENT ON COLUMN vacancy.deciding IS 'a committee decided and its ranks are being offered the home: nobody is called';
COMMENT ON COLUMN vacancy.home_left_denied IS 'why the home left by who moved in does not come free';
CREATE INDEX vacancy_follows ON vacancy (follows_vacancy_id) WHERE follows_vacancy_id IS NOT NULL;

CREATE TABLE offer (
    id uuid PRIMARY KEY,
    vacancy_id uuid NOT NULL REFERENCES vacancy,
    landlord text NOT NULL,
    candidacy_id uuid NOT NULL UNIQUE REFERENCES candidacy,
    application_id uuid NOT NULL,
    person_ids uuid[] NOT NULL,
    rank int NOT NULL CHECK (rank >= 1),
    on_condition boolean NOT NULL,
    answer_by date NOT NULL,
    status text NOT NULL CHECK (status IN ('standing', 'accepted', 'refused', 'withdrawn')),
    version int NOT NULL,
    made_at timestamptz NOT NULL,
    answered_at timestamptz,
    answered_on_behalf_by text,
    refused_because text,
    said text,
    withdrawn_because text,
    CHECK (answer_by >= (made_at AT TIME ZONE 'Europe/Paris')::date + 10),
    CHECK ((status = 'refused') = (refused_because IS NOT NULL)),
    CHECK ((status = 'withdrawn') = (withdrawn_because IS NOT NULL))
);
-- A home is offered to one household at a time, and a household is first for one home at a time.
CREATE UNIQUE INDEX offer_of_home ON offer (vacancy_id) WHERE status IN ('standing', 'accepted');
CREATE UNIQUE INDEX offer_of_first ON offer (application_id) WHERE rank = 1 AND status IN ('standing', 'accepted');
CREATE INDEX offer_application ON offer (application_id);
COMMENT ON COLUMN offer.said IS 'the household''s own words; they stay here';

CREATE TABLE move (
    vacancy_id uuid PRIMARY KEY REFERENCES vacancy,
    application_id uuid NOT NULL,
    kind text,
    offer_id uuid,
    signed_on date NOT NULL,
    other_than_offered boolean NOT NULL,
    home_left jsonb,
    chain_id uuid NOT NULL,
    step int NOT NULL CHECK (step >= 1),
    signed_at timestamptz NOT NULL
);
COMMENT ON TABLE move IS 'the lease of a home, its household, and what that leaves: told once'
"""


def upgrade() -> None:
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
