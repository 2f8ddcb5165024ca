CREATE TABLE shipping.shipment (
    order_id         uuid        PRIMARY KEY,
    status           text        NOT NULL DEFAULT 'AWAITING_CARRIER'
                                 CHECK (status IN ('AWAITING_CARRIER', 'BOOKED', 'REFUSED', 'CANCELLED')),
    -- What the order's events want; the version counts how often that has changed.
    wanted_name      text        NOT NULL,
    wanted_street    text        NOT NULL,
    wanted_city      text        NOT NULL,
    wanted_postcode  text        NOT NULL,
    wanted_country   text        NOT NULL,
    wanted_cancelled boolean     NOT NULL DEFAULT false,
    wanted_version   integer     NOT NULL DEFAULT 0,
    tracking_number  text,
    attempts         integer     NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at  timestamptz,
    last_error       text,
    updated_at       timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX shipment_by_status ON shipping.shipment (status, order_id);

GRANT USAGE ON SCHEMA shipping TO ${application-role};
GRANT SELECT, INSERT, UPDATE ON shipping.shipment TO ${application-role};
