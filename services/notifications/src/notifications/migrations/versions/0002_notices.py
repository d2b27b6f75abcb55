"""Notices and letters: what persons are told apart from calls, on paper where no e-mail may go."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
ALTER TABLE delivery
    DROP CONSTRAINT delivery_call_id_fkey,
    DROP CONSTRAINT delivery_purpose_check,
    DROP CONSTRAINT delivery_channel_check,
    DROP CONSTRAINT delivery_check,
    ADD COLUMN notice_due_at timestamptz,
    ADD CHECK (purpose IN ('call', 'withdrawal', 'renewal', 'closure_warning', 'transfer_suggestion')),
    ADD CHECK (channel IN ('email', 'sms') OR (channel = 'letter' AND purpose NOT IN ('call', 'withdrawal'))),
    ADD CHECK ((state IN ('pending', 'sending') AND purpose IN ('call', 'withdrawal')) = (due_at IS NOT NULL)),
    ADD CHECK (notice_due_at IS NULL OR purpose NOT IN ('call', 'withdrawal'));
COMMENT ON COLUMN delivery.call_id IS 'The call, or the notice where the purpose is no call''s';
COMMENT ON COLUMN delivery.notice_due_at IS
    'What due_at is for notices: apart, so that a night of renewals never stands before an alert in the index';
CREATE INDEX delivery_notice_due ON delivery (notice_due_at)
    WHERE notice_due_at IS NOT NULL AND state IN ('pending', 'sending');

CREATE TABLE notice (
    notice_id uuid PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('renewal', 'closure_warning', 'transfer_suggestion')),
    person_id uuid NOT NULL,
    respond_by date,
    ends_on date,
    reminder boolean NOT NULL,
    landlord text,
    taken_at timestamptz NOT NULL
);

CREATE TABLE contact_post (
    person_id uuid PRIMARY KEY,
    version int NOT NULL,
    address jsonb,
    helper uuid
);
COMMENT ON TABLE contact_post IS
    'Where letters reach a person, and who is told on her behalf; beside contact, which every alert reads';

CREATE TABLE letter_batch (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    printed_at timestamptz
);

CREATE TABLE registered_number (
    number text PRIMARY KEY,
    added_at timestamptz NOT NULL,
    delivery_id uuid UNIQUE
);
COMMENT ON TABLE registered_number IS 'The numbers that the post allotted to us, each for one registered letter';
CREATE INDEX registered_number_free ON registered_number (number) WHERE delivery_id IS NULL;

CREATE TABLE letter (
    delivery_id uuid PRIMARY KEY REFERENCES delivery (id),
    batch bigint NOT NULL REFERENCES letter_batch (number),
    place int NOT NULL,
    reference text NOT NULL UNIQUE,
    registered boolean NOT NULL,
    posted_on date,
    received_on date,
    returned_on date,
    UNIQUE (batch, place)
);
COMMENT ON COLUMN letter.reference IS 'The registered number, or batch and place';

CREATE TABLE contact_check (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id uuid NOT NULL,
    channel text NOT NULL,
    reason text NOT NULL,
    delivery_id uuid,
    contact_version int,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    closed_by text,
    said text
);
COMMENT ON TABLE contact_check IS 'Somebody has to ask how this person can be reached';
COMMENT ON COLUMN contact_check.contact_version IS 'Of the contact that did not work: a newer one may';
CREATE UNIQUE INDEX contact_check_open ON contact_check (person_id, channel) WHERE closed_at IS NULL
"""


def upgrade() -> None:
    for statement in filter(str.strip, TABLES.split(";\n")):
        op.execute(statement)
