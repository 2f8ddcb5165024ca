package dev.waybill.bench;

import java.util.Set;

/**
 * What the command line asks for.
 *
 * @param seconds how long each latency round lasts; twice as long with a foreign transaction
 * @param record whether each process that is measured also makes a flight recording
 */
record Options(String what, int events, int subjects, int rounds, int rate, int seconds, boolean record) {

    static final String HELP = """
            bench/run [drain|latency|foreign|all] [options]

            drain     a backlog published by the relay, and by a bare loop from JDBC to Kafka
            latency   from commit to consumer, the relay in the same process and in another one
            foreign   the same while a transaction of another database stays open
            all       everything (default)

              --events N     events of the backlog (1000000)
              --subjects N   keys among them (50000)
              --rounds N     measured rounds (3)
              --rate N       events a second for the latencies (100)
              --seconds N    duration of a latency round (30; twice that for foreign)
              --record       flight recordings under bench/target
            """;

    private static final Set<String> KINDS = Set.of("drain", "latency", "foreign", "all");

    boolean wants(String kind) {
        return what.equals(kind) || what.equals("all");
    }

    /** Null where help is wanted. */
    static Options parse(String[] arguments) {
        String what = "all";
        int events = 1_000_000;
        int subjects = 50_000;
        int rounds = 3;
        int rate = 100;
        int seconds = 30;
        boolean record = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--events" -> events = number(arguments, ++i);
                case "--subjects" -> subjects = number(arguments, ++i);
                case "--rounds" -> rounds = number(arguments, ++i);
                case "--rate" -> rate = number(arguments, ++i);
                case "--seconds" -> seconds = number(arguments, ++i);
                case "--record" -> record = true;
                default -> {
                    if (!KINDS.contains(arguments[i])) {
                        return null;
                    }
                    what = arguments[i];
                }
            }
        }
        return new Options(what, events, subjects, rounds, rate, seconds, record);
    }

    private static int number(String[] arguments, int index) {
        if (index >= arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " needs a number");
        }
        return Integer.parseInt(arguments[index]);
    }
}
