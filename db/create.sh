#!/usr/bin/env bash
# Creates the roles and databases on a server: sql/cluster.sql, then each database with its sql/NAME.sql.
# In the postgres image, mount this folder as /docker-entrypoint-initdb.d and it runs at the first start; elsewhere call
# it with PGHOST, PGUSER, … of a superuser, or of a role with CREATEROLE and CREATEDB (PostgreSQL 16 or newer). Safe to run
# again: it then sets the passwords anew.
#
# A role's password comes from the file /run/secrets/ROLE_password, else from the variable ROLE_PASSWORD in capitals
# (ORDERS_OWNER_PASSWORD). There is no default: a guessable password must be somebody's choice, never an oversight.
waybill_create() (
  set -euo pipefail
  sql=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/sql
  export PGUSER=${PGUSER:-${POSTGRES_USER:-postgres}}
  run() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname "$@"; }

  roles=(orders_owner orders_app shipping_owner shipping_app)
  passwords=()
  for role in "${roles[@]}"; do
    variable=${role^^}_PASSWORD
    secret=/run/secrets/${role}_password
    if [ -r "$secret" ]; then password=$(<"$secret"); else password=${!variable:-}; fi
    if [ -z "$password" ]; then
      echo "create.sh: no password for the role $role: put it into $secret or the variable $variable" >&2
      exit 1
    fi
    passwords+=("$password")
  done

  run postgres --file "$sql/cluster.sql"
  for i in "${!roles[@]}"; do
    # Through the environment and standard input, so that no process list shows it.
    ROLE=${roles[i]} PASSWORD=${passwords[i]} run postgres <<'SQL'
\getenv role ROLE
\getenv password PASSWORD
ALTER ROLE :"role" PASSWORD :'password';
SQL
  done
  for database in orders shipping; do
    exists=$(run postgres --tuples-only --no-align --command "SELECT 1 FROM pg_database WHERE datname = '$database'")
    [ -n "$exists" ] || run postgres --command "CREATE DATABASE $database OWNER ${database}_owner"
    run "$database" --file "$sql/$database.sql"
  done
)
waybill_create
