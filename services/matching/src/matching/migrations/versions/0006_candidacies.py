"""Candidacies with their pieces; committee sessions with their agenda and decisions; the last day of a number."""

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = """
ALTER TABLE application ADD COLUMN expires_on date;

CREATE TABLE candidacy (
    id uuid PRIMARY KEY,
    vacancy_id uuid NOT NULL REFERENCES vacancy,
    landlord text NOT NULL,
    application_id uuid NOT NULL,
    person_ids uuid[] NOT NULL,
    origin text NOT NULL,
    call_id uuid REFERENCES call,
    status text NOT NULL,
    session_id uuid,
    rank int,
    parked_for uuid,
    version int NOT NULL,
    score int NOT NULL,
    policy text NOT NULL,
    points json NOT NULL,
    rationale json,
    opened_at timestamptz NOT NULL,
    opened_by text,
    opened_because text,
    closed_at timestamptz,
    closed_because text,
    UNIQUE (vacancy_id, application_id),
    CHECK ((status = 'closed') = (closed_because IS NOT NULL)),
    CHECK (status NOT IN ('on_agenda', 'decided') OR session_id IS NOT NULL)
);
CREATE INDEX candidacy_application ON candidacy (application_id) WHERE status <> 'closed';
CREATE INDEX candidacy_parked ON candidacy (parked_for) WHERE parked_for IS NOT NULL;
-- Of the files that a committee allocated a home to, each rank stands once.
CREATE UNIQUE INDEX candidacy_rank ON candidacy (vacancy_id, rank) WHERE status = 'decided';
COMMENT ON COLUMN candidacy.rationale IS 'as the engine explained it at the opening; erased with its application';
COMMENT ON COLUMN candidacy.opened_because IS 'an agent''s own words; may tell of health: never leaves this table';

CREATE TABLE candidacy_piece (
    candidacy_id uuid NOT NULL REFERENCES candidacy ON DELETE CASCADE,
    requirement text NOT NULL,
    person smallint NOT NULL,
    kind text NOT NULL,
    issued_on date NOT NULL,
    valid_until date,
    verified_by text NOT NULL,
    verified_on date NOT NULL,
    PRIMARY KEY (candidacy_id, requirement, person)
);

CREATE TABLE committee_session (
    id uuid PRIMARY KEY,
    landlord text NOT NULL,
    held_on date NOT NULL,
    place text NOT NULL,
    status text NOT NULL,
    members json NOT NULL,
    quorum int,
    version int NOT NULL,
    planned_by text NOT NULL,
    planned_at timestamptz NOT NULL,
    closed_by text,
    closed_at timestamptz
);
CREATE INDEX committee_session_landlord ON committee_session (landlord, held_on);

CREATE TABLE agenda_home (
    session_id uuid NOT NULL REFERENCES committee_session,
    vacancy_id uuid NOT NULL REFERENCES vacancy,
    place int NOT NULL,
    status text NOT NULL,
    dwelling json NOT NULL,
    policy text NOT NULL,
    fewer_files_because text,
    justification text,
    ballot json,
    decided_by text,
    decided_at timestamptz,
    PRIMARY KEY (session_id, vacancy_id),
    UNIQUE (session_id, place)
);
-- A home is on one agenda at a time.
CREATE UNIQUE INDEX agenda_home_listed ON agenda_home (vacancy_id) WHERE status = 'listed';

CREATE TABLE agenda_file (
    session_id uuid NOT NULL,
    vacancy_id uuid NOT NULL,
    candidacy_id uuid NOT NULL REFERENCES candidacy,
    proposed_rank int NOT NULL,
    score int NOT NULL,
    points json NOT NULL,
    rationale json,
    PRIMARY KEY (session_id, candidacy_id),
    UNIQUE (session_id, vacancy_id, proposed_rank),
    FOREIGN KEY (session_id, vacancy_id) REFERENCES agenda_home
);

CREATE TABLE decision (
    candidacy_id uuid PRIMARY KEY REFERENCES candidacy,
    session_id uuid NOT NULL,
    vacancy_id uuid NOT NULL,
    kind text NOT NULL,
    rank int CHECK (rank >= 1),
    moved_because text,
    reasons text[] NOT NULL,
    words text,
    piece text,
    piece_by date,
    FOREIGN KEY (session_id, candidacy_id) REFERENCES agenda_file,
    UNIQUE (session_id, vacancy_id, rank),
    CHECK ((kind IN ('allocated', 'allocated_by_rank', 'allocated_on_condition')) = (rank IS NOT NULL)),
    CHECK ((kind = 'allocated_on_condition') = (piece IS NOT NULL AND piece_by IS NOT NULL)),
    CHECK (rank IS NOT NULL OR cardinality(reasons) > 0)
);
COMMENT ON TABLE decision IS 'a file is decided once; whoever enters it holds the vacancy';
COMMENT ON COLUMN decision.words IS 'the committee''s own; in the minutes and nowhere else';
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
