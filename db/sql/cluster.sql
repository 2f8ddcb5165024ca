-- The four roles, in any database of the server. Safe to run again. By a superuser, or, as managed servers have none, by a role with
-- CREATEROLE and CREATEDB (from PostgreSQL 16 on).
-- Each service has two: the owner migrates the schema, the app reads and writes rows. A service that is broken into
-- can then neither alter its tables nor see the other service's data.
-- Passwords are not here; whoever runs this sets them.
DO $$
DECLARE
  name text;
  powers text := 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
BEGIN
  FOREACH name IN ARRAY ARRAY['orders_owner', 'orders_app', 'shipping_owner', 'shipping_app'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I %s', name, powers);
    ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = name AND (NOT rolcanlogin OR rolsuper OR rolcreatedb
        OR rolcreaterole OR rolreplication OR rolbypassrls)) THEN
      EXECUTE format('ALTER ROLE %I %s', name, powers); -- not in vain: only a superuser may say NOSUPERUSER
    END IF;
  END LOOP;
  -- Who is no superuser must be a member of the owners to make databases that are theirs.
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    PERFORM set_config('client_min_messages', 'warning', true); -- that it is one already is no news
    GRANT orders_owner, shipping_owner TO CURRENT_USER;
  END IF;
END $$;
