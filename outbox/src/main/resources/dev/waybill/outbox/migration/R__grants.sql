-- What the service's own role may do, where another role owns the schema: what the library does and no more.
DO $$
DECLARE
    service text := '${application-role}';
BEGIN
    IF service = '' THEN
        RETURN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA outbox TO %I', service);
    EXECUTE format('GRANT USAGE ON SEQUENCE outbox.event_position TO %I', service);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON outbox.event TO %I', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON outbox.relay_offset TO %I', service);
    EXECUTE format('GRANT SELECT ON outbox.unpublished TO %I', service);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON outbox.publication TO %I', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON outbox.replay TO %I', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON outbox.inbox TO %I', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON outbox.dead_letter TO %I', service);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON outbox.inbox_id TO %I', service);
END $$;
