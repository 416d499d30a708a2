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

    Workload workload(int round) {
        long seed = keys.seed + 7919L * round;
        Workload workload = new Workload(KeyOrder.of(keys.order, keys.count, seed), seed);
        what.commands().forEach(part -> workload.add(part.command(), part.weight(), keys.leastValue, keys.mostValue));
        return workload;
    }

    Workload fill(String command) {
        Workload workload = new Workload(KeyOrder.of(KeyOrder.Kind.SEQUENTIAL, keys.count, keys.seed), keys.seed);
        workload.add(command, 1, keys.leastValue, keys.mostValue);
        return workload;
    }
}
