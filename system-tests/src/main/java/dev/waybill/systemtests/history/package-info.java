/**
 * The recorded history of one round: what clients asked for, what was done to the system meanwhile, and what it held in
 * the end. A folder of JSON that any program can judge; the one here is {@code dev.waybill.systemtests.judge}.
 *
 * <p>{@code .jsonl} is one object a line. Times are milliseconds since the round began ({@code round.json},
 * {@code startedAt}). Where a value is not known it is null.
 *
 * <dl>
 *   <dt>{@code round.json}, {@link dev.waybill.systemtests.history.Round}
 *   <dd>{@code {"seed": 7, "name": "…", "startedAt": "2026-01-01T00:00:00Z", "instances": 1|2 of each service,
 *       "healedAt": ms, "convergedAt": ms or null: not within the limit, "limitSeconds": n}}
 *   <dt>{@code operations.jsonl}, {@link dev.waybill.systemtests.history.Operation}
 *   <dd>one line for each call; a repetition is a line of its own. {@code {"client": 3, "kind": "PLACE|READDRESS|CANCEL",
 *       "wish": "uuid", "order": "uuid"|null, "address": {…}|null, "invokedAt": ms, "completedAt": ms,
 *       "result": "OK|FAIL|UNKNOWN", "status": 201|null, "trouble": "…"|null}}
 *   <dt>{@code faults.jsonl}, {@link dev.waybill.systemtests.history.FaultSpan}
 *   <dd>{@code {"name": "kill -9", "target": "order-service-1", "from": ms, "to": ms, "effect": "what showed that it took
 *       effect"|null, "problem": "why it could not be done"|null}}
 *   <dt>{@code samples.jsonl}, {@link dev.waybill.systemtests.history.Sample}
 *   <dd>about one a second. {@code {"at": ms, "ordersBacklog": n|null, "shippingBacklog": n|null,
 *       "breaker": "CLOSED|OPEN|HALF_OPEN|…"|null, "waiting": n|null, "acknowledged": n}}
 *   <dt>{@code poison.jsonl}, {@link dev.waybill.systemtests.history.Poison}
 *   <dd>records that no receiver can take. {@code {"topic": "waybill.orders", "partition": 0, "offset": 17,
 *       "kind": "bad-json"}}
 *   <dt>{@code observed/}, {@link dev.waybill.systemtests.history.Observed}
 *   <dd>what the system held after the round:
 *       <ul>
 *         <li>{@code orders.jsonl}, {@code shipments.jsonl}: each item of {@code GET /orders} and {@code GET /shipments},
 *             as it is
 *         <li>{@code carrier.jsonl}: the carrier's journal, in its order. {@code {"method", "path", "key", "order",
 *             "address", "status"}}
 *         <li>{@code waybill.orders.jsonl}, {@code waybill.shipments.jsonl}: every record of the topic, poison too, each
 *             partition in the order of its offsets. {@code {"partition", "offset", "key", "id", "type", "source",
 *             "subject", "sequence"}}, the last five from the headers {@code ce_…}
 *         <li>{@code relays.json}: {@code {"orders": {…}, "shipping": {…}}}, the answers to {@code GET relay}, of the
 *             instance that publishes where there are several
 *         <li>{@code deadletters.jsonl}: each item of {@code GET deadletters}, as it is, with
 *             {@code "service": "order-service|shipping-service"}
 *       </ul>
 * </dl>
 *
 * <p>What clients keep to, and the judge relies on: a client has one wish of an order after the other, and repeats each
 * until it is OK or FAIL or the client gives up; after giving up it wishes no more of that order. No two wishes of a round
 * have the same address.
 */
package dev.waybill.systemtests.history;
