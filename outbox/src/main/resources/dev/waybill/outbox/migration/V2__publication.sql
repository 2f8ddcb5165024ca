-- When events were published, without touching them again: each write of the offset logs the positions it has passed.
-- A position is covered by the range that passed it. If it was a hole then, its event was not published yet; when it is, it
-- is logged as a range of its own, which supersedes the first one and is found before it, as it ends with the position.
CREATE TABLE outbox.publication (
    relay          text        NOT NULL,
    first_position bigint      NOT NULL,
    last_position  bigint      NOT NULL,
    published_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (last_position, relay)
);

-- What was published before there was a log was published by now.
INSERT INTO outbox.publication (relay, first_position, last_position)
SELECT relay, 1, position FROM outbox.relay_offset WHERE position > 0;

-- What each relay has yet to publish, if there are events: the holes, and all above the position.
CREATE VIEW outbox.unpublished AS
SELECT o.relay, int8multirange(int8range(o.position, NULL, '()')) + coalesce((
    SELECT range_agg(int8range((hole ->> 'first')::bigint, (hole ->> 'last')::bigint, '[]'))
    FROM jsonb_array_elements(o.holes) AS hole), '{}') AS positions
FROM outbox.relay_offset o;

-- What a service asks for itself is of many subjects at once; an operator's one subject stays in its column.
ALTER TABLE outbox.replay ADD COLUMN subjects text[];

CREATE INDEX replay_unfinished ON outbox.replay (id) WHERE finished_at IS NULL;
