package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tailrace.tools.dump.LogFixture;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InfoCommandTest {
    private static final String NODE = "1".repeat(LogFixture.HISTORY.length());

    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private Path snapshot;

    @BeforeEach
    void write() {
        try (LogFixture log = LogFixture.createShard(dir, 2, 0)) {
            log.openSegment().effect("SET a 1").effect("SET b 22", "DEL a");
            log.openSegment().effect("SET c 3");
            snapshot = log.snapshot("b22", "c3");
        }
        try (LogFixture log = LogFixture.createShard(dir, 2, 1)) {
            log.openSegment().effect("SET d 4");
        }
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("info", dir.toString()));
        all.addAll(List.of(arguments));
        return Tailrace.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(all.toArray(new String[0]));
    }

    private void says(String words) {
        assertTrue(out.toString().contains(words), () -> "not '" + words + "' in:\n" + out);
    }

    @Test
    void shouldSayWhatIsThereInLines() throws IOException {
        assertEquals(0, run(), out::toString);
        says(dir + ": a primary, node " + NODE + ", 2 shards\n");
        says("  running   no\n");
        says("shard 0: " + dir.resolve("shard-0/gen-1") + "\n");
        says("log       5 records in all, 1:0 to 2:1 are here, the last one of 2026-01-31T12:00:00.004000Z, chain ");
        says("history   " + LogFixture.HISTORY + " of term 1 from 1:0, 5 records\n");
        says("start     redoes 0 records; the newest snapshot holds all, as after a stop in order\n");
        says("segment   19700101-000001S.cq4 from 1:0, 3 records, ");
        says("segment   19700101-000002S.cq4 from 2:0, 2 records, ");
        says("snapshot  " + snapshot.getFileName() + " from 2:2 to 2:1, 2 keys, " + Files.size(snapshot) + " bytes, ");
        says("shard 1: " + dir.resolve("shard-1/gen-1") + "\n");
        says("start     redoes 2 records\n");
    }

    /** The values of an object by their paths, such as {@code shards.0.records}. */
    private Map<String, String> json() throws IOException {
        Map<String, String> values = new TreeMap<>();
        try (JsonParser parser = new JsonFactory().createParser(out.toString())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    String path = parser.getParsingContext().pathAsPointer().toString();
                    values.put(path.substring(1).replace('/', '.'), parser.getText());
                }
            }
        }
        return values;
    }

    @Test
    void shouldSayTheSameAsOneObject() throws IOException {
        assertEquals(0, run("--format", "json"), out::toString);
        Map<String, String> values = json();
        assertEquals(NODE, values.get("node"));
        assertEquals("primary", values.get("role"));
        assertEquals("false", values.get("running"));
        assertEquals("null", values.get("problem"));
        assertEquals("5", values.get("shards.0.records"));
        assertEquals("2:1", values.get("shards.0.last"));
        assertEquals("0", values.get("shards.0.redo_records"));
        assertEquals("true", values.get("shards.0.in_order"));
        assertEquals(LogFixture.HISTORY, values.get("shards.0.histories.0.id"));
        assertEquals("2", values.get("shards.0.segments.1.records"));
        assertEquals("2", values.get("shards.0.snapshots.0.keys"));
        assertEquals("2", values.get("shards.1.redo_records"));
        assertNull(values.get("shards.2.records"));
    }

    @Test
    void shouldNameADamagedSnapshotAndEndWith1() throws IOException {
        byte[] bytes = Files.readAllBytes(snapshot);
        bytes[bytes.length - 1] ^= 1;
        Files.write(snapshot, bytes);
        assertEquals(1, run());
        says("snapshot  " + snapshot + " at byte ");
        says("redoes 5 records\n");
    }

    @Test
    void shouldSayTheRestWhereNodePropertiesIsMissing() throws IOException {
        Files.delete(dir.resolve("node.properties"));
        assertEquals(1, run());
        says(dir + ": role not known, ");
        says("problem   " + dir.resolve("node.properties") + " is missing");
        says("log       5 records in all");
    }

    @Test
    void shouldSayWhatTheSegmentsTellWhereTheListOfHistoriesIsMissing() throws IOException {
        Path list = dir.resolve("shard-0/gen-1/history");
        Files.delete(list);
        assertEquals(1, run());
        says("  problem   " + list + ": there is no such file");
        says("history   " + LogFixture.HISTORY + " of term 1 from 1:0, 5 records\n");
        says("start     redoes 0 records");
    }

    @Test
    void shouldSayTheRestWhereOneLogIsDamaged() throws IOException {
        Path segment = dir.resolve("shard-0/gen-1/queue/19700101-000002S.cq4");
        byte[] bytes = Files.readAllBytes(segment);
        // the text of the second opening
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(LogFixture.HISTORY);
        bytes[at] ^= 1;
        Files.write(segment, bytes);
        assertEquals(1, run());
        says("  problem   " + segment);
        says("its chain does not follow, it is damaged\n");
        says("snapshot  " + snapshot.getFileName());
        assertFalse(out.toString().contains("history   1123"), "the history of a damaged opening: " + out);
        says("shard 1: " + dir.resolve("shard-1/gen-1") + "\n");
        says("start     redoes 2 records\n");
    }

    @Test
    void shouldNameTheProcessThatHoldsTheDirectory() throws IOException {
        assumeTrue(Files.isReadable(Path.of("/proc/locks")));
        try (FileChannel lock =
                        FileChannel.open(dir.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = lock.lock()) {
            assertTrue(held.isValid());
            assertEquals(0, run());
            says("running   pid " + ProcessHandle.current().pid() + "\n");
        }
        assertEquals(0, run());
        says("running   no\n");
    }

    @ParameterizedTest
    @CsvSource({
        "stopped, in_order, stopped cleanly at 2026-01-31T12:00:00.000000Z",
        "running, crashed, did not stop cleanly; it had served since 2026-01-31T12:00:00.000000Z",
        "starting, not_started, 'interrupted during its start, which began at 2026-01-31T12:00:00.000000Z'"
    })
    void shouldSayHowTheLastRunEnded(String note, String name, String words) throws IOException {
        Path lock = Files.writeString(dir.resolve("LOCK"), note + "\n");
        Files.setLastModifiedTime(lock, FileTime.from(Instant.parse("2026-01-31T12:00:00Z")));
        assertEquals(0, run());
        says("  last run  " + words + "\n");
        assertEquals(0, run("--format", "json"));
        assertEquals(name, json().get("last_run"));
        assertEquals("2026-01-31T12:00:00.000000Z", json().get("last_run_time"));
    }

    @Test
    void shouldChangeNothing() throws IOException {
        List<String> before = tree();
        assertEquals(0, run());
        assertEquals(before, tree());
    }

    private List<String> tree() throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            List<String> all = new ArrayList<>();
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                all.add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
            return all;
        }
    }
}
