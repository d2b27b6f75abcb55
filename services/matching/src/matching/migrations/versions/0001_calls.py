"""Applications and their postings, vacancies, calls, and the ranking."""

from alembic import op

from chassis.migrations import create_chassis_tables

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE application (
    id uuid PRIMARY KEY,
    version int NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    registered_on date NOT NULL,
    person_ids uuid[] NOT NULL,
    household jsonb NOT NULL,
    wishes jsonb NOT NULL,
    current_home jsonb
);

CREATE TABLE posting (
    application_id uuid NOT NULL,
    bucket int NOT NULL,
    base int NOT NULL,
    registered_on date NOT NULL,
    max_rent_cents int,
    needed_area int NOT NULL,
    income_euros int NOT NULL,
    category smallint NOT NULL,
    max_floor smallint NOT NULL,
    needs_wheelchair boolean NOT NULL,
    needs_step_free boolean NOT NULL
);
-- A bucket from its best base down, without a look at the table.
CREATE INDEX posting_ranked ON posting (bucket, base DESC) INCLUDE (
    application_id, registered_on, max_rent_cents, needed_area, income_euros, category, max_floor,
    needs_wheelchair, needs_step_free
);
CREATE INDEX posting_application ON posting (application_id);

-- The policy that bases were counted under: another one in force means posting everything again.
CREATE TABLE posting_policy (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    name text NOT NULL
);
INSERT INTO due_work (id, kind, subject, payload, story_time, due_at)
    VALUES (gen_random_uuid(), 'follow_policy', 'posting', '{}', '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z');

CREATE TABLE vacancy (
    id uuid PRIMARY KEY,
    status text NOT NULL,
    status_version int NOT NULL,
    landlord text NOT NULL,
    dwelling_id uuid,
    dwelling jsonb,
    dwelling_version int NOT NULL,
    available_on date,
    available_version int NOT NULL,
    buckets int[] NOT NULL,
    called int NOT NULL DEFAULT 0,
    standing int NOT NULL DEFAULT 0,
    checked_version int NOT NULL DEFAULT 0
);
COMMENT ON COLUMN vacancy.called IS 'calls ever issued';
COMMENT ON COLUMN vacancy.standing IS 'calls that hold a place: open or interested';
COMMENT ON COLUMN vacancy.checked_version IS 'the dwelling_version that standing calls were last compared with';
CREATE INDEX vacancy_open ON vacancy (standing) WHERE status IN ('announced', 'released');

CREATE TABLE call (
    id uuid PRIMARY KEY,
    vacancy_id uuid NOT NULL REFERENCES vacancy,
    application_id uuid NOT NULL,
    person_ids uuid[] NOT NULL,
    rank int NOT NULL,
    status text NOT NULL,
    version int NOT NULL,
    score int NOT NULL,
    points jsonb NOT NULL,
    reasons text[] NOT NULL,
    to_verify text[] NOT NULL,
    policy text NOT NULL,
    issued_at timestamptz NOT NULL,
    answer_by timestamptz NOT NULL,
    answered_at timestamptz,
    answer_reason text,
    answered_on_behalf_by text,
    withdrawn_because text,
    UNIQUE (vacancy_id, application_id)
);
CREATE INDEX call_application ON call (application_id)
"""

RANKING = """
CREATE FUNCTION shortlist(
    buckets int[], rent int, area int, ceilings int[], stairs_to int, lacks_wheelchair boolean, lacks_step_free boolean,
    rent_percent_per_point int, rent_most int, area_per_point int, area_most int,
    tie_seed text, vacancy_id uuid, excluding uuid[], wanted int
) RETURNS TABLE (application_id uuid, score int)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ids uuid[];
    scores int[];
    least int := -1000000000;
    a_bucket int := wanted;
BEGIN
    -- First the best few of each bucket by base: any `wanted` of them bound the last score of the shortlist from
    -- below. Then, once more, everybody whose base can still reach that score with all that a home can add.
    FOR pass IN 1..2 LOOP
        SELECT array_agg(ranked.application_id), array_agg(ranked.score) INTO ids, scores
        FROM (
            SELECT fitting.application_id, max(fitting.score) AS score
            FROM unnest(shortlist.buckets) AS probe CROSS JOIN LATERAL (
                SELECT p.application_id, p.registered_on, p.base
                    + CASE WHEN p.max_rent_cents > 0
                      THEN least((p.max_rent_cents - rent) * 100 / p.max_rent_cents / rent_percent_per_point, rent_most)
                      ELSE 0 END
                    + greatest(0, area_most - (area - p.needed_area) / area_per_point) AS score
                FROM posting AS p
                WHERE p.bucket = probe
                    AND p.base >= least - rent_most - area_most
                    AND p.needed_area <= area
                    AND (p.max_rent_cents IS NULL OR p.max_rent_cents >= rent)
                    AND p.income_euros <= ceilings[p.category]
                    AND p.max_floor >= stairs_to
                    AND NOT (p.needs_wheelchair AND lacks_wheelchair)
                    AND NOT (p.needs_step_free AND lacks_step_free)
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
    create_chassis_tables(op)
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    op.execute(RANKING)
