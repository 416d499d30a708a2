package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.tools.dump.LogFixture;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepairCommandTest {
    private static final int BEFORE_RECORD = -4;

    @TempDir
    private Path dir;

    private LogFixture log;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void write() {
        log = LogFixture.createShard(dir, 1, 0)
                .openSegment()
                .effect("SET a 1")
                .effect("SET b 22", "DEL a")
                .effect("SET c 3")
                .openSegment()
                .effect("APPEND b 333")
                .effect("SET d 4")
                .effect("SET e 5");
        log.closeLog();
    }

    @AfterEach
    void close() {
        log.close();
    }

    private int run(String command, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of(command, dir.toString()));
        all.addAll(List.of(arguments));
        return Tailrace.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(new String[0]));
    }

    /** Where the records of a log begin in their files, by segment and sequence. */
    private TreeMap<String, Long> positions() {
        TreeMap<String, Long> positions = new TreeMap<>();
        try (BacklogInspector inspector = new BacklogInspector(queue())) {
            while (inspector.next() != null) {
                String place = inspector.place();
                positions.put(
                        place.replaceAll(".*record (\\S+) at.*", "$1"), Long.parseLong(place.replaceAll(".* ", "")));
            }
        }
        return positions;
    }

    private Path queue() {
        try (Stream<Path> tree = Files.walk(dir)) {
            return tree.filter(path -> path.endsWith("queue")).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The part of a segment's file in which there is anything. */
    private static byte[] used(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(256 << 10);
        }
    }

    @Test
    void shouldFindNothingWrongWithAGoodLog() {
        assertEquals(0, run("repair", "--yes"), err::toString);
        assertEquals("shard 0: the log is good, 8 records, 1:0 to 2:3\n", out.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "1:2, -4, the length of its frame",
        "1:2,  0, version",
        "1:2,  2, command count",
        "1:2,  8, commit time",
        "1:2, 16, chain",
        "1:2, 25, number of arguments",
        "1:2, 50, argument",
        "2:0, -4, frame of an opening",
        "2:0, 70, history of an opening",
        "2:2, 30, command in the newest segment",
        "2:2, -4, frame in the newest segment",
    })
    void shouldCutAtAnyFlippedByte(String record, int offset, String what) throws Exception {
        long start = positions().get(record);
        int segment = record.charAt(0) - '0';
        log.flip(segment, start + offset);
        Path damaged = log.segmentFile(segment);
        byte[] bytes = used(damaged);

        assertEquals(1, run("repair"), what);
        String report = out.toString();
        assertTrue(report.contains("  file       " + damaged + "\n"), report);
        assertTrue(report.contains("  record     " + record + "\n"), report);
        long shown = Long.parseLong(report.replaceAll("(?s).*  byte       (\\d+)\n.*", "$1"));
        assertTrue(Math.abs(shown - start) <= -BEFORE_RECORD, report);
        assertTrue(report.contains("nothing was changed"), report);
        assertArrayEquals(bytes, used(damaged), "a dry run");

        assertEquals(0, run("repair", "--yes"), () -> out + " " + err);
        Path aside = dir.resolve("shard-0").resolve("cut-" + record.replace(':', '.'));
        assertArrayEquals(bytes, used(aside.resolve(damaged.getFileName())), "what is kept");
        assertTrue(Files.readString(aside.resolve("readable.resp"), StandardCharsets.UTF_8)
                .contains("$1\r\ne\r\n$1\r\n5\r\n"));
        TreeMap<String, Long> left = positions();
        assertFalse(left.containsKey(record), () -> "left: " + left);
        assertEquals(0, run("dump", "--verify"), err::toString);
        assertEquals(0, run("repair"), out::toString);
    }

    /** The word of a record's frame says that it is still being written: the library would take it for the end of the log. */
    @ParameterizedTest
    @CsvSource({"1:2", "2:2"})
    void shouldNotTakeAnUnfinishedFrameForTheEnd(String record) throws Exception {
        long start = positions().get(record);
        log.turn(record.charAt(0) - '0', start - 1, 0x80);

        assertEquals(1, run("repair"), out::toString);
        assertTrue(out.toString().contains("  record     " + record + "\n"), out::toString);
        assertTrue(out.toString().contains(" can still be read"), out::toString);
        assertEquals(1, run("dump", "--verify"), "dump finds it, too");
        assertEquals(0, run("repair", "--yes"), out::toString);
        assertEquals(0, run("dump", "--verify"), err::toString);
    }

    @Test
    void shouldNotTakeADamagedHeaderForASegmentThatWasNeverBegun() throws Exception {
        log.turn(2, 3, 0x80);
        assertEquals(1, run("dump", "--verify"), "dump finds it, too");
        assertEquals(1, run("repair"), out::toString);
        assertTrue(out.toString().contains("  record     2:0\n  byte       0\n"), out::toString);
        assertTrue(out.toString().contains("4 of them can still be read"), out::toString);
    }

    @Test
    void shouldSayWhatIsLostAndWhatWasDone() throws Exception {
        log.flip(2, positions().get("2:1") + 53);
        Path queue = queue();
        assertEquals(0, run("repair", "--yes"), err::toString);
        String expected =
                """
                shard 0: the log is damaged
                  file       QUEUE/19700101-000002S.cq4
                  record     2:1
                  byte       BYTE
                  problem    its chain is CHAIN, but its bytes make CHAIN
                  last good  2:0 of 2026-01-31T12:00:00.004Z, chain CHAIN
                  lost       all records from 2:1 on: 2 of them can still be read, with 2 commands, \
                2026-01-31T12:00:00.006Z to 2026-01-31T12:00:00.007Z, 1 can't be trusted
                  done       the log ends with 2:0 now
                  kept       DIR/shard-0/cut-2.1: the segments as they were, and readable.resp with the writes that can be \
                read, for redis-cli --pipe
                  note       a replica that has records after 2:0 will refuse to follow this node: rather promote it, \
                and let this node follow
                """;
        String printed = out.toString()
                .replace(queue.toString(), "QUEUE")
                .replace(dir.toString(), "DIR")
                .replaceAll("(?m)byte  +\\d+", "byte       BYTE")
                .replaceAll("[0-9a-f]{16}", "CHAIN");
        assertEquals(expected, printed);
    }

    @Test
    void shouldSayWhatTheNodeIsToBeOnlyWhenTold() throws Exception {
        Path file = dir.resolve("node.properties");
        Files.delete(file);
        assertEquals(1, run("repair", "--yes"), "the log is good, the role is not known");
        assertTrue(
                out.toString().startsWith("node: " + file + " is missing, and there is data of shards [0]: "),
                out::toString);
        assertTrue(out.toString().contains("shard 0: the log is good, 8 records"), out::toString);
        assertFalse(Files.exists(file));

        assertEquals(0, run("repair", "--role", "primary"), "a dry run");
        assertTrue(out.toString().contains("node: would be a primary, which begins a new history"), out::toString);
        assertFalse(Files.exists(file));

        assertEquals(0, run("repair", "--role", "replica", "--primary", "10.0.0.1:6379", "--yes"), err::toString);
        assertTrue(out.toString().contains("node: is a replica of 10.0.0.1:6379, "), out::toString);
        assertTrue(Files.readAllLines(file).contains("replicaof=10.0.0.1\\:6379"), Files.readString(file));
        assertEquals(0, run("repair"), out::toString);
        assertEquals("shard 0: the log is good, 8 records, 1:0 to 2:3\n", out.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "--role replica, --role replica needs --primary",
        "--role primary --primary a:1, --primary HOST:PORT goes with --role replica",
        "--role replica --primary nowhere, --primary = 'nowhere': must be HOST:PORT",
        "--generation gen-1, --generation is of one shard",
        "--role somebody, Invalid value for option '--role'",
    })
    void shouldRefuseAWrongUse(String arguments, String problem) {
        assertEquals(2, run("repair", arguments.split(" ")), err::toString);
        assertTrue(err.toString().startsWith("tailrace repair: " + problem), err::toString);
    }

    @Test
    void shouldPutAGenerationInForceOnlyWhenTold() throws Exception {
        Path current = dir.resolve("shard-0/CURRENT");
        Files.createDirectories(dir.resolve("shard-0/gen-2"));
        Files.delete(current);
        assertEquals(1, run("repair", "--yes"), "two generations, and nothing tells which");
        assertTrue(out.toString().contains("--shard 0 --generation gen-N --yes"), out::toString);
        assertEquals(0, run("repair", "--shard", "0", "--generation", "gen-1"), err::toString);
        assertEquals(
                "shard 0: there is [gen-1, gen-2]; nothing was changed: the same with --yes makes gen-1 current\n",
                out.toString());
        assertFalse(Files.exists(current));
        assertEquals(1, run("repair", "--shard", "0", "--generation", "gen-7", "--yes"));
        assertTrue(err.toString().contains("there is no generation 'gen-7' in "), err::toString);
        assertEquals(0, run("repair", "--shard", "0", "--generation", "gen-1", "--yes"), err::toString);
        assertTrue(Files.exists(dir.resolve("shard-0/unused-gen-2")), "nothing is deleted");
        assertEquals(0, run("repair"), out::toString);
    }

    @Test
    void shouldRefuseWhileANodeHasTheDirectory() throws Exception {
        try (OfflineDirectory held = OfflineDirectory.open(dir)) {
            assertEquals(1, run("repair", "--yes"));
            assertEquals("tailrace repair: a node runs on " + held.path() + ": stop it first\n", err.toString());
        }
    }

    @Test
    void shouldRefuseWhatIsNoDataDirectory() {
        assertEquals(1, run("repair", "--shard", "3"));
        assertTrue(err.toString().contains("there is no shard 3"), err::toString);
        assertEquals(2, run("repair", "--yes", "--dry-run"));
    }
}
