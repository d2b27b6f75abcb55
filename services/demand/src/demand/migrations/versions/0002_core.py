"""The application in full: its declaration, facts and pieces, its life and the dated record of its handling."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
ALTER TABLE person
    ADD COLUMN address jsonb,
    ADD COLUMN safe_contact boolean NOT NULL DEFAULT false,
    ADD COLUMN shared jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN helper uuid;
COMMENT ON COLUMN person.shared IS 'Channels that others read too';
-- Duplicates are looked for by birth date and name.
CREATE INDEX person_born ON person (birth_date, lower(family_name)) WHERE birth_date IS NOT NULL;
CREATE INDEX person_helper ON person (helper) WHERE helper IS NOT NULL;

ALTER TABLE application
    DROP CONSTRAINT application_status_check,
    ADD CHECK (status IN ('registered', 'active', 'withdrawn', 'closed')),
    ALTER COLUMN household DROP NOT NULL,
    ALTER COLUMN wishes DROP NOT NULL,
    ADD COLUMN way text NOT NULL DEFAULT 'online',
    ADD COLUMN declaration jsonb,
    ADD COLUMN facts jsonb,
    ADD COLUMN expires_on date,
    ADD COLUMN notified_on date,
    ADD COLUMN reminded_on date,
    ADD COLUMN warned jsonb,
    ADD COLUMN closure text,
    ADD COLUMN merged_into uuid,
    ADD COLUMN tenancy_id uuid,
    ADD COLUMN light text,
    ADD COLUMN meets_transfer_conditions boolean;
COMMENT ON COLUMN application.household IS 'The short declaration: counts without members';
COMMENT ON COLUMN application.declaration IS 'The national form in full: names, health; never leaves this database';
COMMENT ON COLUMN application.facts IS 'What the rules count of it, as last told';
CREATE INDEX application_tenancy ON application (tenancy_id) WHERE tenancy_id IS NOT NULL;

CREATE TABLE fact (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_id uuid NOT NULL,
    fact text NOT NULL,
    value jsonb NOT NULL,
    stated_by text NOT NULL,
    stated_at timestamptz NOT NULL,
    holds_until date,
    piece text,
    issued_on date,
    seen_by text
);
COMMENT ON TABLE fact IS 'Each statement of a fact: who, when, until when it holds, and the piece that proves it';
CREATE INDEX fact_application ON fact (application_id, id);

CREATE TABLE handling (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_id uuid,
    about uuid,
    step text NOT NULL,
    at timestamptz NOT NULL,
    detail jsonb NOT NULL,
    who text
);
COMMENT ON TABLE handling IS 'The dated record of CCH R441-2-15; what is told of a call finds its application by it';
CREATE INDEX handling_application ON handling (application_id, id) WHERE application_id IS NOT NULL;
CREATE INDEX handling_about ON handling (about) WHERE about IS NOT NULL
"""


def upgrade() -> None:
    for statement in filter(str.strip, TABLES.split(";\n")):
        op.execute(statement)
