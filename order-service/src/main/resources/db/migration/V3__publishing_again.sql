ALTER TABLE orders.orders
    -- When the order's events are published again, as its latest one is not acknowledged; null: nothing is waited for.
    ADD COLUMN next_publishing_at timestamptz,
    -- How often that time has come since the latest event; the wait doubles each time.
    ADD COLUMN timeouts           integer NOT NULL DEFAULT 0,
    ADD COLUMN published_again    integer NOT NULL DEFAULT 0,
    ADD COLUMN published_again_at timestamptz;

-- Orders from before are waited for too, spread out, so that shipping is not asked about all of them at once.
UPDATE orders.orders SET next_publishing_at = now() + interval '30 seconds' + random() * interval '10 minutes'
WHERE status IN ('PLACED', 'CANCELLING');

CREATE INDEX orders_next_publishing ON orders.orders (next_publishing_at) WHERE next_publishing_at IS NOT NULL;
