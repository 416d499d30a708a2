package io.tailrace.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class SnapshotHeaderTest {

    @Test
    void shouldDecodeWhatItEncodes() {
        assertRoundTrip(header(0, 1, Sample.HISTORY, List.of()));
        assertRoundTrip(header(0, 1, Sample.HISTORY, List.of("")));
        assertRoundTrip(header(3, 4, Sample.HISTORY, List.of("a", "", "b ~", "")));
    }

    @Test
    void shouldTakeALineageThatFillsTheChunk() {
        assertRoundTrip(header(0, 1, Sample.HISTORY, List.of("x".repeat(SnapshotLayout.MAX_LINES_LENGTH - 1))));
    }

    @Test
    void shouldTellLineageAndStateApart() {
        assertRoundTrip(new SnapshotHeader(
                0,
                1,
                Sample.HISTORY,
                new SnapshotHeader.Begin(5, -1, 6),
                7,
                List.of("a", ""),
                List.of("", "databases 1 0", "b")));
        assertRoundTrip(new SnapshotHeader(
                0, 1, Sample.HISTORY, new SnapshotHeader.Begin(5, -1, 6), 7, List.of(), List.of("a")));
    }

    @Test
    void shouldRefuseWhatCannotBeWritten() {
        assertRefused("shard 4 of 4", 4, 4, Sample.HISTORY, List.of());
        assertRefused("shard -1 of 1", -1, 1, Sample.HISTORY, List.of());
        assertRefused("history ABC", 0, 1, "ABC", List.of());
        assertRefused("lineage line a?b", 0, 1, Sample.HISTORY, List.of("a\nb"));
        List<String> tooMany = Collections.nCopies(SnapshotLayout.MAX_LINES_LENGTH / 2 + 1, "x");
        assertRefused("lineage and state of 65434 bytes (allowed: 65432)", 0, 1, Sample.HISTORY, tooMany);
    }

    @Test
    void shouldNameTheWalkAndNotOnlyItsBegin() {
        assertEquals("0000000300000005-00060a24181e4001", Sample.header().id());
    }

    private static void assertRoundTrip(SnapshotHeader header) {
        try (NativeBuffer buffer = new NativeBuffer(SnapshotLayout.MAX_CHUNK_LENGTH)) {
            int length = header.encode(buffer.address());
            assertEquals(header, SnapshotHeader.decode(buffer.address(), length));
        }
    }

    private static void assertRefused(String problem, int shard, int of, String history, List<String> lineage) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> header(shard, of, history, lineage));
        assertEquals("not allowed in a snapshot: " + problem, e.getMessage());
    }

    private static SnapshotHeader header(int shard, int of, String history, List<String> lineage) {
        return new SnapshotHeader(shard, of, history, new SnapshotHeader.Begin(5, -1, 6), 7, lineage, List.of());
    }
}
