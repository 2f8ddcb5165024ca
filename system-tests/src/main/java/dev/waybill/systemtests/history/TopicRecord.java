package dev.waybill.systemtests.history;

/** A record of a topic; id to sequence by its CloudEvents headers, null where those are missing. */
public record TopicRecord(
        int partition, long offset, String key, String id, String type, String source, String subject, Long sequence) {}
