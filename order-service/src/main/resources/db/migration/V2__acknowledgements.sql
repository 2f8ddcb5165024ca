-- Why shipping could not do what the order wants, where it could not.
ALTER TABLE orders.orders
    ADD COLUMN shipment_reason text,
    ADD CHECK (shipment_status IN ('AWAITING_CARRIER', 'BOOKED', 'REFUSED', 'CANCELLED')),
    ADD CHECK (shipment_reason IS NULL OR shipment_status IS NOT NULL);

-- When an order's events were acknowledged: of each event that an outcome has answered the first such outcome. Told again
-- it adds nothing, so there are never more rows than events.
CREATE TABLE orders.acknowledgement (
    order_id       uuid        NOT NULL REFERENCES orders.orders,
    order_sequence bigint      NOT NULL CHECK (order_sequence >= 0), -- the order's events up to this one are answered
    sequence       bigint      NOT NULL CHECK (sequence >= 0),       -- of shipping's event
    type           text        NOT NULL,
    received_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, order_sequence)
);
