-- What the carrier was asked and what it has: read and written whole, by the code that talks to it. What is looked for is
-- in columns.
ALTER TABLE shipping.shipment
    ALTER COLUMN wanted_version TYPE bigint,
    -- When it was last wanted otherwise.
    ADD COLUMN wanted_at      timestamptz NOT NULL DEFAULT now(),
    -- The trace of the order's last event, which the answer goes on with.
    ADD COLUMN trace          text,
    ADD COLUMN asked          jsonb,   -- the question without an answer yet
    ADD COLUMN sent           boolean NOT NULL DEFAULT false,  -- whether the carrier may have heard it
    ADD COLUMN booked         jsonb,   -- {bookingId, trackingNumber, address}
    ADD COLUMN refusal        jsonb,   -- {version, what, reason}
    -- Counts the claims: an outcome is written only by the latest claim.
    ADD COLUMN claim          bigint  NOT NULL DEFAULT 0,
    -- The sequence of the latest answer to the order.
    ADD COLUMN event_sequence bigint  NOT NULL DEFAULT -1,
    -- The wanted version that the order was last answered about.
    ADD COLUMN told_version   bigint  NOT NULL DEFAULT -1;

COMMENT ON COLUMN shipping.shipment.wanted_version IS 'the sequence of the order''s event that wants it so';
COMMENT ON COLUMN shipping.shipment.next_attempt_at IS
    'when the carrier is asked next, or until when it is being asked; null: there is nothing to ask';

-- Shipments from before the carrier was asked. Their version counted otherwise; the inbox knows the order's own.
UPDATE shipping.shipment SET
    next_attempt_at = now(),
    asked = jsonb_build_object('kind', 'BOOK', 'orderId', order_id, 'version', 0, 'bookingId', NULL, 'address',
        jsonb_build_object('name', wanted_name, 'street', wanted_street, 'city', wanted_city, 'postcode',
            wanted_postcode, 'country', wanted_country));
DO $$
BEGIN
    IF to_regclass('outbox.inbox') IS NOT NULL THEN
        EXECUTE 'UPDATE shipping.shipment s SET wanted_version = i.sequence FROM outbox.inbox i
                 WHERE i.subject = s.order_id::text';
    END IF;
END $$;

-- What is due, and how many wait.
CREATE INDEX shipment_due ON shipping.shipment (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
-- What the order has not heard about.
CREATE INDEX shipment_untold ON shipping.shipment (wanted_at)
    WHERE next_attempt_at IS NOT NULL AND told_version < wanted_version;
-- What may need no carrier at all.
CREATE INDEX shipment_cancelling ON shipping.shipment (order_id) WHERE next_attempt_at IS NOT NULL AND wanted_cancelled;
