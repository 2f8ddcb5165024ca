#!/usr/bin/env bash
# Runs one of Kafka's tools as the admin, who may do everything; in the broker's container or in its network:
#   admin.sh kafka-topics.sh --list
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# A tool is done before the compiler would be.
export KAFKA_HEAP_OPTS=-Xmx256m KAFKA_JVM_PERFORMANCE_OPTS='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'
login=$(plain admin "$(password kafka_admin)")
# Not as an argument: no process list shows it.
exec "/opt/kafka/bin/$1" "${@:2}" --bootstrap-server localhost:29092 \
  --command-config <(printf '%s\n' security.protocol=SASL_PLAINTEXT sasl.mechanism=PLAIN "sasl.jaas.config=$login;")
