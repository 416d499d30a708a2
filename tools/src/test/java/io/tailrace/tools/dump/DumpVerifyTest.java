package io.tailrace.tools.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.tools.dump.DumpRequest.Flag;
import io.tailrace.tools.dump.DumpRequest.Purpose;
import io.tailrace.tools.output.Progress;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpVerifyTest {
    @TempDir
    private Path dir;

    private LogFixture log;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void open() {
        log = LogFixture.create(dir.resolve("queue"))
                .openSegment()
                .effect("SET a 1")
                .effect("SET b 22", "DEL a")
                .openSegment()
                .effect("APPEND b 333");
    }

    @AfterEach
    void close() {
        log.close();
    }

    private String verify(String from) throws Exception {
        out.reset();
        notices.clear();
        LogPosition position = from == null ? null : LogPosition.index(from);
        new Dump(DumpRequest.of(dir).range(position, null).purpose(Purpose.VERIFY), out, notices::add, Progress.none())
                .run();
        return out.toString(StandardCharsets.UTF_8);
    }

    private String fault() {
        return assertThrows(DumpException.class, () -> verify(null)).getMessage();
    }

    @Test
    void shouldSumUpAGoodLog() throws Exception {
        String summary = verify(null);
        assertTrue(
                summary.startsWith(dir.resolve("queue")
                        + ": good: 5 records with 4 commands in 2 segments, 1:0 to 2:1, 2026-01-31T12:00:00.000000Z to "
                        + "2026-01-31T12:00:00.004000Z, chain "),
                summary);
        assertTrue(summary.endsWith(", record count 5\n"), summary);
        assertTrue(verify("2:1").contains("good: 2 records with 1 commands in 1 segments, 2:0 to 2:1"));
        assertEquals(List.of(), notices);
    }

    @Test
    void shouldSumUpAsAnObject() throws Exception {
        log.closeLog();
        DumpRequest request = DumpRequest.of(dir)
                .as(DumpFormat.JSON, false)
                .purpose(Purpose.VERIFY)
                .flags(Set.of(Flag.IGNORE_DAMAGE));
        new Dump(request, out, notices::add, Progress.none()).run();
        String summary = out.toString(StandardCharsets.UTF_8);
        assertTrue(
                summary.startsWith(
                        "{\"log\":\"" + dir.resolve("queue")
                                + "\",\"good\":true,\"records\":5,\"not_good\":0,\"commands\":4,\"segments\":2,\"first\":\"1:0\",\"last\":\"2:1\",\"first_time\":\"2026-01-31T12:00:00.000000Z\""),
                summary);
        log.flip(1, positionOf(3));
        out.reset();
        assertFalse(new Dump(request, out, notices::add, Progress.none()).run());
        String damaged = out.toString(StandardCharsets.UTF_8);
        assertTrue(damaged.startsWith("{\"damaged\":\"" + log.segmentFile(1) + ": record 1:2 at byte "), damaged);
        assertTrue(damaged.contains("\"good\":false,\"records\":5,\"not_good\":1"), damaged);
    }

    /** The last byte of the n-th record. */
    private long positionOf(int n) {
        try (BacklogInspector inspector = new BacklogInspector(dir.resolve("queue"))) {
            RecordView record = null;
            for (int i = 0; i < n; i++) {
                record = inspector.next();
            }
            return Long.parseLong(inspector.place().replaceAll(".* ", "")) + record.length() - 1;
        }
    }

    @Test
    void shouldFindAnyBitThatTurned() throws Exception {
        long start;
        int length;
        try (BacklogInspector inspector = new BacklogInspector(dir.resolve("queue"))) {
            inspector.next();
            inspector.next();
            RecordView record = inspector.next();
            length = record.length();
            start = Long.parseLong(inspector.place().replaceAll(".* ", ""));
        }
        log.closeLog();
        for (long position = start; position < start + length; position++) {
            log.flip(1, position);
            String fault = fault();
            assertTrue(
                    fault.startsWith(log.segmentFile(1) + ": record 1:2 at byte " + start + ": "),
                    "byte " + (position - start) + ": " + fault);
            log.flip(1, position);
        }
        assertTrue(verify(null).contains("good"));
    }

    @Test
    void shouldFindATurnedBitInAnOpeningRecordAndInAFrame() throws Exception {
        long opening;
        try (BacklogInspector inspector = new BacklogInspector(dir.resolve("queue"))) {
            inspector.next();
            opening = Long.parseLong(inspector.place().replaceAll(".* ", ""));
        }
        log.closeLog();
        for (long position : new long[] {opening, opening + RecordLayout.CHAIN_OFFSET, opening + 60, opening - 3}) {
            log.flip(1, position);
            assertTrue(fault().startsWith(log.segmentFile(1) + ": "), () -> fault());
            log.flip(1, position);
        }
        assertTrue(verify(null).contains("good"));
    }

    @Test
    void shouldMissASegment() throws Exception {
        log.openSegment().closeLog();
        Files.delete(log.segmentFile(2));
        assertTrue(fault().contains("records are missing: after record 1:2 comes 3:0, which continues 2:1"), fault());
    }

    @Test
    void shouldTakeALogWhoseBeginningRetentionDeleted() throws Exception {
        log.closeLog();
        Files.delete(log.segmentFile(1));
        assertTrue(verify(null).contains("good: 2 records"));
        assertTrue(verify("1:1").contains("good: 2 records"));
        assertEquals(1, notices.size());
    }

    @Test
    void shouldFindASegmentThatDoesNotContinueTheOneBefore() {
        String other = "f".repeat(40);
        long last = log.backlog().lastIndex();
        long chain = log.backlog().lastChain();
        assertFault(
                "it counts 9 records",
                new SegmentRecord(LogFixture.HISTORY, 1, new SegmentRecord.Previous(null, last, chain, 9), 1, 0));
        assertFault(
                "it continues history",
                new SegmentRecord(other, 2, new SegmentRecord.Previous(other, last, chain, 5), 1, 0));
        assertFault(
                "its term 0 is below",
                new SegmentRecord(LogFixture.HISTORY, 0, new SegmentRecord.Previous(null, last, chain, 5), 1, 0));
        assertFault(
                "it is of shard 1",
                new SegmentRecord(LogFixture.HISTORY, 1, new SegmentRecord.Previous(null, last, chain, 5), 2, 1));
        assertFault(
                "it continues chain",
                new SegmentRecord(LogFixture.HISTORY, 1, new SegmentRecord.Previous(null, last, 7, 5), 1, 0));
        assertFault(
                "records are missing",
                new SegmentRecord(LogFixture.HISTORY, 1, new SegmentRecord.Previous(null, last - 1, chain, 5), 1, 0));
    }

    /** Each in a log of its own. */
    private void assertFault(String expected, SegmentRecord segment) {
        log.close();
        for (int i = 1; i < 4; i++) {
            log.segmentFile(i).toFile().delete();
        }
        open();
        log.openSegment(segment);
        String fault = fault();
        assertTrue(fault.startsWith(log.segmentFile(3) + ": record 3:0 at byte "), fault);
        assertTrue(fault.contains(expected), fault);
    }

    @Test
    void shouldFindAnEffectThatNoNodeKnows() {
        log.effect("INCR a");
        assertTrue(fault().contains("record 2:2 at byte "), fault());
        assertTrue(fault().endsWith("'INCR' with 2 arguments is not a known effect"), fault());
    }
}
