"""Measures: help with the state of the home left, partners' places, wear grids, and the terms in force."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE measure_terms (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    landlord text,
    valid_from date NOT NULL,
    visit_valid_months int NOT NULL CHECK (visit_valid_months BETWEEN 1 AND 60),
    threshold_cents bigint NOT NULL CHECK (threshold_cents >= 0),
    contract_lets_move boolean NOT NULL,
    origin text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (landlord, valid_from)
);
COMMENT ON COLUMN measure_terms.landlord IS 'NULL: of every landlord that settled nothing itself';
INSERT INTO measure_terms (landlord, valid_from, visit_valid_months, threshold_cents, contract_lets_move, origin)
VALUES (NULL, '2000-01-01', 6, 0, false,
    'default: a visit holds six months, and every chargeable cent stands in the way until the works are done');

CREATE TABLE wear_grid (
    landlord text NOT NULL,
    valid_from date NOT NULL,
    lines jsonb NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (landlord, valid_from)
);

CREATE TABLE partner (
    siren text PRIMARY KEY,
    name text NOT NULL,
    registered_at timestamptz NOT NULL
);

CREATE TABLE partner_place (
    id uuid PRIMARY KEY,
    partner text NOT NULL REFERENCES partner (siren),
    year int NOT NULL CHECK (year BETWEEN 2000 AND 2100),
    area text NOT NULL,
    communes text[] NOT NULL CHECK (cardinality(communes) > 0),
    in_priority_district boolean,
    places int NOT NULL CHECK (places >= 0),
    taken int NOT NULL DEFAULT 0,
    CHECK (taken BETWEEN 0 AND places),
    UNIQUE NULLS NOT DISTINCT (partner, year, area, in_priority_district)
);
COMMENT ON COLUMN partner_place.in_priority_district IS 'NULL: for homes in a priority district and outside';

CREATE TABLE measure (
    id uuid PRIMARY KEY,
    version int NOT NULL,
    landlord text NOT NULL,
    commune text NOT NULL,
    in_priority_district boolean,
    tenancy_id uuid,
    application_id uuid,
    opened_on date NOT NULL,
    stage text NOT NULL CHECK (stage IN
        ('opened', 'visited', 'prescribed', 'contracted', 'started', 'completed', 'abandoned', 'lapsed')),
    stage_on date NOT NULL,
    works jsonb NOT NULL,
    blocks boolean NOT NULL,
    visited_on date,
    valid_until date,
    place_id uuid REFERENCES partner_place (id),
    reason text,
    light text CHECK (light IN ('blocked', 'may_move')),
    changed_at timestamptz NOT NULL,
    CHECK (tenancy_id IS NOT NULL OR application_id IS NOT NULL)
);
CREATE UNIQUE INDEX measure_of_tenancy ON measure (tenancy_id)
    WHERE stage IN ('opened', 'visited', 'prescribed', 'contracted', 'started');
CREATE UNIQUE INDEX measure_of_application ON measure (application_id)
    WHERE stage IN ('opened', 'visited', 'prescribed', 'contracted', 'started');
CREATE INDEX measure_tenancy ON measure (tenancy_id) WHERE tenancy_id IS NOT NULL;
CREATE INDEX measure_application ON measure (application_id) WHERE application_id IS NOT NULL;
CREATE INDEX measure_place ON measure (place_id) WHERE place_id IS NOT NULL
"""


def upgrade() -> None:
    for statement in filter(str.strip, TABLES.split(";\n")):
        op.execute(statement)
