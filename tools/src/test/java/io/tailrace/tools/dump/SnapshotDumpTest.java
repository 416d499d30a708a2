package io.tailrace.tools.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.store.ValueType;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.tools.Commands;
import io.tailrace.tools.dump.DumpRequest.Selection;
import io.tailrace.tools.dump.DumpRequest.Style;
import io.tailrace.tools.output.Progress;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.QueueIndex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotDumpTest {
    @TempDir
    private Path dir;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        SnapshotHeader header = new SnapshotHeader(
                0,
                1,
                LogFixture.HISTORY,
                new SnapshotHeader.Begin(QueueIndex.of(2, 0), 7, 9),
                LogFixture.START_MICROS,
                List.of(),
                List.of());
        try (SnapshotWriter writer = new SnapshotWriter(dir, header);
                NativeBuffer bytes = new NativeBuffer(1 << 10)) {
            entry(writer, bytes, QueueIndex.of(1, 3), 0, 0, "user:1", "Ada");
            entry(writer, bytes, QueueIndex.of(1, 4), 1_800_000_000_000L, 0, "user:2", "Grace Hopper");
            entry(writer, bytes, QueueIndex.of(2, 1), 0, 7, "other", "???");
            entry(writer, bytes, QueueIndex.of(1, 5), 1_900_000_000_000L, ValueType.HASH, "cart:1", "\1a\1b\1c\2dd");
            large(writer, bytes);
            writer.finish(QueueIndex.of(2, 1), 8, 11);
            file = writer.path();
        }
    }

    private static void entry(
            SnapshotWriter writer, NativeBuffer bytes, long version, long expireAt, int type, String key, String value)
            throws IOException {
        writer.entry(LogFixture.image(bytes, version, expireAt, type, key, value.getBytes(StandardCharsets.US_ASCII)));
    }

    private static void large(SnapshotWriter writer, NativeBuffer bytes) throws IOException {
        writer.beginCollection(LogFixture.image(bytes, QueueIndex.of(1, 6), 0, ValueType.HASH, "cart:2", new byte[0]));
        for (String element : List.of("\1x\1y", "\1z\2zz")) {
            byte[] both = element.getBytes(StandardCharsets.US_ASCII);
            Memory.copyIn(both, 0, bytes.address(), both.length);
            writer.element(0, bytes.address(), both.length);
        }
        writer.endCollection();
    }

    private String dump(DumpFormat format, String keys) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotDump.run(
                new DumpRequest(
                        file,
                        null,
                        DumpRequest.Range.ALL,
                        new Selection(keys, null, null, null),
                        new Style(format, false, false, 8),
                        DumpRequest.Purpose.PRINT,
                        EnumSet.noneOf(DumpRequest.Flag.class)),
                out,
                Progress.none());
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldShowFunctionLibrariesAsTheCommandsThatLoadThem() throws IOException {
        SnapshotHeader header = new SnapshotHeader(
                0,
                1,
                LogFixture.HISTORY,
                new SnapshotHeader.Begin(QueueIndex.of(3, 0), 7, 9),
                LogFixture.START_MICROS,
                List.of(),
                List.of());
        try (SnapshotWriter writer = new SnapshotWriter(dir, header);
                NativeBuffer bytes = new NativeBuffer(1 << 10)) {
            entry(writer, bytes, QueueIndex.of(1, 3), 0, ValueType.FUNCTION, "a", "#!lua name=a\n");
            writer.finish(QueueIndex.of(3, 1), 8, 11);
            file = writer.path();
        }
        String text = dump(DumpFormat.RESP, null);
        assertEquals("*4\r\n$8\r\nFUNCTION\r\n$4\r\nLOAD\r\n$7\r\nREPLACE\r\n$13\r\n#!lua name=a\n\r\n", text);
    }

    @Test
    void shouldPrintEachEntryWithTheRecordThatWroteIt() throws IOException {
        assertEquals(
                "# " + file + ": snapshot of shard 0 of 1, history " + LogFixture.HISTORY
                        + ", created 2026-01-31T12:00:00.000000Z\n"
                        + "1:3 SET user:1 Ada\n"
                        + "1:4 SET user:2 \"Grace Ho\"...(12 bytes) PXAT \"18000000\"...(13 bytes)\n"
                        + "2:1 # type 7, 3 bytes\n"
                        + "1:5 HSET cart:1 a b c dd\n"
                        + "1:5 PEXPIREAT cart:1 \"19000000\"...(13 bytes)\n"
                        + "1:6 HSET cart:2 x y z zz\n"
                        + "# good: 5 entries, from 2:0 to 2:1\n",
                dump(DumpFormat.TEXT, null));
        String one = dump(DumpFormat.TEXT, "*r:1");
        assertTrue(one.contains("1:3 SET user:1 Ada\n# good"), one);
        String json = dump(DumpFormat.JSON, null);
        assertTrue(
                json.startsWith(
                        "{\"version\":4294967299,\"position\":\"1:3\",\"ordinal\":0,\"database\":0,\"type\":\"string\","
                                + "\"command\":[\"SET\",\"user:1\",\"Ada\"]}\n"),
                json);
        assertEquals("*3\r\n$3\r\nSET\r\n$6\r\nuser:1\r\n$3\r\nAda\r\n", dump(DumpFormat.RESP, "*r:1"));
        IOException unknown = assertThrows(IOException.class, () -> dump(DumpFormat.RESP, null));
        assertTrue(unknown.getMessage().contains("of type 7"), unknown.getMessage());
    }

    @Test
    void shouldPrintTheCommandsThatMakeAStream() throws IOException {
        try (NativeBuffer bytes = new NativeBuffer(1 << 10)) {
            SnapshotHeader header = new SnapshotHeader(
                    0,
                    1,
                    LogFixture.HISTORY,
                    new SnapshotHeader.Begin(QueueIndex.of(3, 0), 7, 9),
                    LogFixture.START_MICROS,
                    List.of(),
                    List.of());
            try (SnapshotWriter writer = new SnapshotWriter(dir, header)) {
                // last ID 7-0, none deleted, 3 added, and one entry: 5-0 with f: v
                byte[] head = new byte[40];
                head[0] = 7;
                head[32] = 3;
                writer.beginCollection(
                        LogFixture.image(bytes, QueueIndex.of(1, 6), 0, ValueType.STREAM, "orders", head));
                byte[] entry = "\5\0\0\0\0\0\0\0\0\5\0\1f\1v".getBytes(StandardCharsets.US_ASCII);
                Memory.copyIn(entry, 0, bytes.address(), entry.length);
                writer.element(0, bytes.address(), entry.length);
                writer.endCollection();
                writer.finish(QueueIndex.of(3, 1), 8, 11);
                file = writer.path();
            }
        }
        assertTrue(
                dump(DumpFormat.TEXT, null)
                        .contains(
                                "\n1:6 XADD orders 5-0 f v\n"
                                        + "1:6 XSETID orders 7-0 \"ENTRIESA\"...(12 bytes) 3 \"MAXDELET\"...(12 bytes) 0-0\n# good"),
                dump(DumpFormat.TEXT, null));
    }

    @Test
    void shouldTakeAFileOfAnyNameThatIsSaidToBeASnapshot() throws IOException {
        Path named = Files.move(file, dir.resolve("yesterday"));
        StringWriter said = new StringWriter();
        assertEquals(0, Commands.run(said, "dump", "--snapshot", named.toString(), "--limit", "1"), said::toString);
    }

    @Test
    void shouldNotPrintDamagedEntries() throws IOException {
        byte[] right = Files.readAllBytes(file);
        for (int position = 0; position < right.length; position++) {
            byte[] wrong = right.clone();
            wrong[position] ^= 1;
            Files.write(file, wrong);
            String message = assertThrows(IOException.class, () -> dump(DumpFormat.TEXT, null), "byte " + position)
                    .getMessage();
            assertTrue(message.startsWith(file + " at byte "), message);
        }
    }
}
