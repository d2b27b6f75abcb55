"""Landlords, dwellings, vacancies and the ledger of what landlords sent."""

from alembic import op

from chassis.migrations import create_chassis_tables

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE landlord (
    siren text PRIMARY KEY,
    name text NOT NULL,
    version int NOT NULL,
    registered_at timestamptz NOT NULL
);

CREATE TABLE dwelling (
    reference text PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    landlord text NOT NULL REFERENCES landlord (siren),
    version int NOT NULL,
    facts jsonb NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX dwelling_landlord ON dwelling (landlord, reference);

CREATE TABLE vacancy (
    id uuid PRIMARY KEY,
    landlord text NOT NULL REFERENCES landlord (siren),
    reference text NOT NULL,
    dwelling_reference text NOT NULL REFERENCES dwelling (reference),
    version int NOT NULL,
    facts jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('announced', 'available', 'withdrawn', 'let')),
    ready_on date,
    base_rent_cents int,
    service_charges_cents int,
    withdrawal_reason text,
    lease_signed_on date,
    changed_at timestamptz NOT NULL,
    UNIQUE (landlord, reference)
);
CREATE INDEX vacancy_state ON vacancy (state, id);
CREATE INDEX vacancy_open ON vacancy (dwelling_reference) WHERE state IN ('announced', 'available');

CREATE TABLE vacancy_event (
    arrival bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    landlord text NOT NULL,
    source text NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    happened_at timestamptz NOT NULL,
    body_hash bytea,
    body jsonb,
    outcome text NOT NULL CHECK (outcome IN ('accepted', 'duplicate', 'rejected')),
    errors jsonb NOT NULL,
    vacancy_id uuid,
    received_at timestamptz NOT NULL
);
COMMENT ON TABLE vacancy_event IS 'One row an arrival, by whatever door; vacancies are folds of the accepted ones';
COMMENT ON COLUMN vacancy_event.body_hash IS 'Of what the event says; NULL where it could not be read';
CREATE INDEX vacancy_event_id ON vacancy_event (landlord, event_id, source);
CREATE UNIQUE INDEX vacancy_event_once ON vacancy_event (landlord, event_id, source) WHERE outcome = 'accepted';
CREATE INDEX vacancy_event_told ON vacancy_event (vacancy_id) WHERE outcome = 'accepted';
"""


def upgrade() -> None:
    create_chassis_tables(op)
    for statement in filter(str.strip, TABLES.split(";\n")):
        op.execute(statement)
