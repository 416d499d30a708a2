package io.tailrace.node.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.store.Store;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** A check that can't fail would prove nothing: here one node's store forgets what its log says. */
    @Test
    void shouldNoticeAStoreThatIsNotTheFoldOfItsLog() {
        AtomicBoolean isDone = new AtomicBoolean();
        AssertionError failure = assertThrows(
                AssertionError.class,
                () -> Runner.run(
                        11,
                        STEPS,
                        new Tally(),
                        simulation -> simulation.sabotage(machine -> {
                            for (Reactor reactor : machine.reactors()) {
                                Store store = reactor.shard().store();
                                if (store.keys() > 0 && isDone.compareAndSet(false, true)) {
                                    store.clear();
                                }
                            }
                        })));
        assertTrue(isDone.get());
        assertTrue(failure.getMessage().contains("FOLD"), failure.getMessage());
        assertTrue(failure.getMessage().contains("-Dtailrace.simulation.seed=11"), failure.getMessage());
    }
}
