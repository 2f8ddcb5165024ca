-- What the service's own role may do: exactly what the service does. Orders and their lines are never deleted, and of an
-- order only its course changes, never who ordered what at which price.
GRANT USAGE ON SCHEMA orders TO "${application-role}";
GRANT SELECT, INSERT ON orders.orders, orders.order_line TO "${application-role}";
GRANT UPDATE (status, version, event_sequence, name, street, city, postcode, country, shipment_status, tracking_number,
    shipment_reason, next_publishing_at, timeouts, published_again, published_again_at, updated_at) ON orders.orders TO "${application-role}";
GRANT SELECT, INSERT ON orders.acknowledgement TO "${application-role}";
GRANT SELECT, INSERT, DELETE ON orders.idempotency_key TO "${application-role}";
