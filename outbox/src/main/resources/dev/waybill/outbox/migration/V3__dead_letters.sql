-- Letters stay visible for a while after they were settled: APPLIED after all, or DISCARDED by an operator. What operators
-- did about a letter is kept with it.
ALTER TABLE outbox.dead_letter
    DROP CONSTRAINT dead_letter_state_check,
    ADD CONSTRAINT dead_letter_state_check CHECK (state IN ('WAITING', 'FAILED', 'APPLIED', 'DISCARDED')),
    ALTER COLUMN headers TYPE json USING headers::json, -- jsonb has no place for a NUL in a header's name
    ALTER COLUMN attempts SET DEFAULT 0,
    ADD COLUMN event_id text,                           -- of an event without a sequence, to know it again
    ADD COLUMN audit jsonb NOT NULL DEFAULT '[]',       -- [{action, who, reason, at}]
    ADD COLUMN settled_at timestamptz;                  -- null while WAITING or FAILED

CREATE INDEX dead_letter_state ON outbox.dead_letter (state, id);
CREATE INDEX dead_letter_subject_only ON outbox.dead_letter (subject, id);
CREATE INDEX dead_letter_event_id ON outbox.dead_letter (source, event_id) WHERE event_id IS NOT NULL;
CREATE INDEX dead_letter_settled ON outbox.dead_letter (settled_at) WHERE settled_at IS NOT NULL;

-- Events applied that have no sequence: of these only the id tells whether one comes again. Kept for a time.
CREATE TABLE outbox.inbox_id (
    source      text        NOT NULL,
    id          text        NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, id)
);

CREATE INDEX inbox_id_received ON outbox.inbox_id (received_at);
