package dev.waybill.systemtests.rounds;

import dev.waybill.sandbox.Part;
import dev.waybill.systemtests.cluster.Instance;
import dev.waybill.systemtests.outside.Stopwatch;
import dev.waybill.systemtests.wire.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A process dies, is frozen, or is asked to end. */
final class ProcessFaults {

    /** {@code waybill.outbox.relay.session-timeout} is 5 s. */
    private static final int LONGER_THAN_A_SESSION = 7_000;

    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);
    private static final Duration END_LIMIT = Duration.ofSeconds(40);
    private static final Duration BACK_LIMIT = Duration.ofSeconds(120);

    private ProcessFaults() {}

    /** {@code kill -9} of the process and its children; the keeper starts it again. */
    static Fault kill(Part part) {
        return new Fault("kill -9", part.name()) {
            @Override
            String strike() {
                Process before = new Process(part);
                part.kill();
                return before.isGone() ? before + " gone" : null;
            }

            @Override
            String awaitBack() {
                return awaitReady(part);
            }
        };
    }

    /** Kafka falls silent to the process, which is killed when it has sent what it will never hear of. */
    static Fault killUnanswered(Instance instance) {
        return new Fault("kill -9 with Kafka silent", instance.name()) {
            @Override
            String strike() throws Unavailable {
                Link kafka = instance.kafka();
                long before = kafka.discarded();
                kafka.silence();
                if (!Waiting.until(STOP_LIMIT, () -> kafka.discarded() > before)) {
                    throw new Unavailable("nothing was sent to Kafka meanwhile");
                }
                // Several times as long as between two writes of a relay's offset.
                Stopwatch silent = new Stopwatch();
                Waiting.until(STOP_LIMIT, () -> silent.elapsed().toMillis() > 1_000);
                Process process = new Process(instance.process());
                instance.process().kill();
                return process.isGone()
                        ? "%d bytes unheard, %s gone".formatted(kafka.discarded() - before, process)
                        : null;
            }

            @Override
            String heal() {
                instance.kafka().heal();
                return null;
            }

            @Override
            String awaitBack() {
                return awaitReady(instance.process());
            }
        };
    }

    /** Asks the process to end; the keeper starts it again. */
    static Fault restart(Part part) {
        return new Fault("graceful restart", part.name()) {
            @Override
            String strike() {
                Process before = new Process(part);
                part.stop();
                Waiting.until(END_LIMIT, before::isGone);
                return before.isGone() ? before + " ended" : null;
            }

            @Override
            String awaitBack() {
                return awaitReady(part);
            }
        };
    }

    /** SIGSTOP: connections stay open and nothing answers, for longer than the relay's session lasts. */
    static Fault freeze(Part part) {
        return new Fault("freeze", part.name()) {
            @Override
            int leastMillis() {
                return LONGER_THAN_A_SESSION;
            }

            @Override
            String strike() {
                part.pause();
                Process process = new Process(part);
                return Waiting.until(STOP_LIMIT, process::isStopped) ? process + " is stopped (T)" : null;
            }

            @Override
            String heal() {
                part.resume();
                return null;
            }
        };
    }

    /** Also if it is started in vain several times before. */
    static String awaitReady(Part part) {
        boolean back = Waiting.until(BACK_LIMIT, () -> {
            part.awaitReady(BACK_LIMIT);
            return true;
        });
        if (!back) {
            throw new IllegalStateException(part.name() + " is not back after " + BACK_LIMIT);
        }
        return new Process(part) + " is ready";
    }

    /** The process that a part has at the moment. */
    private record Process(long pid, ProcessHandle handle) {

        Process(Part part) {
            this(part.pid(), ProcessHandle.of(part.pid()).orElse(null));
        }

        boolean isGone() {
            return handle == null || !handle.isAlive();
        }

        /** As the system lists it; where it does not tell, the signal is believed. */
        boolean isStopped() throws IOException {
            Path stat = Path.of("/proc/" + pid + "/stat");
            if (!Files.exists(stat)) {
                return true;
            }
            String line = Files.readString(stat);
            return line.charAt(line.lastIndexOf(')') + 2) == 'T';
        }

        @Override
        public String toString() {
            return "process " + pid;
        }
    }
}
