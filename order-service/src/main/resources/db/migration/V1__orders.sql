CREATE TABLE orders.orders (
    -- Time-ordered (UUID version 7): the primary key's index is also the order of the list.
    id              uuid          PRIMARY KEY,
    customer_id     text          NOT NULL CHECK (char_length(customer_id) BETWEEN 1 AND 64),
    status          text          NOT NULL
        CHECK (status IN ('PLACED', 'CONFIRMED', 'REJECTED', 'CANCELLING', 'CANCELLED')),
    version         bigint        NOT NULL,
    -- The sequence of the order's latest event. Raised under this row's lock only, so that it has no gaps and its order
    -- is the order of the changes. Not the version: that also moves where there is no event to tell.
    event_sequence  bigint        NOT NULL CHECK (event_sequence >= 0),
    currency        text          NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    total           numeric(19,4) NOT NULL CHECK (total >= 0),
    name            text          NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    street          text          NOT NULL CHECK (char_length(street) BETWEEN 1 AND 200),
    city            text          NOT NULL CHECK (char_length(city) BETWEEN 1 AND 200),
    postcode        text          NOT NULL CHECK (char_length(postcode) BETWEEN 1 AND 20),
    country         text          NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    shipment_status text,
    tracking_number text,
    placed_at       timestamptz   NOT NULL,
    updated_at      timestamptz   NOT NULL,
    CHECK (tracking_number IS NULL OR shipment_status IS NOT NULL)
);

-- The list by status, newest first.
CREATE INDEX orders_status ON orders.orders (status, id);

CREATE TABLE orders.order_line (
    order_id   uuid          NOT NULL REFERENCES orders.orders,
    line       integer       NOT NULL CHECK (line >= 0),
    sku        text          NOT NULL CHECK (char_length(sku) BETWEEN 1 AND 64),
    quantity   integer       NOT NULL CHECK (quantity > 0),
    unit_price numeric(19,4) NOT NULL CHECK (unit_price >= 0),
    PRIMARY KEY (order_id, line)
);

-- The answer that a request under an Idempotency-Key got, written in the transaction of what the request did.
CREATE TABLE orders.idempotency_key (
    key        text        PRIMARY KEY CHECK (char_length(key) BETWEEN 1 AND 255),
    body_hash  bytea       NOT NULL,
    answer     json        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idempotency_key_created_at ON orders.idempotency_key (created_at);
