package dev.waybill.bench.harness;

import java.util.LinkedHashMap;
import java.util.Map;

/** What is measured of the two services together. */
final class SystemRounds {

    static final String ENTRY = "system";

    interface Round {
        void measure() throws Exception;
    }

    private final Map<String, Round> rounds = new LinkedHashMap<>();

    SystemRounds(Servers servers, Results results, Scale scale, boolean record) {
        rounds.put("start", new Starting(servers, results, scale)::measure);
        rounds.put("POST /orders", new Posting(servers, results, scale, record)::measure);
        rounds.put("intake and booking", new Taking(servers, results, scale, record)::measure);
    }

    Map<String, Round> all() {
        return rounds;
    }
}
