package dev.waybill.bench.contest;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * A contender's process: it is told what to do, a line each on standard input, and answers each with one line that begins
 * with an {@code @}. It ends when its input does.
 *
 * <pre>
 * start                                     → &#64;done
 * stop                                      → &#64;done
 * backlog RUN EVENTS KEYS                   → &#64;done
 * plain RUN SECONDS THREADS                 → &#64;done WRITTEN NANOSECONDS
 * write RUN SECONDS THREADS                 → &#64;done WRITTEN NANOSECONDS
 * contend RUN EVENTS KEYS THREADS           → &#64;done ROLLED_BACK FAILED
 * steady RUN RATE EVENTS THREADS FILE       → &#64;done; FILE then has the intended and the committed nanoseconds
 * </pre>
 */
public final class Contest {

    /** One who enters the contest. */
    public interface Entrant {
        Contender enter(Settings settings) throws Exception;
    }

    private static final int THREADS = 16;
    private static final int KEYS = 1_600; // so that each thread has its own, for 1, 2, 4, 8 and 16 threads
    private static final int ROLLED_BACK_OF_TEN = 1;

    private final Contender contender;
    private final Business business;

    private Contest(Contender contender, Business business) {
        this.contender = contender;
        this.business = business;
    }

    /** To be called by the contender's main. */
    public static void enter(String[] arguments, Entrant entrant) throws Exception {
        Settings settings = Settings.of(arguments);
        PrintStream answers = System.out;
        System.setOut(System.err); // whatever the contender logs there is not for the one who asks
        try (Business business = new Business(settings, THREADS);
                Contender contender = entrant.enter(settings)) {
            answers.println("@ready " + String.join(" | ", contender.describe()));
            Contest contest = new Contest(contender, business);
            BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                try {
                    answers.println(("@done " + contest.obey(line.split(" "))).strip());
                } catch (Exception | Error e) {
                    e.printStackTrace();
                    answers.println(
                            "@failed " + e.toString().lines().findFirst().orElse(""));
                }
            }
        }
        System.exit(0); // whatever threads the contender has left
    }

    private String obey(String[] words) throws Exception {
        switch (words[0]) {
            case "start" -> contender.start();
            case "stop" -> contender.stop();
            case "backlog" ->
                business.execute(contender.backlog(
                        Event.rows(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]))));
            case "plain" -> {
                return fast(words, (run, number, key) -> business.plain(Business.change(run, number, key)));
            }
            case "write" -> {
                return fast(words, this::write);
            }
            case "contend" -> {
                return contend(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]), threads(words[4]));
            }
            case "steady" ->
                steady(
                        words[1],
                        Integer.parseInt(words[2]),
                        Integer.parseInt(words[3]),
                        threads(words[4]),
                        Path.of(words[5]));
            default -> throw new IllegalArgumentException(words[0]);
        }
        return "";
    }

    private static int threads(String word) {
        return Integer.parseInt(word);
    }

    private interface Writing {
        void write(String run, long number, int key) throws Exception;
    }

    private void write(String run, long number, int key) throws Exception {
        contender.transact(Business.change(run, number, key), false);
    }

    private String fast(String[] words, Writing writing) throws Exception {
        String run = words[1];
        business.prepare(run, KEYS);
        long begin = System.nanoTime();
        long written = Writers.asFastAsCanBe(
                threads(words[3]),
                KEYS,
                Double.parseDouble(words[2]),
                (number, key) -> writing.write(run, number, key));
        return written + " " + (System.nanoTime() - begin);
    }

    /** A transaction that the contender lets fail is counted; its event was not written. */
    private String contend(String run, int events, int keys, int threads) throws Exception {
        business.prepare(run, keys);
        AtomicLong rolledBack = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        Writers.contending(threads, keys, events, (number, key) -> {
            boolean rollBack = number % 10 < ROLLED_BACK_OF_TEN;
            try {
                contender.transact(Business.change(run, number, key), rollBack);
                rolledBack.addAndGet(rollBack ? 1 : 0);
            } catch (Exception e) {
                if (failed.incrementAndGet() == 1) {
                    e.printStackTrace();
                }
            }
        });
        return rolledBack + " " + failed;
    }

    private void steady(String run, int rate, int events, int threads, Path file) throws Exception {
        business.prepare(run, KEYS);
        long[] intended = new long[events];
        long[] committed = new long[events];
        Writers.steadily(threads, KEYS, rate, intended, committed, (number, key) -> write(run, number, key));
        ByteBuffer bytes = ByteBuffer.allocate(16 * events);
        LongStream.concat(LongStream.of(intended), LongStream.of(committed)).forEach(bytes::putLong);
        Files.write(file, bytes.array());
    }
}
