-- The four roles, in any database of the server, by a superuser. Safe to run again.
-- Each service has two: the owner migrates the schema, the app reads and writes rows. A service that is broken into
-- can then neither alter its tables nor see the other service's data.
-- Passwords are not here; whoever runs this sets them.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['orders_owner', 'orders_app', 'shipping_owner', 'shipping_app'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I', name);
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', name);
  END LOOP;
END $$;
