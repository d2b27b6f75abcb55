"""Beside each home what twelve months of homes are compared by, in one field of 72 bytes (`engine.past_homes`)."""

from alembic import op

revision = "0015"
down_revision = "0014"

COMPARED = """
ALTER TABLE vacancy ADD COLUMN compared bytea GENERATED ALWAYS AS (
    int4send(told_on - DATE '2000-01-01')
    || int4send(coalesce(available_on - DATE '2000-01-01', -2147483648))
    || int4send((dwelling->>'base_rent_cents')::int) || int4send((dwelling->>'service_charges_cents')::int)
    || float8send((dwelling->>'living_area_m2')::float8)
    || int2send(coalesce((dwelling->>'floor')::int2, -1000::int2))
    || int2send(coalesce((dwelling->>'main_rooms')::int2, 0::int2))
    || int2send(((dwelling->'equipment' @> '1')::int + (dwelling->'equipment' @> '2')::int * 2
        + (dwelling->'equipment' @> '3')::int * 4 + (dwelling->'equipment' @> '4')::int * 8
        + (dwelling->'equipment' @> '5')::int * 16 + (dwelling->'equipment' @> '6')::int * 32)::int2)
    || (rpad(dwelling->>'commune', 5) || rpad(landlord, 9) || rpad(dwelling->>'financing', 7)
        || rpad(coalesce(dwelling->>'accessibility', ''), 14) || right(dwelling->>'dwelling_type', 1)
        || coalesce(left(dwelling->>'lift', 1), '?') || coalesce(left(dwelling->>'step_free', 1), '?')
        || coalesce(left(dwelling->>'wheelchair_accessible', 1), '?')
        || coalesce(left(dwelling->>'outdoor_space', 1), '?') || coalesce(left(dwelling->>'parking', 1), '?')
        || left((dwelling->'exclusions' <@ '["unknown"]')::text, 1))::bytea
) STORED
"""


def upgrade() -> None:
    op.execute(COMPARED)
    op.execute("COMMENT ON COLUMN vacancy.compared IS 'as matching.engine.past_homes reads it'")
