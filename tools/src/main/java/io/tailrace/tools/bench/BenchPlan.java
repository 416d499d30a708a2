package io.tailrace.tools.bench;

import java.util.List;

/**
 * How one case is measured. Immutable.
 *
 * @param targets which take turns
 * @param pids of their processes, 0 for what their INFO says
 * @param replicas of the targets, whose lag is measured, or nulls
 * @param requests of one round
 * @param warmUp requests before the first round
 * @param isFilled whether what the commands want is written first
 */
public record BenchPlan(
        List<BenchTarget> targets,
        List<Long> pids,
        List<BenchTarget> replicas,
        BenchCase what,
        int clients,
        Keys keys,
        int rounds,
        long requests,
        long warmUp,
        boolean isFilled) {

    /**
     * @param leastValue bytes
     * @param mostValue bytes
     */
    record Keys(KeyOrder.Kind order, long count, int leastValue, int mostValue, long seed) {}

    /** The most requests of a round for which {u} stays a number of its own. */
    private static final long UNIQUE_PER_ROUND = 1_000_000_000L;

    Workload workload(int round) {
        long seed = keys.seed + 7919L * round;
        Workload workload = workload(KeyOrder.of(keys.order, keys.count, seed), 2 * (round + 2), seed);
        what.commands().forEach(part -> workload.add(part.command(), part.weight(), keys.leastValue, keys.mostValue));
        return workload;
    }

    /** What is there before the warm-up. */
    Workload fill(String command) {
        return oneByOne(command, 0);
    }

    /** What a round is going to take away. */
    Workload refill(String command, int round) {
        return oneByOne(command, 2 * (round + 2) + 1);
    }

    private Workload oneByOne(String command, int part) {
        Workload workload = workload(KeyOrder.of(KeyOrder.Kind.SEQUENTIAL, keys.count, keys.seed), part, keys.seed);
        workload.add(command, 1, keys.leastValue, keys.mostValue);
        return workload;
    }

    private Workload workload(KeyOrder order, int part, long seed) {
        KeyOrder others = KeyOrder.of(KeyOrder.Kind.UNIFORM, keys.count, ~seed);
        return new Workload(order, others, UNIQUE_PER_ROUND * part, seed);
    }
}
