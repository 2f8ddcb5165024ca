package dev.waybill.bench.harness;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the command line asks for.
 *
 * @param record whether each process that is measured also makes a flight recording
 */
record Options(Set<Discipline> disciplines, List<Entry> entries, Scale scale, boolean record) {

    /** What can be measured. */
    enum Discipline {
        ORDER,
        LATENCY,
        WRITE,
        DRAIN,
        GROWTH,
        START,
        POST,
        INTAKE;

        /** What is measured of the two services, each in its own round. */
        static final Set<Discipline> SYSTEM = EnumSet.of(START, POST, INTAKE);

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final String HELP = """
            bench/run [--quick] [--only ENTRY,…] [--measure DISCIPLINE,…] [--passes N] [--record]

              --quick     the contenders in small and once, each with its best settings, in under 5 minutes
              --only      these contenders: bare, tutorial, modulith, gruelbox, namastack, eventuate, debezium, each
                          but bare also as …-tuned, and waybill
              --measure   drain, order, latency, write, growth; and of the two services: start, post, intake
              --passes    how often (3); medians are reported with minimum and maximum
              --record    flight recordings under bench/target/logs

            Takes some three and a half hours in full. Reports to the console and to bench/target/report.
            """;

    boolean wants(Discipline discipline) {
        return disciplines.contains(discipline);
    }

    /**
     * Null where help is wanted.
     *
     * @throws IllegalArgumentException names the argument that is not understood
     */
    static Options parse(String[] arguments) {
        boolean quick = false;
        boolean record = false;
        int passes = 0;
        Set<Discipline> disciplines = null;
        List<Entry> entries = null;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> quick = true;
                case "--record" -> record = true;
                case "--passes" -> passes = passes(value(arguments, ++i));
                case "--only" -> entries = entries(value(arguments, ++i));
                case "--measure" -> disciplines = disciplines(value(arguments, ++i));
                case "--help", "-h" -> {
                    return null;
                }
                default -> throw new IllegalArgumentException("Unknown: " + arguments[i] + "\n\n" + HELP);
            }
        }
        Scale scale = quick ? Scale.QUICK : Scale.FULL;
        boolean best = quick;
        return new Options(
                disciplines != null
                        ? disciplines
                        : quick ? EnumSet.range(Discipline.ORDER, Discipline.DRAIN) : EnumSet.allOf(Discipline.class),
                entries != null
                        ? entries
                        : Entry.ALL.stream()
                                .filter(entry -> !best || entry.isAtItsBest())
                                .toList(),
                passes > 0 ? scale.withPasses(passes) : scale,
                record);
    }

    private static int passes(String value) {
        if (!value.matches("[1-9]\\d{0,2}")) {
            throw new IllegalArgumentException("--passes needs a number from 1 to 999, not " + value);
        }
        return Integer.parseInt(value);
    }

    private static List<Entry> entries(String names) {
        List<String> wanted = List.of(names.split(","));
        List<String> known = Entry.ALL.stream().map(Entry::id).toList();
        wanted.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("No contender " + name + "; there are " + String.join(", ", known));
        });
        return Entry.ALL.stream().filter(entry -> wanted.contains(entry.id())).toList();
    }

    private static Set<Discipline> disciplines(String names) {
        Set<Discipline> wanted = EnumSet.noneOf(Discipline.class);
        for (String name : names.split(",")) {
            wanted.add(Arrays.stream(Discipline.values())
                    .filter(each -> each.label().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("Nothing to measure is called " + name)));
        }
        return wanted;
    }

    private static String value(String[] arguments, int index) {
        if (index >= arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " needs a value");
        }
        return arguments[index];
    }
}
