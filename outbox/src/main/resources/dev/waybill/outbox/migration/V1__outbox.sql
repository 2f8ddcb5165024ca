-- Events, in the order in which their positions were handed out. The relay's proof needs exactly this order within the
-- trigger: the transaction has its id before it takes a position (so whoever holds a position that the relay cannot see
-- has an id below any id taken later), and positions come from a sequence without cache (so no session keeps old ones).
CREATE SEQUENCE outbox.event_position AS bigint CACHE 1;

CREATE TABLE outbox.event (
    position       bigint      PRIMARY KEY,
    transaction_id xid8        NOT NULL,
    id             uuid        NOT NULL DEFAULT gen_random_uuid(),
    source         text        NOT NULL,
    subject        text        NOT NULL,
    sequence       bigint      NOT NULL CHECK (sequence >= 0),
    type           text        NOT NULL,
    payload        json        NOT NULL,
    headers        json        NOT NULL DEFAULT '{}',
    occurred_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT event_sequence UNIQUE (subject, sequence, source)
);

CREATE FUNCTION outbox.assign_position() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.transaction_id := pg_current_xact_id();
    NEW.position := nextval('outbox.event_position');
    -- A commit that is visible before it is durable could vanish in a crash after its event was published, and the
    -- sequence could hand out again a position that the relay has already passed.
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER assign_position BEFORE INSERT ON outbox.event
    FOR EACH ROW EXECUTE FUNCTION outbox.assign_position();

-- How far a relay has got: everything up to position is published, except the holes: positions not seen yet, each with
-- the transaction id (bound) under which its fate is settled.
-- The other columns are how the holder and the operators, on whatever instance, talk to each other.
CREATE TABLE outbox.relay_offset (
    relay        text        PRIMARY KEY,
    position     bigint      NOT NULL DEFAULT 0,
    holes        jsonb       NOT NULL DEFAULT '[]',
    holder       text,
    heartbeat_at timestamptz,
    paused       jsonb,  -- {reason, who, at}: an operator wants nothing published for now
    stopped      jsonb,  -- {position, id, type, subject, error, at}: this event cannot be published
    request      jsonb   -- {action, position, reason, who, at}: what the holder is to do about it
);

-- Events that an operator has published again, in the order in which that was asked for.
CREATE TABLE outbox.replay (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject        text,                 -- of this subject only
    first_position bigint      NOT NULL,
    last_position  bigint      NOT NULL,
    done_position  bigint      NOT NULL, -- up to here it is done; after a crash it goes on from here
    events         bigint      NOT NULL DEFAULT 0,
    error          text,                 -- why it does not get on, while it does not
    who            text        NOT NULL,
    requested_at   timestamptz NOT NULL DEFAULT now(),
    finished_at    timestamptz
);

-- The last event applied of each aggregate that this service hears of; -1: none yet.
CREATE TABLE outbox.inbox (
    source   text   NOT NULL,
    subject  text   NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (source, subject)
) WITH (fillfactor = 80);

-- Records that could not be applied: WAITING for an earlier event of their subject, or FAILED.
CREATE TABLE outbox.dead_letter (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state       text        NOT NULL CHECK (state IN ('WAITING', 'FAILED')),
    cause       text        NOT NULL,
    source      text,
    subject     text,
    sequence    bigint,
    topic       text        NOT NULL,
    partition   integer     NOT NULL,
    "offset"    bigint      NOT NULL,
    timestamp   timestamptz NOT NULL,
    key         bytea,
    value       bytea,
    headers     jsonb       NOT NULL,
    attempts    integer     NOT NULL DEFAULT 1,
    first_at    timestamptz NOT NULL DEFAULT now(),
    last_at     timestamptz NOT NULL DEFAULT now(),
    UNIQUE (topic, partition, "offset", timestamp)
);

CREATE INDEX dead_letter_subject ON outbox.dead_letter (source, subject, sequence);
