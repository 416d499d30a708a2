package io.tailrace.node.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandHistogramTest {
    /** What Redis 7.0.15 tells of the same times. */
    @Test
    void shouldTellTimesAsRedisDoes() {
        CommandHistogram histogram = new CommandHistogram();
        for (int i = 0; i < 99; i++) {
            histogram.add(1);
        }
        histogram.add(5);
        assertEquals(1.003, histogram.atPercentile(50));
        assertEquals(1.003, histogram.atPercentile(99));
        assertEquals(5.023, histogram.atPercentile(99.9));
        assertEquals(List.of(1L, 99L, 8L, 100L), doublings(histogram));
    }

    @Test
    void shouldCountEveryTimeOnce() {
        CommandHistogram histogram = new CommandHistogram();
        long[] times = {0, 1, 2, 3, 7, 100, 1_000, 30_000, 999_999, 1_000_000, 50_000_000};
        for (long time : times) {
            histogram.add(time);
        }
        assertEquals(times.length, histogram.total());
        List<Long> doublings = doublings(histogram.plus(histogram));
        assertEquals(2L * times.length, doublings.get(doublings.size() - 1));
        assertEquals(16, doublings.size());
    }

    private static List<Long> doublings(CommandHistogram histogram) {
        List<Long> told = new ArrayList<>();
        histogram.forEachDoubling((micros, count) -> {
            told.add(micros);
            told.add(count);
        });
        return told;
    }
}
