"""What is known around a home: its draw, whose turn it is, schemes, rights owed, what landlords ask of own tenants."""

from alembic import op

revision = "0013"
down_revision = "0012"

TABLES = """
ALTER TABLE vacancy
    ADD COLUMN designation jsonb,
    ADD COLUMN named uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN named_version int NOT NULL DEFAULT 0;
COMMENT ON COLUMN vacancy.named IS 'applications that the holder named for the home';

CREATE TABLE draw (
    vacancy_id uuid PRIMARY KEY REFERENCES vacancy,
    landlord text NOT NULL,
    seed bytea NOT NULL CHECK (length(seed) = 32),
    commitment text NOT NULL,
    committed_at timestamptz NOT NULL,
    revealed_at timestamptz
);
COMMENT ON COLUMN draw.seed IS 'secret until revealed_at: in no view, event or log before';
CREATE TABLE draw_tie (
    vacancy_id uuid NOT NULL REFERENCES vacancy,
    drawn_at timestamptz NOT NULL,
    place int NOT NULL,
    application_ids uuid[] NOT NULL,
    PRIMARY KEY (vacancy_id, drawn_at, place)
);
COMMENT ON TABLE draw_tie IS 'applications that the lot alone put in this order, for everybody to draw again';

CREATE TABLE landlord_conditions (
    landlord text NOT NULL,
    valid_from date NOT NULL,
    version int NOT NULL,
    rent_policy text NOT NULL,
    PRIMARY KEY (landlord, valid_from)
);
CREATE TABLE participation (
    id uuid PRIMARY KEY,
    version int NOT NULL,
    scheme text NOT NULL,
    landlord text,
    holder text,
    area text NOT NULL,
    valid_from date NOT NULL,
    valid_to date
);
CREATE INDEX participation_scheme ON participation (scheme, area);
CREATE TABLE holder_letter (
    vacancy_id uuid PRIMARY KEY,
    holder text NOT NULL,
    until date,
    answer text
);
COMMENT ON TABLE holder_letter IS 'the Protocole''s information letter to the holder of a home, and its answer';
CREATE TABLE right_owed (
    right_id uuid PRIMARY KEY,
    landlord text NOT NULL,
    holder text NOT NULL,
    lent_on date NOT NULL,
    ended boolean NOT NULL DEFAULT false
);
CREATE INDEX right_owed_holder ON right_owed (holder) WHERE NOT ended;
CREATE TABLE adapted_search (
    vacancy_id uuid PRIMARY KEY REFERENCES vacancy,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    note text NOT NULL
);
COMMENT ON TABLE adapted_search IS 'a search for those whom an adapted home is for, that found nobody (CCH R441-4)'
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        op.execute(statement)
