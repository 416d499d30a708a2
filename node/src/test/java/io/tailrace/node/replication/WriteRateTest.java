package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WriteRateTest {
    private static final long SECOND = 1_000_000;

    private final WriteRate rate = new WriteRate();
    private long now = 1_700_000_000 * SECOND;
    private long bytes = 5_000;

    private void write(long perSecond, int seconds) {
        for (int i = 0; i < seconds; i++) {
            now += SECOND;
            bytes += perSecond;
            rate.note(bytes, now);
        }
    }

    @Test
    void shouldBeRightFromTheFirstSecond() {
        rate.note(bytes, now);
        assertEquals(0, rate.bytesPerSecond());
        write(1_000, 1);
        assertEquals(1_000, rate.bytesPerSecond(), 1);
    }

    @Test
    void shouldFollowWhatIsWrittenLately() {
        rate.note(bytes, now);
        write(1_000, 60);
        write(9_000, 10);
        assertTrue(rate.bytesPerSecond() > 5_000 && rate.bytesPerSecond() < 8_000, "" + rate.bytesPerSecond());
        write(9_000, 60);
        assertEquals(9_000, rate.bytesPerSecond(), 50);
        write(0, 120);
        assertEquals(0, rate.bytesPerSecond());
    }

    @Test
    void shouldStandANewLogAndAClockThatIsSetBack() {
        rate.note(bytes, now);
        write(1_000, 10);
        bytes = 0;
        write(1_000, 1);
        now -= 3_600 * SECOND;
        write(1_000, 1);
        write(1_000, 1);
        assertEquals(1_000, rate.bytesPerSecond(), 1);
    }
}
