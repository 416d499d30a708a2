package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.SegmentRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private final History history = History.parse("");

    private static String id(int n) {
        return String.format(java.util.Locale.ROOT, "%040x", n);
    }

    private boolean promote(int n) {
        SegmentRecord opening = new SegmentRecord(
                id(n),
                n,
                new SegmentRecord.Previous(
                        n == 1 ? null : id(n - 1),
                        n == 1 ? QueueIndex.NONE : QueueIndex.of(n - 1, 0xffff_ffffL),
                        -1,
                        Long.MAX_VALUE / 2 + n),
                1,
                0);
        return history.observe(opening, QueueIndex.of(n, 0), Long.MAX_VALUE / 2 + n);
    }

    @Test
    void shouldLearnWhereEachHistoryBegan() {
        assertTrue(promote(1));
        assertTrue(promote(2));
        assertFalse(promote(2));
        assertEquals(id(2), history.current().id());
        assertEquals(QueueIndex.of(1, 0xffff_ffffL), history.endOf(id(1)));
        assertEquals(Long.MAX_VALUE, history.endOf(id(2)));
        assertEquals(QueueIndex.NONE, history.endOf(id(3)));
    }

    @Test
    void shouldReadBackWhatItWrites() {
        promote(1);
        promote(2);
        assertEquals(history.terms(), History.parse(history.text()).terms());
        String line = history.text().lines().findFirst().orElseThrow();
        assertThrows(IllegalArgumentException.class, () -> History.parse(line.substring(0, line.lastIndexOf(' '))));
        assertThrows(IllegalArgumentException.class, () -> History.parse(line.replace(id(1), "x")));
    }

    /** More than a snapshot's header takes would end the node at its next snapshot. */
    @Test
    void shouldFitASnapshotAfterAnyNumberOfPromotions() {
        for (int n = 1; n <= 3_000; n++) {
            promote(n);
        }
        assertEquals(History.MAX_TERMS, history.terms().size());
        assertEquals(id(3_000), history.current().id());
        new SnapshotHeader(
                0,
                1,
                id(3_000),
                new SnapshotHeader.Begin(5, 6, 7),
                8,
                history.text().lines().toList(),
                List.of());
    }
}
