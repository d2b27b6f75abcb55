"""One packed row an application, which every replica follows in memory, instead of rows that SQL ranks."""

from alembic import op

revision = "0007"
down_revision = "0006"

# A replica packs everything anew before it answers (`matching.index`): what was posted is dropped.
STATEMENTS = """
DROP FUNCTION shortlist(
    int[], bigint[], int[], int[], int[], int, int, int, int, int[], int, int, smallint, date, int[], int, int, int,
    int, int, text, uuid, uuid[], int);
DROP TABLE posting;
CREATE TABLE posting (
    application_id uuid PRIMARY KEY,
    writer xid8 NOT NULL,
    format smallint NOT NULL,
    packed bytea
);
ALTER TABLE posting ALTER COLUMN packed SET STORAGE EXTERNAL;
CREATE INDEX posting_writer ON posting (writer);
COMMENT ON COLUMN posting.writer IS 'the transaction that wrote the row: tells what a replica has not read';
COMMENT ON COLUMN posting.packed IS 'matching.engine.packing; null once nobody is to be called for it, until pruned';

CREATE TABLE posting_pruned (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    before xid8 NOT NULL
);
COMMENT ON TABLE posting_pruned IS 'closed rows of transactions before this one are gone: who read less loads anew';
INSERT INTO posting_pruned (before) VALUES ('0');
INSERT INTO due_work (id, kind, subject, payload, story_time, due_at) VALUES
    (gen_random_uuid(), 'prune_postings', 'posting', '{}', '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z');

DELETE FROM posting_policy;
ALTER TABLE posting_policy ADD COLUMN format smallint NOT NULL;
UPDATE due_work SET due_at = '2026-11-01T00:00:00Z' WHERE kind = 'follow_policy';

CREATE INDEX vacancy_buckets ON vacancy USING gin (buckets) WHERE status IN ('announced', 'released')
"""


def upgrade() -> None:
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
