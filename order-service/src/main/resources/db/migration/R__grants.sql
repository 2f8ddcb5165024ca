-- What the service's own role may do: exactly what the service does. Orders and their lines are never deleted, and of an
-- order only its course changes, never who ordered what at which price.
DO $$
DECLARE
    service text := '${application-role}';
BEGIN
    IF service = '' THEN
        RETURN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA orders TO %I', service);
    EXECUTE format('GRANT SELECT, INSERT ON orders.orders, orders.order_line TO %I', service);
    EXECUTE format('GRANT UPDATE (status, version, event_sequence, name, street, city, postcode, country,'
        ' shipment_status, tracking_number, updated_at) ON orders.orders TO %I', service);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON orders.idempotency_key TO %I', service);
END $$;
