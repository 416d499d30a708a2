package io.tailrace.tools.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.tools.dump.DumpRequest.Flag;
import io.tailrace.tools.dump.DumpRequest.Range;
import io.tailrace.tools.dump.DumpRequest.Selection;
import io.tailrace.tools.dump.DumpRequest.Style;
import io.tailrace.tools.output.Progress;
import io.tailrace.wire.record.RecordView;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing that is not as it was written is printed as good, whatever the format, and from whichever end. */
class DumpDamageTest {
    @TempDir
    private Path dir;

    private LogFixture log;
    private long start;
    private int length;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void open() {
        log = LogFixture.create(dir.resolve("queue"))
                .openSegment()
                .effect("SET a 1")
                .effect("SET b 22", "DEL a")
                .effect("SET c 3")
                .openSegment()
                .effect("APPEND b 333")
                .closeLog();
        try (BacklogInspector inspector = new BacklogInspector(dir.resolve("queue"))) {
            inspector.next();
            inspector.next();
            RecordView record = inspector.next();
            length = record.length();
            start = inspector.position();
        }
    }

    @AfterEach
    void close() {
        log.close();
    }

    private boolean dump(DumpFormat format, Flag... flags) throws Exception {
        out.reset();
        notices.clear();
        Set<Flag> all = EnumSet.noneOf(Flag.class);
        all.addAll(List.of(flags));
        DumpRequest request = new DumpRequest(
                dir,
                null,
                Range.ALL,
                Selection.ALL,
                new Style(format, false, false, Integer.MAX_VALUE),
                DumpRequest.Purpose.PRINT,
                all);
        return new Dump(request, out, notices::add, Progress.none()).run();
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(DumpFormat.class)
    void shouldStopAtAnyByteThatTurned(DumpFormat format) throws Exception {
        dump(format);
        String good = text();
        for (long position = start; position < start + length; position++) {
            log.flip(1, position);
            for (Flag[] flags : new Flag[][] {{}, {Flag.NEWEST_FIRST}}) {
                String fault = assertThrows(DumpException.class, () -> dump(format, flags))
                        .getMessage();
                // from the end on, the one after it can't be checked
                boolean isAfter =
                        flags.length > 0 && fault.contains(": record 1:3 at byte ") && fault.contains("can't be");
                assertTrue(
                        isAfter || fault.startsWith(log.segmentFile(1) + ": record 1:2 at byte " + start + ": "),
                        fault);
                assertTrue(fault.endsWith("; --ignore-damage marks it and continues"), fault);
                assertFalse(text().contains("22"), () -> "printed as good: " + text());
            }
            log.flip(1, position);
        }
        assertTrue(dump(format));
        assertEquals(good, text());
    }

    @Test
    void shouldMarkWhatIsNotGoodAndGoOnWhenTold() throws Exception {
        log.flip(1, start + length - 3);
        assertFalse(dump(DumpFormat.TEXT, Flag.IGNORE_DAMAGE));
        List<String> lines = text().lines().toList();
        assertTrue(
                lines.get(2)
                        .startsWith("# damaged: " + log.segmentFile(1) + ": record 1:2 at byte " + start
                                + ": its chain is "),
                text());
        assertTrue(lines.get(3).startsWith("1:2 ") && lines.get(4).startsWith("1:2 "), text());
        assertTrue(lines.get(5).endsWith(" SET c 3"), text());
        assertEquals(8, lines.size(), text());

        assertFalse(dump(DumpFormat.JSON, Flag.IGNORE_DAMAGE));
        lines = text().lines().toList();
        assertTrue(lines.get(2).contains("\"position\":\"1:2\"") && lines.get(2).contains(",\"damaged\":\""), text());
        assertFalse(lines.get(3).contains("damaged"), text());

        assertFalse(dump(DumpFormat.RESP, Flag.IGNORE_DAMAGE));
        assertFalse(text().contains("22"), "nobody should replay it");
        assertTrue(text().contains("$6\r\nAPPEND\r\n"), text());
        assertTrue(
                notices.get(0).contains("record 1:2 at byte ") && notices.get(0).endsWith("; it is left out"),
                notices.get(0));

        assertFalse(dump(DumpFormat.TEXT, Flag.IGNORE_DAMAGE, Flag.NEWEST_FIRST));
        lines = text().lines().toList();
        assertTrue(lines.get(2).endsWith(" SET c 3") && lines.get(3).startsWith("# damaged: "), text());
    }

    @Test
    void shouldMarkARecordThatCannotBeRead() throws Exception {
        log.flip(1, start);
        assertFalse(dump(DumpFormat.TEXT, Flag.IGNORE_DAMAGE));
        List<String> lines = text().lines().toList();
        assertTrue(lines.get(2).contains(": record kind 5 is unknown"), text());
        assertTrue(
                lines.get(3).contains(": record 1:3 at byte ") && lines.get(3).contains(" can't be checked"), text());
        assertTrue(lines.get(4).endsWith(" SET c 3"), text());
        assertFalse(dump(DumpFormat.JSON, Flag.IGNORE_DAMAGE));
        assertTrue(text().lines().toList().get(2).startsWith("{\"position\":\"1:2\",\"damaged\":\""), text());
    }

    @Test
    void shouldGoOnBehindASegmentWhoseFramesAreBroken() throws Exception {
        log.turn(1, start - 2, 0x20);
        for (Flag[] flags : new Flag[][] {{}, {Flag.NEWEST_FIRST}}) {
            assertThrows(DumpException.class, () -> dump(DumpFormat.TEXT, flags));
        }
        assertFalse(dump(DumpFormat.TEXT, Flag.IGNORE_DAMAGE));
        assertTrue(text().endsWith(" APPEND b 333\n"), text());
        assertTrue(text().contains("records are missing: after record 1:1 comes 2:0"), text());
        assertTrue(
                notices.get(0).contains("claims ") && notices.get(0).contains("the rest of its segment is omitted"),
                notices.get(0));
        assertFalse(dump(DumpFormat.TEXT, Flag.IGNORE_DAMAGE, Flag.NEWEST_FIRST));
        assertTrue(text().contains(" SET a 1\n"), text());
    }

    /** The word of a frame says that it is being written, so the log seems to end there. */
    @Test
    void shouldNotTakeAnUnfinishedFrameForTheEndOfTheLog() throws Exception {
        long last;
        try (BacklogInspector inspector = new BacklogInspector(dir.resolve("queue"))) {
            last = 0;
            while (inspector.next() != null) {
                last = inspector.position();
            }
        }
        log.turn(2, last - 1, 0x80);
        String fault =
                assertThrows(DumpException.class, () -> dump(DumpFormat.TEXT)).getMessage();
        assertTrue(fault.contains("the log ends here, but "), fault);
        assertFalse(dump(DumpFormat.TEXT, Flag.IGNORE_DAMAGE));
    }

    @Test
    void shouldNotMindDamageBeforeWhatWasAskedFor() throws Exception {
        log.flip(1, start + 30);
        out.reset();
        assertTrue(
                new Dump(DumpRequest.of(dir).range(LogPosition.index("1:3"), null), out, notices::add, Progress.none())
                        .run());
        assertTrue(text().lines().findFirst().orElseThrow().endsWith(" SET c 3"), text());
    }
}
