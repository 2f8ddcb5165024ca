-- Who may do what in the database shipping; run in it after cluster.sql, by whoever ran that. Safe to run again.
-- The database itself (CREATE DATABASE shipping OWNER shipping_owner) is created by whoever runs this, for it knows no IF NOT EXISTS.
-- Grants on tables are made by the migrations that create them.
REVOKE CONNECT, TEMPORARY ON DATABASE shipping FROM PUBLIC;
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE shipping TO shipping_owner;
GRANT CONNECT ON DATABASE shipping TO shipping_app;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO shipping_owner;
