package io.tailrace.node.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int STEPS = 1_000;

    @Test
    void shouldHoldItsInvariantsWhateverBreaks() {
        long first = Long.getLong("tailrace.simulation.seed", 1);
        int seeds = Integer.getInteger("tailrace.simulation.seeds", 200);
        int steps = Integer.getInteger("tailrace.simulation.steps", STEPS);
        Tally tally = new Tally();
        for (long seed = first; seed < first + seeds; seed++) {
            Runner.run(seed, steps, tally);
        }
    }

    @Test
    void shouldDoTheSameAgainForTheSameSeed() {
        long trace = Runner.run(11, STEPS, new Tally());
        assertEquals(trace, Runner.run(11, STEPS, new Tally()));
        assertNotEquals(trace, Runner.run(12, STEPS, new Tally()));
    }

    /** A node tried to write a snapshot of a log that is empty, and closed the connection of whoever had asked for it. */
    @Test
    void shouldNotBeginASnapshotOfAnEmptyLog() {
        Runner.run(58, STEPS, new Tally());
    }

    /** A shard whose last snapshot failed at its stop was not closed. */
    @Test
    void shouldCloseAShardWhoseLastSnapshotFails() {
        Runner.run(90, STEPS, new Tally());
    }

    /** A snapshot whose file could not be made left the memory for its entries behind. */
    @Test
    void shouldFreeTheEntriesOfASnapshotThatCannotBegin() {
        Runner.run(76, STEPS, new Tally());
    }
}
