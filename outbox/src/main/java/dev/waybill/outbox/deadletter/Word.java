package dev.waybill.outbox.deadletter;

import java.time.Instant;

/**
 * What an operator said about a letter; it is kept with it.
 *
 * @param who the principal of the management endpoint, or {@code operator}
 * @param reason may be null for a retry
 */
public record Word(String action, String who, String reason, Instant at) {}
