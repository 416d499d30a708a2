package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.services.LagWindow;
import org.junit.jupiter.api.Test;

class AckLagTest {
    private static final long START = 1_700_000_000_000_000L;

    private final AckLag lag = new AckLag();

    @Test
    void shouldTellTheTimeFromCommitToAcknowledgement() {
        lag.sent(1, START);
        lag.sent(2, START + 40);
        lag.acknowledged(2, START + 100);
        assertEquals(60, lag.micros(START + 100));
        LagWindow.Summary summary = summary(START);
        assertEquals(2, summary.count());
        assertEquals(60, summary.p50());
        assertEquals(100, summary.max());
    }

    @Test
    void shouldNotGrowWhileThereIsNothingToAcknowledge() {
        lag.sent(1, START);
        lag.acknowledged(1, START + 100);
        lag.acknowledged(1, START + 9_000_000);
        assertEquals(100, lag.micros(START + 9_000_000));
        assertEquals(1, summary(START).count());
    }

    @Test
    void shouldGrowWhileARecordIsNotAcknowledged() {
        lag.sent(1, START);
        lag.acknowledged(0, START + 50);
        assertEquals(5_000_000, lag.micros(START + 5_000_000));
    }

    @Test
    void shouldCountEveryRecordAndNoneAsYoungerThanItIs() {
        int records = 10_000;
        for (int i = 1; i <= records; i++) {
            lag.sent(i, START + i);
        }
        lag.acknowledged(records / 2, START + 20_000);
        assertTrue(summary(START).count() < records / 2, "those that share a mark wait for the last of them");
        lag.acknowledged(records, START + 20_000);
        assertEquals(records, summary(START).count());
        assertTrue(summary(START).p50() >= 15_000, "the true median");
        for (int i = records + 1; i <= records + 200; i++) {
            lag.sent(i, START + 30_000 + i);
            lag.acknowledged(i, START + 30_000 + i + 5);
        }
        assertEquals(5, lag.micros(START));
    }

    @Test
    void shouldNeverBeNegative() {
        lag.sent(1, START);
        lag.acknowledged(1, START - 1_000_000);
        assertEquals(0, lag.micros(START - 1_000_000));
        lag.sent(2, START);
        assertEquals(0, lag.micros(START - 1_000_000));
        assertEquals(0, summary(START).max());
    }

    private LagWindow.Summary summary(long micros) {
        return lag.summary(micros / 1_000);
    }
}
