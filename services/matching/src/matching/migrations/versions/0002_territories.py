"""A base for each scoring territory, the facts of the new rules, and the files that policies were first used with."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
ALTER TABLE application ADD COLUMN light text, ADD COLUMN meets_transfer_conditions boolean;

-- What was posted cannot be told apart by territory: everything is posted again, which `follow_policy` sees to.
DROP FUNCTION shortlist(
    int[], int, int, int[], int, boolean, boolean, int, int, int, int, text, uuid, uuid[], int);
DROP TABLE posting;
CREATE TABLE posting (
    application_id uuid NOT NULL,
    bucket int NOT NULL,
    scale bigint NOT NULL,
    base int NOT NULL,
    gated smallint[],
    registered_on date NOT NULL,
    max_rent_cents int,
    rent_below_cents int,
    needed_area int NOT NULL,
    income_euros int NOT NULL,
    category smallint NOT NULL,
    max_floor smallint NOT NULL,
    lowest_floor smallint NOT NULL,
    highest_floor smallint NOT NULL,
    needs smallint NOT NULL,
    latest_on date
);
-- A bucket and scale from its best base down, without a look at the table.
CREATE INDEX posting_ranked ON posting (bucket, scale, base DESC) INCLUDE (
    application_id, registered_on, max_rent_cents, rent_below_cents, needed_area, income_euros, latest_on, category,
    max_floor, lowest_floor, highest_floor, needs, gated
);
CREATE INDEX posting_application ON posting (application_id);
DELETE FROM posting_policy;
UPDATE due_work SET due_at = '2026-11-01T00:00:00Z' WHERE kind = 'follow_policy';

CREATE TABLE policy_used (
    name text PRIMARY KEY,
    digest text NOT NULL,
    first_used_at timestamptz NOT NULL
);
COMMENT ON TABLE policy_used IS 'each version of a policy as it was first used: its file never changes after that'
"""

RANKING = """
CREATE FUNCTION shortlist(
    buckets int[], scales bigint[], added int[], rates int[], caps int[], month int, rent int, base_rent int,
    area int, ceilings int[], stairs_to int, floor_of_home int, lacks smallint, available_on date,
    gates int[], gates_most int, rent_percent_per_point int, rent_most int, area_per_point int, area_most int,
    tie_seed text, vacancy_id uuid, excluding uuid[], wanted int
) RETURNS TABLE (application_id uuid, score int)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ids uuid[];
    scores int[];
    least int := -1000000000;
    a_bucket int := wanted;
    most int := rent_most + area_most + gates_most;
    some_gates boolean := cardinality(gates) > 0;
BEGIN
    -- First the best few of each bucket by base: any `wanted` of them bound the last score of the shortlist from
    -- below. Then, once more, everybody whose base can still reach that score with all that a home can add.
    -- A base is never below what time gives: whoever passed a cap since she was posted loses the months beyond here.
    FOR pass IN 1..2 LOOP
        SELECT array_agg(ranked.application_id), array_agg(ranked.score) INTO ids, scores
        FROM (
            SELECT fitting.application_id, max(fitting.score) AS score
            FROM unnest(shortlist.buckets) AS probe
            CROSS JOIN unnest(shortlist.scales, shortlist.added, rates, caps) AS counted(scale, added, rate, cap)
            CROSS JOIN LATERAL (
                SELECT p.application_id, p.registered_on, p.base + counted.added
                    - CASE WHEN counted.cap >= 0
                      THEN counted.rate * greatest(0, month - counted.cap
                          - (date_part('year', p.registered_on) * 12 + date_part('month', p.registered_on))::int)
                      ELSE 0 END
                    + CASE WHEN p.max_rent_cents > 0
                      THEN least((p.max_rent_cents - rent) * 100 / p.max_rent_cents / rent_percent_per_point, rent_most)
                      ELSE 0 END
                    + greatest(0, area_most - (area - p.needed_area) / area_per_point)
                    + CASE WHEN some_gates AND p.gated IS NOT NULL
                      THEN (SELECT coalesce(sum(p.gated[gate]), 0)::int FROM unnest(gates) AS gate)
                      ELSE 0 END AS score
                FROM posting AS p
                WHERE p.bucket = probe
                    AND p.scale = counted.scale
                    AND p.base >= least - counted.added - most
                    AND p.needed_area <= area
                    AND (p.max_rent_cents IS NULL OR p.max_rent_cents >= rent)
                    AND (p.rent_below_cents IS NULL OR p.rent_below_cents > base_rent)
                    AND p.income_euros <= ceilings[p.category]
                    AND p.max_floor >= stairs_to
                    AND (floor_of_home IS NULL OR floor_of_home BETWEEN p.lowest_floor AND p.highest_floor)
                    AND p.needs & lacks = 0
                    AND (p.latest_on IS NULL OR available_on IS NULL OR p.latest_on >= available_on)
                    AND p.application_id <> ALL (excluding)
                ORDER BY p.base DESC
                LIMIT a_bucket
            ) AS fitting
            WHERE fitting.score >= least
            GROUP BY fitting.application_id, fitting.registered_on
            ORDER BY max(fitting.score) DESC, fitting.registered_on,
                sha256(convert_to(tie_seed || ':' || vacancy_id || ':' || fitting.application_id, 'UTF8'))
            LIMIT wanted
        ) AS ranked;
        EXIT WHEN cardinality(ids) IS NULL OR cardinality(ids) < wanted;  -- no bucket was cut short
        least := scores[wanted];
        a_bucket := NULL;
    END LOOP;
    RETURN QUERY SELECT * FROM unnest(ids, scores);
END $$
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    op.execute(RANKING)
