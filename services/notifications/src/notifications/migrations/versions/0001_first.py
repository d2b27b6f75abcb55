"""Contacts, calls, deliveries, and the switch that stops them all."""

from alembic import op

from chassis.migrations import create_chassis_tables

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE contact (
    person_id uuid PRIMARY KEY,
    version int NOT NULL,
    state text NOT NULL CHECK (state IN ('expected', 'known', 'erased')),
    given_name text,
    family_name text,
    email text,
    phone text,
    language text,
    consents jsonb NOT NULL DEFAULT '{}',
    CHECK (state = 'known' OR (given_name IS NULL AND family_name IS NULL AND email IS NULL AND phone IS NULL))
);
COMMENT ON COLUMN contact.state IS 'expected: a call came first and its deliveries wait; erased: only the id is left';

CREATE TABLE call (
    call_id uuid PRIMARY KEY,
    vacancy_id uuid NOT NULL,
    dwelling jsonb NOT NULL,
    available_on date NOT NULL,
    called int NOT NULL,
    answer_by timestamptz NOT NULL,
    reasons jsonb NOT NULL,
    policy text NOT NULL,
    state text NOT NULL CHECK (state IN ('issued', 'withdrawn')),
    withdrawal_reason text,
    changed_at timestamptz NOT NULL
);

CREATE TABLE delivery (
    id uuid PRIMARY KEY,
    call_id uuid NOT NULL REFERENCES call (call_id),
    purpose text NOT NULL CHECK (purpose IN ('call', 'withdrawal')),
    person_id uuid NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'sms')),
    state text NOT NULL
        CHECK (state IN ('awaiting_contact', 'pending', 'sending', 'sent', 'delivered', 'failed', 'suppressed')),
    attempt int NOT NULL DEFAULT 0,
    unknown_outcomes int NOT NULL DEFAULT 0,
    due_at timestamptz,
    deliver_by timestamptz NOT NULL,
    suppression text,
    gateway_reference text,
    last_reason text,
    cause_id text NOT NULL,
    correlation_id text NOT NULL,
    traceparent text,
    since timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    sent_at timestamptz,
    delivered_at timestamptz,
    UNIQUE (call_id, purpose, person_id, channel),
    CHECK ((state IN ('pending', 'sending')) = (due_at IS NOT NULL)),
    CHECK ((state = 'suppressed') = (suppression IS NOT NULL))
);
COMMENT ON COLUMN delivery.due_at IS 'pending: when to try; sending: when the lease of the attempt ends';
COMMENT ON COLUMN delivery.attempt IS 'Fences outcomes: one of an earlier attempt changes nothing';
COMMENT ON COLUMN delivery.since IS 'When the outside fact was told that led to the message';
CREATE INDEX delivery_due ON delivery (due_at) WHERE state IN ('pending', 'sending');
CREATE INDEX delivery_awaiting ON delivery (person_id) WHERE state = 'awaiting_contact';
CREATE INDEX delivery_person ON delivery (person_id, created_at);
CREATE INDEX delivery_reported ON delivery (gateway_reference) WHERE channel = 'sms' AND gateway_reference IS NOT NULL;

CREATE TABLE alert_hold (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    held boolean NOT NULL,
    who text NOT NULL,
    why text NOT NULL,
    at timestamptz NOT NULL
);
COMMENT ON TABLE alert_hold IS 'Only added to; the last row is in force';

CREATE TABLE alert_minute (
    minute timestamptz PRIMARY KEY,
    handed int NOT NULL
);
COMMENT ON TABLE alert_minute IS 'Messages handed to gateways by all replicas, for the ceiling';
"""


def upgrade() -> None:
    create_chassis_tables(op)
    for statement in filter(str.strip, TABLES.split(";\n")):
        op.execute(statement)
