"""Homes of the last twelve months by place, and how long those housed had waited."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
ALTER TABLE vacancy ADD COLUMN told_on date;
COMMENT ON COLUMN vacancy.told_on IS 'the day matching first knew the home';
UPDATE vacancy SET told_on = least(current_date, available_on) WHERE dwelling IS NOT NULL;
CREATE INDEX vacancy_told ON vacancy ((dwelling->>'commune'), told_on);

CREATE TABLE letting (
    vacancy_id uuid PRIMARY KEY,
    commune text NOT NULL,
    dwelling_type text NOT NULL,
    kind text NOT NULL,
    signed_on date NOT NULL,
    days_waited int NOT NULL
);
CREATE INDEX letting_place ON letting (commune, dwelling_type, signed_on);
INSERT INTO due_work (id, kind, subject, payload, story_time, due_at)
    VALUES (gen_random_uuid(), 'forget_lettings', 'letting', '{}', '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z')
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        op.execute(statement)
