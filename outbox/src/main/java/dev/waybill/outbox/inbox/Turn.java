package dev.waybill.outbox.inbox;

/** The place of an event in its stream. */
record Turn(Stream stream, long sequence) {}
