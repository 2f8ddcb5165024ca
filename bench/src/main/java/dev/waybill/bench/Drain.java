package dev.waybill.bench;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A backlog published by the relay and by a bare loop, in turns. */
final class Drain {

    static final int BATCH = 5_000;

    private static final String SETTINGS = "acks=all, idempotent, lz4, batch.size=262144, linger.ms=0";

    private record Round(double received, double acknowledged, double ownCpu, double postgresCpu, double kafkaCpu) {}

    private interface Contender {
        Child process();

        String topic();

        /** Begins; its process then answers with the seconds from the first acknowledgement to the last. */
        void start() throws Exception;
    }

    private final Servers servers;
    private final Options options;
    private final Report report;

    Drain(Servers servers, Options options, Report report) {
        this.servers = servers;
        this.options = options;
        this.report = report;
    }

    /** As the relay's own, where it leaves a choice. */
    static Map<String, Object> producerSettings(String bootstrap) {
        return Map.of(
                "bootstrap.servers",
                bootstrap,
                "acks",
                "all",
                "enable.idempotence",
                true,
                "compression.type",
                "lz4",
                "batch.size",
                256 * 1024,
                "linger.ms",
                0);
    }

    void measure() throws Exception {
        report.section("Drain: %,d events of %,d keys, %d rounds in turns"
                .formatted(options.events(), options.subjects(), options.rounds()));
        String topic = servers.createTopic("bench.drain");
        String bareTopic = servers.createTopic("bench.bare");
        try (Connection owner = servers.superuser(Servers.DATABASE)) {
            System.out.println("Writing the backlog");
            long begin = System.nanoTime();
            Backlog backlog = Backlog.write(servers, owner, options.events(), options.subjects());
            report.line("Backlog: %s, written in %.0f s; neither analyzed nor vacuumed before the plans below"
                    .formatted(backlog.size(), (System.nanoTime() - begin) / 1e9));
            report.line("Both: reads of %,d, %s; default settings of the relay otherwise".formatted(BATCH, SETTINGS));
            try (Child application = servers.application("drain-relay", topic, true);
                    Child bare = servers.child(
                            "drain-bare", BareLoop.class, servers.jdbcUrl(), servers.bootstrap(), bareTopic)) {
                application.tell("active");
                application.answer("@active");
                Contender relay = relay(application, topic, backlog, backlog.start());
                plans(relay, relay(application, topic, backlog, backlog.beforeHole()));
                owner.rollback();
                rounds(relay, bare, bareTopic, backlog);
                application.tell("heap");
                List<String> heap = application.answer("@heap");
                report.line("Relay's JVM: heap at its peak %s MB with garbage, %s MB after a collection; process %s MB"
                        .formatted(heap.toArray()));
            }
        }
    }

    /** Serves as the relay's warm-up too. */
    private void plans(Contender relay, Contender withHole) throws Exception {
        System.out.println("Plans of the reads, on the full backlog");
        Plans plans = Plans.record(servers);
        round(relay);
        plans.stop(report, "Plan without holes", false);
        plans = Plans.record(servers);
        round(withHole);
        plans.stop(report, "Plan with a hole", true);
    }

    private void rounds(Contender relay, Child bare, String bareTopic, Backlog backlog) throws Exception {
        // As autovacuum would within a minute, which would be in the middle of some round.
        servers.execute("VACUUM (ANALYZE) outbox.event", "CHECKPOINT");
        List<Contender> contenders = List.of(
                relay,
                bare(bare, bareTopic, backlog, BareLoop.Records.SAME),
                bare(bare, bareTopic, backlog, BareLoop.Records.BARE));
        List<List<Round>> results = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<String> loads = new ArrayList<>();
        for (int number = 0; number <= options.rounds(); number++) {
            loads.add(Machine.load());
            for (int i = 0; i < contenders.size(); i++) {
                Round round = round(contenders.get(i));
                System.out.printf("round %d, contender %d: %s%n", number, i, round);
                if (number > 0) { // the first one warms up
                    results.get(i).add(round);
                }
            }
        }
        List<String> names = List.of("Waybill relay", "bare loop, the same records", "bare loop, key and value only");
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            List<Round> own = results.get(i);
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < own.size(); round++) {
                ratios.add(results.get(0).get(round).received() / own.get(round).received());
            }
            rows.add(List.of(
                    names.get(i),
                    Report.spread(own.stream().map(Round::received).toList(), "%,.0f"),
                    Report.spread(own.stream().map(Round::acknowledged).toList(), "%,.0f"),
                    i == 0 ? "" : Report.spread(ratios, "%.2f"),
                    Report.spread(own.stream().map(Round::ownCpu).toList(), "%.1f"),
                    Report.spread(own.stream().map(Round::postgresCpu).toList(), "%.1f"),
                    Report.spread(own.stream().map(Round::kafkaCpu).toList(), "%.1f")));
        }
        report.table(
                List.of(
                        "median (min–max)",
                        "events/s received",
                        "events/s acknowledged",
                        "relay to it",
                        "own CPU s",
                        "Postgres CPU s",
                        "Kafka CPU s"),
                rows);
        report.line(
                "Received: from the first receipt to the last, at a consumer of its own; an unmeasured round before");
        report.line("Load average before each round: " + String.join(", ", loads));
    }

    private Round round(Contender contender) throws Exception {
        try (Receiver receiver = new Receiver(servers.bootstrap(), contender.topic())) {
            contender.start();
            Map<Long, Long> own = Machine.cpuNanos(contender.process().pid());
            Map<Long, Long> postgres = Machine.cpuNanos(servers.postgresPid());
            Map<Long, Long> kafka = Machine.cpuNanos(servers.kafkaPid());
            double received = receiver.receive(options.events());
            double acknowledged = Double.parseDouble(
                    contender.process().answer("@acknowledged").get(0));
            return new Round(
                    options.events() / received,
                    options.events() / acknowledged,
                    Machine.cpuSeconds(own, Machine.cpuNanos(contender.process().pid())),
                    Machine.cpuSeconds(postgres, Machine.cpuNanos(servers.postgresPid())),
                    Machine.cpuSeconds(kafka, Machine.cpuNanos(servers.kafkaPid())));
        }
    }

    private Contender relay(Child application, String topic, Backlog backlog, long from) {
        return new Contender() {
            @Override
            public Child process() {
                return application;
            }

            @Override
            public String topic() {
                return topic;
            }

            @Override
            public void start() throws Exception {
                application.tell("watch " + backlog.events());
                application.answer("@watching");
                backlog.publishFrom(from);
            }
        };
    }

    private Contender bare(Child bare, String topic, Backlog backlog, BareLoop.Records records) {
        return new Contender() {
            @Override
            public Child process() {
                return bare;
            }

            @Override
            public String topic() {
                return topic;
            }

            @Override
            public void start() {
                bare.tell("publish %s %d %d".formatted(records, backlog.start(), backlog.events()));
            }
        };
    }
}
