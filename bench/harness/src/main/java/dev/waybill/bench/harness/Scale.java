package dev.waybill.bench.harness;

import java.util.List;

/**
 * How much of everything.
 *
 * @param passes how often the whole is measured, one contender after the other each time
 * @param drainEvents most events of a backlog
 * @param drainSeconds about so long it should take to publish one; whoever is slow gets a smaller one
 * @param drainRounds backlogs a pass
 * @param drainWarmUps others before, of which the first is tiny; they also tell how fast it is
 * @param warmUpSeconds before each latency
 * @param warmUpBursts of writing and of what is taken in, before each is measured
 * @param orderBursts of orders before they are measured, which take long to be compiled as nothing else runs as much code
 * @param settleSeconds that compilers get at most to catch up after something new
 * @param latencySeconds of each latency
 * @param writeSeconds of each way of writing
 * @param contended events that many write at once
 * @param growth sizes of the backlogs of the growth
 * @param starts of each service
 * @param taken events that shipping takes in, and then books
 * @param thorough a process of its own for each discipline; the higher rate and the hot keys too
 */
record Scale(
        int passes,
        int drainEvents,
        int drainSeconds,
        int drainRounds,
        int drainWarmUps,
        int warmUpSeconds,
        int warmUpBursts,
        int orderBursts,
        int settleSeconds,
        int latencySeconds,
        int writeSeconds,
        int contended,
        List<Integer> growth,
        int starts,
        int taken,
        boolean thorough) {

    static final Scale FULL = new Scale(
            3, 1_000_000, 5, 2, 5, 5, 10, 25, 3, 12, 8, 8_000, List.of(10_000, 1_000_000, 5_000_000), 3, 100_000, true);
    static final Scale QUICK = new Scale(1, 200_000, 1, 1, 2, 1, 1, 1, 1, 2, 2, 1_000, List.of(), 2, 20_000, false);

    Scale withPasses(int number) {
        return new Scale(
                number,
                drainEvents,
                drainSeconds,
                drainRounds,
                drainWarmUps,
                warmUpSeconds,
                warmUpBursts,
                orderBursts,
                settleSeconds,
                latencySeconds,
                writeSeconds,
                contended,
                growth,
                starts,
                taken,
                thorough);
    }
}
