#!/usr/bin/env bash
# Starts the image's broker with server.properties, mounted as /mnt/shared/config/server.properties. The admin's password is
# in the file /run/secrets/kafka_admin_password; the broker makes up its own, which nobody else needs.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

admin=$(password kafka_admin)
broker=$(head -c 24 /dev/urandom | base64)
jaas="$(plain broker "$broker") user_broker=\"$broker\""
export KAFKA_LISTENER_NAME_CONTROLLER_PLAIN_SASL_JAAS_CONFIG="$jaas;"
export KAFKA_LISTENER_NAME_LOCAL_PLAIN_SASL_JAAS_CONFIG="$jaas user_admin=\"$admin\";"
exec /etc/kafka/docker/run
