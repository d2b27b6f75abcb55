"""Reservation agreements, flows and turns, deductions, the ledger of rights lent, letters, participation."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = """
CREATE TABLE agreement (
    id uuid PRIMARY KEY,
    version int NOT NULL,
    landlord text NOT NULL REFERENCES landlord (siren),
    holder text NOT NULL,
    department text NOT NULL,
    terms jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    UNIQUE (landlord, department, holder)
);
CREATE INDEX agreement_holder ON agreement (holder);
CREATE TABLE reserved_dwelling (
    dwelling_reference text PRIMARY KEY REFERENCES dwelling (reference),
    agreement_id uuid NOT NULL REFERENCES agreement (id)
);
COMMENT ON TABLE reserved_dwelling IS 'Whose each home is in an agreement in stock';
CREATE INDEX reserved_dwelling_agreement ON reserved_dwelling (agreement_id);
CREATE TABLE flow (
    landlord text NOT NULL,
    department text NOT NULL,
    year int NOT NULL,
    tally jsonb NOT NULL,
    PRIMARY KEY (landlord, department)
);
COMMENT ON TABLE flow IS 'Turns so far of the year; its row is locked from a release to its commit';
CREATE TABLE turn (
    vacancy_id uuid PRIMARY KEY REFERENCES vacancy (id) DEFERRABLE INITIALLY DEFERRED,
    landlord text NOT NULL,
    department text NOT NULL,
    dwelling_reference text NOT NULL,
    agreement_id uuid REFERENCES agreement (id),
    mode text NOT NULL CHECK (mode IN ('flow', 'stock')),
    given_on date NOT NULL,
    until date,
    right_id uuid,
    designated_on date,
    candidates jsonb NOT NULL,
    lapsed_on date,
    left_base text
);
COMMENT ON TABLE turn IS 'Whose turn each release was; agreement_id NULL is the landlord, right_id a right given back';
CREATE INDEX turn_of_year ON turn (landlord, given_on);
CREATE TABLE deduction (
    vacancy_id uuid PRIMARY KEY REFERENCES vacancy (id),
    landlord text NOT NULL,
    department text NOT NULL,
    year int NOT NULL,
    reason text NOT NULL,
    deducted_on date NOT NULL
);
CREATE INDEX deduction_of_year ON deduction (landlord, department, year);
CREATE TABLE announced_deduction (
    landlord text NOT NULL REFERENCES landlord (siren),
    department text NOT NULL,
    year int NOT NULL,
    homes int NOT NULL,
    PRIMARY KEY (landlord, department, year)
);
CREATE TABLE lent_right (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement (id),
    landlord text NOT NULL,
    holder text NOT NULL,
    borrower text,
    department text NOT NULL,
    dwelling_type text NOT NULL,
    commune text NOT NULL,
    lent_on date NOT NULL,
    lent_by uuid NOT NULL REFERENCES vacancy (id),
    left_dwelling text,
    ended_on date,
    ending text CHECK (ending IN ('restituted', 'waived')),
    ended_by uuid,
    CHECK ((ended_on IS NULL) = (ending IS NULL))
);
COMMENT ON TABLE lent_right IS 'One line a right lent; while it has no ending it is owed';
CREATE INDEX lent_right_left ON lent_right (left_dwelling) WHERE ended_on IS NULL;
CREATE INDEX lent_right_owed ON lent_right (landlord, department, dwelling_type, lent_on) WHERE ended_on IS NULL;
CREATE TABLE letter (
    vacancy_id uuid PRIMARY KEY REFERENCES vacancy (id),
    agreement_id uuid NOT NULL REFERENCES agreement (id),
    sent_on date NOT NULL,
    until date NOT NULL,
    answer text,
    answered_on date
);
COMMENT ON TABLE letter IS 'The information letter of the Protocole Mutations to the holder of the home';
CREATE TABLE household (
    application_id uuid PRIMARY KEY,
    version int NOT NULL,
    kind text NOT NULL,
    landlord text,
    reference text
);
COMMENT ON TABLE household IS 'Of each application, the home it would leave: what rights need and nothing else';
CREATE TABLE participation (
    id uuid PRIMARY KEY,
    version int NOT NULL,
    scheme text NOT NULL,
    landlord text,
    holder text,
    area text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CHECK (landlord IS NOT NULL OR holder IS NOT NULL)
);
CREATE INDEX participation_scheme ON participation (scheme, landlord)
"""


def upgrade() -> None:
    for statement in filter(str.strip, STATEMENTS.split(";\n")):
        op.execute(statement)
