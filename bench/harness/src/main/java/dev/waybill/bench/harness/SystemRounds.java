package dev.waybill.bench.harness;

import dev.waybill.bench.harness.Options.Discipline;
import java.util.EnumMap;
import java.util.Map;

/** What is measured of the two services together. */
final class SystemRounds {

    static final String ENTRY = "system";

    interface Round {
        void measure() throws Exception;
    }

    private final Map<Discipline, Round> rounds = new EnumMap<>(Discipline.class);

    SystemRounds(Servers servers, Results results, Scale scale, boolean record) {
        rounds.put(Discipline.START, new Starting(servers, results, scale)::measure);
        rounds.put(Discipline.POST, new Posting(servers, results, scale, record)::measure);
        rounds.put(Discipline.INTAKE, new Taking(servers, results, scale, record)::measure);
    }

    Map<Discipline, Round> all() {
        return rounds;
    }
}
