package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LinkBackoffTest {
    private final LinkBackoff backoff = new LinkBackoff();

    @Test
    void shouldDoubleUpToTwoSeconds() {
        long[] expected = {50, 100, 200, 400, 800, 1_600, 2_000, 2_000};
        for (long each : expected) {
            assertEquals(each, backoff.afterFault(false));
        }
    }

    @Test
    void shouldBeginAgainOnceItStreams() {
        backoff.afterFault(false);
        backoff.afterFault(true);
        backoff.streaming();
        assertEquals(50, backoff.afterFault(false));
    }

    @Test
    void shouldWaitLongerAfterASyncThatFailed() {
        assertEquals(2_000, backoff.afterFault(true));
        backoff.attached();
        assertEquals(4_000, backoff.afterFault(true));
        for (int i = 0; i < 5; i++) {
            backoff.attached();
            backoff.afterFault(true);
        }
        assertEquals(30_000, backoff.afterFault(true));
    }
}
