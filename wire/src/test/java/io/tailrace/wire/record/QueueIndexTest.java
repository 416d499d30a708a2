package io.tailrace.wire.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class QueueIndexTest {
    @Test
    void shouldSplitAnIndexIntoSegmentAndSequence() {
        long index = QueueIndex.of(3, 41);
        assertEquals(3L << 32 | 41, index);
        assertEquals(3, QueueIndex.segment(index));
        assertEquals(41, QueueIndex.sequence(index));
        assertEquals("3:41", QueueIndex.toString(index));
        assertEquals("-", QueueIndex.toString(QueueIndex.NONE));
        long last = QueueIndex.of(Integer.MAX_VALUE, 0xffff_ffffL);
        assertEquals(Long.MAX_VALUE, last);
        assertEquals("2147483647:4294967295", QueueIndex.toString(last));
    }

    @Test
    void shouldKnowWhatMayFollowAnIndex() {
        assertTrue(QueueIndex.follows(QueueIndex.of(3, 42), QueueIndex.of(3, 41)));
        assertTrue(QueueIndex.follows(QueueIndex.of(4, 0), QueueIndex.of(3, 41)));
        assertTrue(QueueIndex.follows(QueueIndex.of(9, 0), QueueIndex.of(3, 41)));
        assertFalse(QueueIndex.follows(QueueIndex.of(3, 41), QueueIndex.of(3, 41)));
        assertFalse(QueueIndex.follows(QueueIndex.of(3, 43), QueueIndex.of(3, 41)));
        assertFalse(QueueIndex.follows(QueueIndex.of(4, 1), QueueIndex.of(3, 41)));
        assertFalse(QueueIndex.follows(QueueIndex.of(3, 0), QueueIndex.of(3, 41)));
        assertFalse(QueueIndex.follows(QueueIndex.of(2, 0), QueueIndex.of(3, 41)));
    }
}
