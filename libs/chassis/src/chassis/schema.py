"""Tables that every service's database has; changed only by a new step that each service's migrations call."""

from typing import Protocol

V1 = """
CREATE SEQUENCE outbox_seq;

-- Compatible with Debezium's outbox event router (id, aggregatetype, aggregateid, type, payload).
CREATE TABLE outbox (
    seq bigint PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    type text NOT NULL,
    payload jsonb,
    headers jsonb NOT NULL,
    occurred_at timestamptz NOT NULL,
    parked_at timestamptz,
    parked_reason text
);
COMMENT ON COLUMN outbox.aggregatetype IS 'topic';
COMMENT ON COLUMN outbox.aggregateid IS 'record key';
CREATE INDEX outbox_parked ON outbox (aggregatetype, aggregateid) WHERE parked_at IS NOT NULL;

-- Woken by the statement, not the row: one NOTIFY a transaction.
CREATE FUNCTION notify_relay() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$;
CREATE TRIGGER outbox_wakes_relay AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION notify_relay();

-- The history that replay, indicators and audits read.
CREATE TABLE event_log (
    seq bigint NOT NULL,
    id uuid NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    type text NOT NULL,
    payload jsonb,
    headers jsonb NOT NULL,
    occurred_at timestamptz NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp()
) PARTITION BY RANGE (occurred_at);
CREATE TABLE event_log_default PARTITION OF event_log DEFAULT;
CREATE INDEX event_log_aggregate ON event_log (aggregateid, seq);

-- The day is that of ce_time, which repeats with the event: the key needs no look into other partitions.
CREATE TABLE inbox (
    day date NOT NULL,
    consumer text NOT NULL,
    source text NOT NULL,
    event_id text NOT NULL,
    body_hash bytea NOT NULL,
    dead boolean NOT NULL DEFAULT false,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (day, consumer, source, event_id)
) PARTITION BY RANGE (day);
CREATE TABLE inbox_default PARTITION OF inbox DEFAULT;

CREATE TABLE dead_letter (
    id uuid PRIMARY KEY,
    topic text NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    key bytea,
    value bytea,
    headers jsonb NOT NULL,
    restricted boolean NOT NULL,
    event_id text,
    event_source text,
    event_type text,
    event_time timestamptz,
    reason text NOT NULL,
    error text NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replaying', 'replayed', 'discarded')),
    attempts int NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL,
    settled_at timestamptz,
    settled_note text,
    UNIQUE (topic, partition, "offset")
);
CREATE INDEX dead_letter_open ON dead_letter (recorded_at) WHERE state = 'open';

CREATE TABLE due_work (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    subject text NOT NULL,
    payload jsonb NOT NULL,
    traceparent text,
    cause_id text,
    correlation_id text,
    story_time timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    last_error text
);
CREATE INDEX due_work_due ON due_work (due_at);
CREATE INDEX due_work_subject ON due_work (subject, kind);

CREATE TABLE idempotency_key (
    principal varchar(200) NOT NULL,
    key varchar(200) NOT NULL,
    operation varchar(200) NOT NULL,
    request_hash bytea NOT NULL,
    status int NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    stored_at timestamptz NOT NULL,
    PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_key_stored_at ON idempotency_key (stored_at);

CREATE TABLE revoked_token (
    jti varchar(64) PRIMARY KEY,
    reason varchar(500) NOT NULL,
    revoked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX revoked_token_expires_at ON revoked_token (expires_at);
"""

V2 = """
-- Where a replica tells the relay itself, NOTIFY would only make commits wait for one another, in all databases.
CREATE OR REPLACE FUNCTION notify_relay() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF current_setting('parcours.tells', true) IS DISTINCT FROM 'itself' THEN PERFORM pg_notify('outbox', ''); END IF; RETURN NULL; END $$;
"""  # noqa: E501 - a function's body is on one line

V3 = """
-- What is sent is the text itself: as jsonb it was read on the way in, and written out again to be sent. The event log
-- reads it, so `chassis.outbox` refuses what jsonb could not take. By its id nobody asks but for a row that is parked.
ALTER TABLE outbox
    ALTER payload TYPE json USING payload::json,
    ALTER headers TYPE json USING headers::json,
    ALTER seq SET DEFAULT nextval('outbox_seq'),
    DROP CONSTRAINT outbox_id_key;
"""


class Operations(Protocol):
    """The part of Alembic's `op` that is needed."""

    def execute(self, sqltext: str) -> None: ...


def create_v1(op: Operations) -> None:
    """Outbox, inbox, event log, dead letters, due work, idempotency keys and revoked tokens."""
    for statement in _statements(V1):
        op.execute(statement)


def create_v2(op: Operations) -> None:
    """The outbox notifies for those who do not say that they tell the relay themselves."""
    for statement in _statements(V2):
        op.execute(statement)


def create_v3(op: Operations) -> None:
    """The outbox keeps what is sent as text, and no index of ids, which nobody asks for."""
    for statement in _statements(V3):
        op.execute(statement)


def _statements(script: str) -> list[str]:
    """Split at semicolons that end a line: our function bodies are written on one."""
    return [part.strip() for part in script.split(";\n") if part.strip()]
