"""Rent and area of a vacancy beside its home, for the query that looks which vacancies an application reaches."""

from alembic import op

revision = "0012"
down_revision = "0011"

STATEMENTS = """
ALTER TABLE vacancy ADD COLUMN rent_cents int, ADD COLUMN area int;
UPDATE vacancy SET
    rent_cents = (dwelling->>'base_rent_cents')::int + (dwelling->>'service_charges_cents')::int,
    area = round((dwelling->>'living_area_m2')::float8 * 100)
WHERE dwelling IS NOT NULL;
COMMENT ON COLUMN vacancy.rent_cents IS 'with charges';
COMMENT ON COLUMN vacancy.area IS 'hundredths of a square metre'
"""


def upgrade() -> None:
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
