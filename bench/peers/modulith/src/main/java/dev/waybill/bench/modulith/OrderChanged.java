package dev.waybill.bench.modulith;

import org.springframework.modulith.events.Externalized;

/** The topic comes from the contest; a service would name it here. */
@Externalized("#{@topic}::#{key}")
public record OrderChanged(String key, String payload) {}
