package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.node.services.HeldReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AckHoldsTest {
    private final AckHolds holds = new AckHolds();
    private final List<String> told = new ArrayList<>();

    private void add(long index, long nowSteadyMs) {
        holds.add(
                index,
                new HeldReply() {
                    @Override
                    public void release() {
                        told.add("release " + index);
                    }

                    @Override
                    public void fail(String error) {
                        told.add(error);
                    }
                },
                nowSteadyMs);
    }

    private int failOlderThan(long timeoutMs, long nowSteadyMs) {
        return holds.failOlderThan(timeoutMs, nowSteadyMs, index -> "fail " + index);
    }

    @Test
    void shouldReleaseInOrderUpToAnIndex() {
        add(5, 1_000);
        add(6, 1_000);
        add(9, 1_000);
        assertEquals(0, holds.releaseUpTo(4));
        assertEquals(2, holds.releaseUpTo(8));
        assertEquals(List.of("release 5", "release 6"), told);
        assertEquals(1, holds.count());
        assertEquals(1, holds.releaseUpTo(Long.MAX_VALUE));
        assertEquals(0, holds.count());
    }

    /** Commands that came together share a record. */
    @Test
    void shouldReleaseAllOfOneRecord() {
        add(5, 1_000);
        add(5, 1_000);
        add(6, 1_000);
        assertEquals(0, holds.releaseUpTo(4));
        assertEquals(2, holds.releaseUpTo(5));
        assertEquals(List.of("release 5", "release 5"), told);
    }

    @Test
    void shouldFailWhatIsTooOld() {
        add(5, 1_000);
        add(6, 1_400);
        assertEquals(600, holds.remainingMs(1_000, 1_400));
        assertEquals(0, failOlderThan(1_000, 1_999));
        assertEquals(1, failOlderThan(1_000, 2_000));
        assertEquals(List.of("fail 5"), told);
        assertEquals(400, holds.remainingMs(1_000, 2_000));
        assertEquals(1, failOlderThan(500, 2_000), "a shorter time-out holds for what is kept already");
        assertEquals(Long.MAX_VALUE, holds.remainingMs(1_000, 2_000));
    }

    @Test
    void shouldKeepItsTimeWhenTheClockIsSetBack() {
        add(5, 100_000);
        assertEquals(0, failOlderThan(1_000, 100_600));
        assertEquals(0, failOlderThan(1_000, 40_000));
        assertEquals(0, failOlderThan(1_000, 40_399));
        assertEquals(1, failOlderThan(1_000, 40_400));
    }

    @Test
    void shouldFailAllAtOnce() {
        add(5, 1);
        add(6, 1);
        assertEquals(2, holds.failAll(index -> "over " + index));
        assertEquals(List.of("over 5", "over 6"), told);
        assertEquals(0, holds.failAll(index -> "over"));
        add(3, 1);
        assertEquals(1, holds.count(), "another history may begin lower");
    }

    @Test
    void shouldGrowAndShrinkRoundItsEnds() {
        int added = 0;
        int released = 0;
        for (int round = 0; round < 60; round++) {
            for (int i = 0; i < 7 * round % 100 + 10; i++) {
                add(++added, round);
            }
            released += holds.releaseUpTo(Math.max(released, added - 11 * round % 150));
            assertEquals(added - released, holds.count());
        }
        holds.releaseUpTo(Long.MAX_VALUE);
        for (int i = 0; i < added; i++) {
            assertEquals("release " + (i + 1), told.get(i));
        }
        assertEquals(added, told.size());
    }
}
