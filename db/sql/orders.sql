-- Who may do what in the database orders; run in it after cluster.sql, by whoever ran that. Safe to run again.
-- The database itself (CREATE DATABASE orders OWNER orders_owner) is created by whoever runs this, for it knows no IF NOT EXISTS.
-- Grants on tables are made by the migrations that create them.
REVOKE CONNECT, TEMPORARY ON DATABASE orders FROM PUBLIC;
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE orders TO orders_owner;
GRANT CONNECT ON DATABASE orders TO orders_app;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO orders_owner;
