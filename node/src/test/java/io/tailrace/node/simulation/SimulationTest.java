package io.tailrace.node.simulation;

import org.junit.jupiter.api.Test;

class SimulationTest {
    @Test
    void shouldHoldItsInvariantsWhateverBreaks() {
        long first = Long.getLong("tailrace.simulation.seed", 1);
        int seeds = Integer.getInteger("tailrace.simulation.seeds", 200);
        int steps = Integer.getInteger("tailrace.simulation.steps", 1_000);
        Tally tally = new Tally();
        for (long seed = first; seed < first + seeds; seed++) {
            Runner.run(seed, steps, tally);
        }
    }
}
