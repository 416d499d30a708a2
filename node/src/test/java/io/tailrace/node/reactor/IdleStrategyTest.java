package io.tailrace.node.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.IdleMode;
import org.junit.jupiter.api.Test;

class IdleStrategyTest {
    private static final long TURN = 1_000;

    private long now;

    /** Work comes so long after the last; returns whether a thread that spins met it, and leaves out how often it looked. */
    private boolean meets(IdleStrategy idle, long gapNanos) {
        assertEquals(IdleStrategy.DO_NOT_BLOCK, idle.blockNanos(true, now));
        long until = now + gapNanos;
        while (now < until) {
            now += TURN;
            if (idle.blockNanos(false, now) != IdleStrategy.DO_NOT_BLOCK) {
                now = Math.max(now, until);
                return false;
            }
        }
        return true;
    }

    @Test
    void shouldSpinForAWhileAndThenBlock() {
        IdleStrategy idle = new IdleStrategy(IdleMode.HYBRID);
        assertTrue(meets(idle, IdleStrategy.SPIN_NANOS - TURN));
        assertFalse(meets(idle, IdleStrategy.SPIN_NANOS + TURN));
        assertEquals(IdleStrategy.MAX_BLOCK_NANOS, idle.blockNanos(false, now + TURN));
    }

    @Test
    void shouldGoOnSpinningWhereThatFindsWork() {
        IdleStrategy idle = new IdleStrategy(IdleMode.HYBRID);
        for (int i = 0; i < 1_000; i++) {
            assertTrue(meets(idle, i % 10 == 9 ? 200_000 : 30_000) || i % 10 == 9, "one in ten comes late: " + i);
        }
    }

    @Test
    void shouldBlockAtOnceWhereSpinningFindsNothing() {
        IdleStrategy idle = new IdleStrategy(IdleMode.HYBRID);
        for (int i = 0; i < 10; i++) {
            meets(idle, 80_000);
        }
        int met = 0;
        for (int i = 0; i < 10 * IdleStrategy.TRIED_EVERY; i++) {
            met += meets(idle, 5_000) ? 1 : 0;
            meets(idle, 80_000);
            meets(idle, 80_000);
        }
        assertTrue(met < 2 * IdleStrategy.TRIED_EVERY, "spinning was given up, but for trials: " + met);
    }

    @Test
    void shouldSpinAgainSoonWhenWorkComesQuickly() {
        IdleStrategy idle = new IdleStrategy(IdleMode.HYBRID);
        for (int i = 0; i < 10; i++) {
            meets(idle, 80_000);
        }
        for (int i = 0; i < IdleStrategy.TRIED_EVERY; i++) {
            meets(idle, 20_000);
        }
        for (int i = 0; i < 100; i++) {
            assertTrue(meets(idle, 20_000), "after as many trials as it takes");
        }
    }

    @Test
    void shouldNeverBlockOrAlwaysWhereThatIsWished() {
        IdleStrategy spin = new IdleStrategy(IdleMode.SPIN);
        IdleStrategy block = new IdleStrategy(IdleMode.BLOCK);
        for (int i = 0; i < 100; i++) {
            assertTrue(meets(spin, 500_000));
            assertFalse(meets(block, 5_000));
        }
    }
}
