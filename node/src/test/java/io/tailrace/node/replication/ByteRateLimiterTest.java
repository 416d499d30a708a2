package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ByteRateLimiterTest {
    private static final long SECOND = 1_000_000;
    private static final long ALL = Long.MAX_VALUE;

    /** Bytes let through in this many seconds by a sender that always has more and asks so often. */
    private static long sent(ByteRateLimiter pace, long rate, int seconds, long everyMicros) {
        long sent = 0;
        for (long now = everyMicros; now <= seconds * SECOND; now += everyMicros) {
            long count = pace.allow(now, rate, ALL);
            pace.spent(count);
            sent += count;
        }
        return sent;
    }

    @Test
    void shouldLetThroughTheRateHoweverOftenItIsAsked() {
        for (long rate : new long[] {1, 7, 1_000, 1_234_567, 100_000_000}) {
            for (long everyMicros : new long[] {3, 50, 2_000}) {
                int seconds = 5;
                long sent = sent(new ByteRateLimiter(0), rate, seconds, everyMicros);
                String what = "rate " + rate + ", asked every " + everyMicros + " µs: " + sent;
                assertTrue(sent <= rate * seconds + 1, what);
                assertTrue(sent >= rate * seconds * 95 / 100 - 1, what);
            }
        }
    }

    @Test
    void shouldSaveUpLittle() {
        ByteRateLimiter pace = new ByteRateLimiter(0);
        assertEquals(100, pace.allow(3_600 * SECOND, 1_000, ALL));
        pace.spent(100);
        assertEquals(0, pace.allow(3_600 * SECOND, 1_000, ALL));
    }

    @Test
    void shouldWaitForAWholePieceUnlessLessIsWanted() {
        ByteRateLimiter pace = new ByteRateLimiter(0);
        assertEquals(0, pace.allow(SECOND / 40, 1_000, ALL));
        assertEquals(25, pace.allow(SECOND / 40, 1_000, 25));
        assertEquals(50, pace.allow(SECOND / 20, 1_000, ALL));
    }

    @Test
    void shouldFollowAChangeOfTheRate() {
        ByteRateLimiter pace = new ByteRateLimiter(0);
        assertEquals(ALL, pace.allow(1, 0, ALL));
        assertEquals(0, pace.allow(2, 1_000, ALL));
        assertEquals(50, pace.allow(50_002, 1_000, ALL));
        pace.spent(50);
        assertEquals(50_000, pace.allow(100_002, 1_000_000, ALL));
        pace.spent(50_000);
        assertEquals(ALL, pace.allow(100_003, 0, ALL));
    }

    @Test
    void shouldGoOnWhenTheClockIsSetBack() {
        ByteRateLimiter pace = new ByteRateLimiter(10 * SECOND);
        assertEquals(0, pace.allow(SECOND, 1_000, ALL));
        assertEquals(50, pace.allow(SECOND + SECOND / 20, 1_000, ALL));
    }
}
