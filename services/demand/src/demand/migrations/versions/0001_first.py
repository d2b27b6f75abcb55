"""Persons, applications, and who read whose file."""

from alembic import op

from chassis.migrations import create_chassis_tables

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE person (
    id uuid PRIMARY KEY,
    version int NOT NULL,
    given_name text NOT NULL,
    family_name text NOT NULL,
    birth_date date,
    email text,
    phone text,
    language text NOT NULL,
    consents jsonb NOT NULL,
    changed_at timestamptz NOT NULL
);
COMMENT ON COLUMN person.phone IS 'E.164';

-- Persons are erased before their closed applications: no foreign key to them.
CREATE TABLE application (
    id uuid PRIMARY KEY,
    number text UNIQUE,
    version int NOT NULL,
    kind text NOT NULL CHECK (kind IN ('transfer', 'split', 'first')),
    status text NOT NULL CHECK (status IN ('active', 'withdrawn')),
    registered_on date NOT NULL,
    closed_on date,
    applicant uuid NOT NULL,
    co_applicant uuid,
    housing jsonb NOT NULL,
    household jsonb NOT NULL,
    wishes jsonb NOT NULL,
    changed_at timestamptz NOT NULL
);
COMMENT ON COLUMN application.number IS 'Names the applicant in the national file: NULL once she was erased';
CREATE INDEX application_applicant ON application (applicant);
CREATE INDEX application_co_applicant ON application (co_applicant) WHERE co_applicant IS NOT NULL;

CREATE TABLE reading (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id uuid NOT NULL,
    application_id uuid,
    who text NOT NULL,
    why text NOT NULL,
    read_at timestamptz NOT NULL
);
COMMENT ON TABLE reading IS 'Each reading of a file that names a person: by whom, for what (DOMAIN §7)';
CREATE INDEX reading_person ON reading (person_id, id)
"""


def upgrade() -> None:
    create_chassis_tables(op)
    for statement in filter(str.strip, TABLES.split(";\n")):
        op.execute(statement)
