"""Like homes that come free together share their calls."""

from alembic import op

revision = "0010"
down_revision = "0009"

TABLES = """
ALTER TABLE vacancy ADD COLUMN likeness text, ADD COLUMN pool_id uuid;
COMMENT ON COLUMN vacancy.likeness IS 'landlord, commune, street, type and financing';
COMMENT ON COLUMN vacancy.pool_id IS 'the first home of its pool, itself where it is alone; null until the first look';
CREATE INDEX vacancy_likeness ON vacancy (likeness) WHERE status IN ('announced', 'released');
CREATE INDEX vacancy_pool ON vacancy (pool_id);
ALTER TABLE call ADD COLUMN pool_id uuid;
UPDATE call SET pool_id = vacancy_id;
ALTER TABLE call ALTER COLUMN pool_id SET NOT NULL;
-- Once called for a home, never again for one of its pool.
ALTER TABLE call ADD CONSTRAINT call_once_a_pool UNIQUE (pool_id, application_id)
"""
HOLD = """
CREATE FUNCTION hold_pool(wanted uuid) RETURNS TABLE (homes int, called uuid[])
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('pool ' || wanted, 0));
    RETURN QUERY SELECT
        (SELECT count(*)::int FROM vacancy WHERE pool_id = wanted AND status IN ('announced', 'released')),
        ARRAY(SELECT application_id FROM call WHERE pool_id = wanted);
END $$
"""
JOIN = """
CREATE FUNCTION join_pool(
    home uuid, alike text, rent int, area float8, free_on date, area_percent int, rent_percent int, days int
) RETURNS TABLE (pool uuid, homes int, called uuid[])
LANGUAGE plpgsql AS $$
DECLARE
    undecided int;
BEGIN
    -- Whoever decides for a home of this likeness waits for the one before: each statement sees what it committed.
    PERFORM pg_advisory_xact_lock(hashtextextended('like ' || alike, 0));
    WITH near AS (
        SELECT v.id, v.pool_id,
            greatest(r.rent, join_pool.rent) * 100 <= least(r.rent, join_pool.rent) * (100 + rent_percent)
            AND greatest(r.area, join_pool.area) * 100 <= least(r.area, join_pool.area) * (100 + area_percent)
            AND abs(v.available_on - free_on) <= join_pool.days AS is_like
        FROM vacancy AS v, LATERAL (SELECT
            (v.dwelling->>'base_rent_cents')::int + (v.dwelling->>'service_charges_cents')::int AS rent,
            (v.dwelling->>'living_area_m2')::float8 AS area) AS r
        WHERE v.likeness = alike AND v.status IN ('announced', 'released') AND v.id <> home
    ), decided AS (
        SELECT near.pool_id AS chosen FROM near WHERE near.pool_id IS NOT NULL
        GROUP BY near.pool_id HAVING bool_and(is_like) ORDER BY count(*) DESC, near.pool_id LIMIT 1
    )
    SELECT (SELECT chosen FROM decided), (SELECT count(*)::int FROM near WHERE is_like AND near.pool_id IS NULL)
        INTO pool, undecided;
    pool := coalesce(pool, home);
    UPDATE vacancy SET pool_id = pool WHERE id = home;
    SELECT held.homes + undecided, held.called INTO homes, called FROM hold_pool(pool) AS held;
    RETURN NEXT;
END $$
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    op.execute(HOLD)
    op.execute(JOIN)
