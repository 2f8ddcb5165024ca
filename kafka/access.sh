#!/usr/bin/env bash
# Who may do what at the broker: a user for each service, who makes, describes and writes its own topic and reads the other's
# with its own group. Run beside the broker, once it answers. Safe to run again: it then sets the passwords anew, which are in
# /run/secrets/kafka_order_service_password and kafka_shipping_service_password.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

admin() { "$(dirname "${BASH_SOURCE[0]}")/admin.sh" "$@" >/dev/null; }
acls() { admin kafka-run-class.sh org.apache.kafka.tools.AclCommand "$@"; } # which is kafka-acls.sh

access() {
  local user=$1 writes=$2 reads=$3 password
  password=$(password "kafka_${user//-/_}")
  admin kafka-configs.sh --alter --entity-type users --entity-name "$user" \
    --add-config-file <(printf 'SCRAM-SHA-512=password=%s\n' "$password")
  # Who may write also may describe, and be an idempotent producer.
  acls --add --allow-principal "User:$user" --topic "$writes" \
    --operation Create --operation Write --operation DescribeConfigs
  acls --add --allow-principal "User:$user" --topic "$reads" --group "$user" --operation Read
  echo "$user writes $writes, reads $reads in the group $user, and nothing else"
}

access order-service waybill.orders waybill.shipments
access shipping-service waybill.shipments waybill.orders
