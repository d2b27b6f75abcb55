"""Tenancies as their landlords tell them, conditions of transfer, and the three-yearly examination."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
CREATE TABLE home (
    reference text PRIMARY KEY,
    landlord text NOT NULL,
    version int NOT NULL,
    financing text NOT NULL,
    adapted boolean NOT NULL,
    in_priority_district boolean
);
COMMENT ON TABLE home IS 'What inventory recorded of a dwelling: a projection';

CREATE TABLE tenancy (
    id uuid PRIMARY KEY,
    landlord text NOT NULL,
    reference text NOT NULL,
    dwelling_reference text NOT NULL,
    version int NOT NULL,
    statements jsonb NOT NULL,
    contests jsonb NOT NULL,
    refused_offers jsonb NOT NULL,
    ended_on date,
    changed_at timestamptz NOT NULL,
    UNIQUE (landlord, reference)
);
COMMENT ON COLUMN tenancy.statements IS 'The newest statement of each kind, by what it says of its time';
CREATE INDEX tenancy_dwelling ON tenancy (dwelling_reference);

CREATE TABLE leaseholder (
    tenancy_id uuid NOT NULL REFERENCES tenancy (id) ON DELETE CASCADE,
    place int NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (tenancy_id, place)
);
CREATE INDEX leaseholder_person ON leaseholder (person_id);

CREATE TABLE tenancy_event (
    arrival bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    landlord text NOT NULL,
    source text NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    happened_at timestamptz NOT NULL,
    body_hash bytea,
    outcome text NOT NULL CHECK (outcome IN ('accepted', 'duplicate', 'rejected')),
    errors jsonb NOT NULL,
    tenancy_id uuid,
    received_at timestamptz NOT NULL
);
COMMENT ON TABLE tenancy_event IS 'One row an arrival, by whatever door; it does not repeat what was said';
CREATE INDEX tenancy_event_id ON tenancy_event (landlord, event_id, source);
CREATE UNIQUE INDEX tenancy_event_once ON tenancy_event (landlord, event_id, source) WHERE outcome = 'accepted';

CREATE TABLE tenancy_step (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenancy_id uuid NOT NULL REFERENCES tenancy (id) ON DELETE CASCADE,
    step text NOT NULL,
    fact text,
    who text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX tenancy_step_tenancy ON tenancy_step (tenancy_id, id);

CREATE TABLE transfer_conditions (
    landlord text NOT NULL,
    version int NOT NULL,
    body jsonb NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (landlord, version)
);
COMMENT ON TABLE transfer_conditions IS 'Every version a landlord published; rows are added, never changed';

CREATE TABLE tenancy_application (
    application_id uuid NOT NULL,
    tenancy_id uuid NOT NULL REFERENCES tenancy (id) ON DELETE CASCADE,
    state text NOT NULL CHECK (state IN ('found', 'confirmed', 'refused')),
    same_names int NOT NULL,
    found_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    PRIMARY KEY (application_id, tenancy_id)
);
CREATE INDEX tenancy_application_tenancy ON tenancy_application (tenancy_id);
CREATE UNIQUE INDEX tenancy_application_one ON tenancy_application (application_id) WHERE state = 'confirmed';
CREATE INDEX application_home ON application ((housing->'home'->>'reference'))
    WHERE housing->'home'->>'reference' IS NOT NULL;

CREATE TABLE examination (
    id uuid PRIMARY KEY,
    tenancy_id uuid NOT NULL REFERENCES tenancy (id) ON DELETE CASCADE,
    landlord text NOT NULL,
    dwelling_reference text NOT NULL,
    commune text NOT NULL,
    "on" date NOT NULL,
    version int NOT NULL,
    cases jsonb NOT NULL,
    unknown jsonb NOT NULL,
    rooms_freed int NOT NULL,
    in_priority_district boolean,
    opinion jsonb,
    interview jsonb,
    invited_on date,
    application_id uuid,
    changed_at timestamptz NOT NULL,
    UNIQUE (tenancy_id, "on")
);
COMMENT ON COLUMN examination."on" IS 'The day it was due, date to date from the signature (CCH L442-5-2)';
CREATE INDEX examination_outreach ON examination (rooms_freed DESC, id DESC)
    WHERE cases <> '[]' AND application_id IS NULL;
"""


def upgrade() -> None:
    for statement in filter(str.strip, TABLES.split(";\n")):
        op.execute(statement)
