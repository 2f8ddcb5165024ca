package dev.waybill.bench.harness;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * One who enters the contest, with one of its set-ups.
 *
 * @param id for the command line, results and files
 * @param module its folder under {@code bench/}
 * @param tuned else with its defaults
 */
record Entry(String id, String module, String program, boolean tuned) {

    static final String BARE = "bare";
    static final String WAYBILL = "waybill";

    /** The yardstick first, ourselves last. */
    static final List<Entry> ALL = List.of(
            new Entry(BARE, "loops", "loops.BareLoop", true),
            new Entry("tutorial", "loops", "loops.TutorialLoop", false),
            new Entry("tutorial-tuned", "loops", "loops.TutorialLoop", true),
            peer("modulith", "Modulith", false),
            peer("modulith", "Modulith", true),
            peer("gruelbox", "Gruelbox", false),
            peer("gruelbox", "Gruelbox", true),
            peer("namastack", "Namastack", false),
            peer("namastack", "Namastack", true),
            peer("eventuate", "Eventuate", false),
            peer("eventuate", "Eventuate", true),
            peer("debezium", "Debezium", false),
            peer("debezium", "Debezium", true),
            new Entry(WAYBILL, "waybill", "waybill.WaybillContender", false));

    /** Have one set-up only: there is nothing to tune. */
    private static final Set<String> SINGLE = Set.of(BARE, WAYBILL);

    private static Entry peer(String name, String program, boolean tuned) {
        return new Entry(name + (tuned ? "-tuned" : ""), "peers/" + name, name + "." + program + "Contender", tuned);
    }

    String mainClass() {
        return "dev.waybill.bench." + program;
    }

    Path target() {
        return Bench.FOLDER.resolve(module).resolve("target");
    }

    /** Reads the write-ahead log, which then has to hold more. */
    boolean readsTheLog() {
        return module.endsWith("debezium");
    }

    /** Fast enough for a backlog of millions. */
    boolean canGrow() {
        return SINGLE.contains(id) || id.equals("eventuate-tuned") || id.equals("debezium-tuned");
    }

    boolean isAtItsBest() {
        return tuned || SINGLE.contains(id);
    }
}
