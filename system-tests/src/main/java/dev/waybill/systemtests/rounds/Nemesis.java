package dev.waybill.systemtests.rounds;

import dev.waybill.systemtests.history.FaultSpan;
import dev.waybill.systemtests.history.Recorder;
import dev.waybill.systemtests.outside.Stopwatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does one thing after the other to the system, alone or up to three at a time, each for some seconds, with pauses. Which,
 * when and for how long follows from the seed; every kind comes once before any comes again.
 */
final class Nemesis {

    private static final Logger log = LoggerFactory.getLogger(Nemesis.class);

    /** A fault that is struck, and since when. */
    private record Struck(Fault fault, long from, String effect, String problem) {

        Struck with(Callable<String> further) {
            try {
                String more = further.call();
                String both = effect == null ? more : more == null ? effect : effect + "; " + more;
                return new Struck(fault, from, both, problem);
            } catch (Fault.Unavailable e) {
                return new Struck(fault, from, effect, e.getMessage());
            } catch (Exception e) {
                log.error("{}: not healed", fault, e);
                return new Struck(fault, from, effect, "not healed: " + e);
            }
        }
    }

    private final Map<String, List<Supplier<Fault>>> kinds = new TreeMap<>();
    private final Recorder recorder;
    private final Stopwatch clock;
    private final Random random;
    private final Deque<Fault> deck = new ArrayDeque<>();

    /** @param faults each gives a new one of its kind and target; with none it does nothing until the end */
    Nemesis(List<Supplier<Fault>> faults, Recorder recorder, Stopwatch clock, Random random) {
        faults.forEach(each -> kinds.computeIfAbsent(each.get().name(), name -> new ArrayList<>())
                .add(each));
        this.recorder = recorder;
        this.clock = clock;
        this.random = random;
    }

    /** Goes on until the latch is zero; then all is healed. */
    void rage(CountDownLatch end) throws InterruptedException {
        if (kinds.isEmpty()) {
            end.await();
        }
        while (!end.await(1_000 + random.nextInt(4_000), TimeUnit.MILLISECONDS)) {
            List<Struck> struck = new ArrayList<>();
            for (Fault fault : some()) {
                struck.add(strike(fault));
            }
            int least = struck.stream()
                    .mapToInt(each -> each.fault().leastMillis())
                    .max()
                    .orElseThrow();
            end.await(least + random.nextInt(8_000), TimeUnit.MILLISECONDS);
            Collections.reverse(struck);
            List<Struck> healed =
                    struck.stream().map(each -> each.with(each.fault()::heal)).toList();
            healed.stream().map(each -> each.with(each.fault()::awaitBack)).forEach(this::record);
        }
    }

    private List<Fault> some() {
        int dice = random.nextInt(10);
        int count = dice < 5 ? 1 : dice < 8 ? 2 : 3;
        List<Fault> together = new ArrayList<>();
        List<Fault> later = new ArrayList<>();
        Set<String> servers = new HashSet<>();
        while (together.size() < count) {
            Fault fault = draw();
            (servers.add(fault.server()) ? together : later).add(fault);
        }
        Collections.reverse(later);
        later.forEach(deck::addFirst);
        return together;
    }

    private Fault draw() {
        if (deck.isEmpty()) {
            List<String> names = new ArrayList<>(kinds.keySet());
            Collections.shuffle(names, random);
            for (String name : names) {
                List<Supplier<Fault>> targets = kinds.get(name);
                deck.add(targets.get(random.nextInt(targets.size())).get());
            }
        }
        return deck.poll();
    }

    private Struck strike(Fault fault) {
        long from = clock.elapsed().toMillis();
        String effect = null;
        String problem = null;
        try {
            effect = fault.strike();
        } catch (Exception e) {
            problem = e instanceof Fault.Unavailable ? e.getMessage() : e.toString();
        }
        log.info("{}: {}", fault, problem == null ? effect : "not done: " + problem);
        return new Struck(fault, from, effect, problem);
    }

    private void record(Struck struck) {
        recorder.add(new FaultSpan(
                struck.fault().name(),
                struck.fault().target(),
                struck.from(),
                clock.elapsed().toMillis(),
                struck.effect(),
                struck.problem()));
    }
}
