package io.tailrace.node.services;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LagWindowTest {
    private final LagWindow window = new LagWindow();

    @Test
    void shouldBeZeroWhenNothingWasNoted() {
        assertEquals(LagWindow.Summary.NONE, window.summary(5_000_000));
    }

    @Test
    void shouldTellPercentilesOfTheLastMinute() {
        for (int i = 1; i <= 100; i++) {
            window.note(i, 5_000_000 + i);
        }
        LagWindow.Summary summary = window.summary(5_000_200);
        assertEquals(50, summary.p50());
        assertEquals(99, summary.p99());
        assertEquals(100, summary.max());
        assertEquals(100, summary.count());
    }

    @Test
    void shouldForgetWhatIsOlderThanItsTwoHalves() {
        window.note(1_000, 5_000_000);
        window.note(10, 5_030_000);
        assertEquals(2, window.summary(5_059_999).count());
        window.note(20, 5_060_000);
        assertEquals(20, window.summary(5_060_000).max());
        assertEquals(0, window.summary(5_200_000).count());
    }

    @Test
    void shouldCountALagOnceForEachRecord() {
        window.note(1_000, 99, 5_000_000);
        window.note(10, 5_000_001);
        LagWindow.Summary summary = window.summary(5_000_002);
        assertEquals(100, summary.count());
        assertEquals(1_003, summary.p50(), "to two digits");
    }

    @Test
    void shouldStandAClockThatIsSetBack() {
        window.note(1_000, 5_000_000);
        window.note(-7, 1_000);
        assertEquals(new LagWindow.Summary(0, 1_003, 1_003, 1_003, 2), window.summary(1_001));
        assertEquals(0, window.summary(61_000).count());
    }
}
