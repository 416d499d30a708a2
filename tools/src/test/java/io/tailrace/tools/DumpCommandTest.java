package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.dump.LogFixture;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DumpCommandTest {
    @TempDir
    private Path dir;

    private LogFixture log;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void close() {
        if (log != null) {
            log.close();
        }
    }

    private int run(String... arguments) {
        out.reset();
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("dump"));
        all.addAll(List.of(arguments));
        return Tailrace.commandLine(new NodeCommand(), new DumpCommand(out, () -> LogFixture.START_MICROS + 60_000_000))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(new String[0]));
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String words() {
        return text().replaceAll("[*$][0-9]+\r\n", "").replace("\r\n", " ").trim();
    }

    /** A record begins in database 0, a stream of requests where the last one left it. */
    @Test
    void shouldSelectTheDatabaseOfEachRequest() {
        log = DumpLogs.ofDatabases(dir);
        assertEquals(0, run(dir.toString(), "--format", "resp"));
        assertEquals(
                "SELECT 1 SET a 1 SELECT 0 SET b 2 SELECT 1 SET c 3 SELECT 2 SET d 4 FLUSHDB SELECT 0 SET e 5",
                words());
        assertEquals(0, run(dir.toString(), "--format", "resp", "--command", "SET", "--key", "[cd]"));
        assertEquals("SELECT 1 SET c 3 SELECT 2 SET d 4", words());
    }

    @Test
    void shouldShowTheDatabaseOfWhatWasAskedFor() {
        log = DumpLogs.ofDatabases(dir);
        assertEquals(0, run(dir.toString(), "--key", "d"));
        assertEquals(
                List.of("4/5 SELECT 2", "5/5 SET d 4", "1/2 SELECT 2", "2/2 FLUSHDB"),
                text().lines().map(line -> line.split(" ", 4)[3]).toList());
    }

    @Test
    void shouldPrintALinePerCommand() {
        log = DumpLogs.users(dir);

        assertEquals(0, run(dir.toString()));

        assertEquals(
                """
                1:0 2026-01-31T12:00:00.000000Z CHAIN # segment of history 0123456789abcdef0123456789abcdef01234567 term 1, is the first, record 1, shard 0 of 1
                1:1 2026-01-31T12:00:00.001000Z CHAIN SET user:1 Ada
                1:2 2026-01-31T12:00:00.002000Z CHAIN 1/3 SET user:2 Grace PXAT 1800000000000
                1:2 2026-01-31T12:00:00.002000Z CHAIN 2/3 DEL user:1
                1:2 2026-01-31T12:00:00.002000Z CHAIN 3/3 DEL other
                1:3 2026-01-31T12:00:00.003000Z CHAIN SET "\\x00\\x01\\a\\b\\t\\n\\r \\"\\\\x\\x7f\\x80\\xff" "gr\\xc3\\xb6\\xc3\\x9fer"
                2:0 2026-01-31T12:00:00.004000Z CHAIN # segment of history 0123456789abcdef0123456789abcdef01234567 term 1, follows 1:3 CHAIN, record 5, shard 0 of 1
                2:1 2026-01-31T12:00:00.005000Z CHAIN FLUSHALL
                """,
                text().replaceAll("(?<= )[0-9a-f]{16}(?=[ ,])", "CHAIN"));
        assertEquals("", err.toString());
    }

    @Test
    void shouldPrintAnObjectPerRecord() {
        log = DumpLogs.users(dir);

        assertEquals(0, run(dir.toString(), "--format", "json"));

        assertEquals(
                """
                {"shard":0,"index":4294967296,"position":"1:0","time":"2026-01-31T12:00:00.000000Z","chain":"CHAIN","kind":"segment","segment":{"history":"0123456789abcdef0123456789abcdef01234567","term":1,"previous_history":null,"previous_index":null,"previous_chain":"CHAIN","dense":0,"shards":1}}
                {"shard":0,"index":4294967297,"position":"1:1","time":"2026-01-31T12:00:00.001000Z","chain":"CHAIN","kind":"effect","commands":[["SET","user:1","Ada"]]}
                {"shard":0,"index":4294967298,"position":"1:2","time":"2026-01-31T12:00:00.002000Z","chain":"CHAIN","kind":"effect","commands":[["SET","user:2","Grace","PXAT","1800000000000"],["DEL","user:1"],["DEL","other"]]}
                {"shard":0,"index":4294967299,"position":"1:3","time":"2026-01-31T12:00:00.003000Z","chain":"CHAIN","kind":"effect","commands":[["SET",{"base64":"AAEHCAkKDSAiXHh/gP8="},"größer"]]}
                {"shard":0,"index":8589934592,"position":"2:0","time":"2026-01-31T12:00:00.004000Z","chain":"CHAIN","kind":"segment","segment":{"history":"0123456789abcdef0123456789abcdef01234567","term":1,"previous_history":"0123456789abcdef0123456789abcdef01234567","previous_index":4294967299,"previous_chain":"CHAIN","dense":4,"shards":1}}
                {"shard":0,"index":8589934593,"position":"2:1","time":"2026-01-31T12:00:00.005000Z","chain":"CHAIN","kind":"effect","commands":[["FLUSHALL"]]}
                """,
                text().replaceAll("\"[0-9a-f]{16}\"", "\"CHAIN\""));
    }

    @Test
    void shouldPrintRequestsThatReadBackAsTheSameEffects() {
        log = DumpLogs.users(dir);

        assertEquals(0, run(dir.toString(), "--format", "resp"));

        List<List<byte[]>> requests = Requests.decode(out.toByteArray());
        assertEquals(6, requests.size());
        assertEquals("PXAT", new String(requests.get(1).get(3), StandardCharsets.UTF_8));
        assertArrayEquals(DumpLogs.BINARY, requests.get(4).get(1));
        assertEquals(1, requests.get(5).size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--from 1:2 --to 1:2                     | 1:2 1:2 1:2",
                "--from 4294967298 --to 2:0              | 1:2 1:2 1:2 1:3 2:0",
                "--from 1:99                             | 2:0 2:1",
                "--from 2026-01-31T12:00:00.003Z         | 1:3 2:0 2:1",
                "--to 2026-01-31T12:00:00.001500Z        | 1:0 1:1",
                "--limit 2                               | 1:0 1:1",
                "--limit 1 --key user:*                  | 1:1",
                "--limit 2 --key user:*                  | 1:1 1:2 1:2",
                "--key user:1                            | 1:1 1:2 2:1",
                "--key oth?r                             | 1:2 2:1",
                "--key nothing --to 1:9                  | ''",
                "--command set                           | 1:1 1:2 1:3",
                "--command FLUSHALL,DEL                  | 1:2 1:2 2:1",
                "--command del --key user:1              | 1:2",
                "--value Gr*                             | 1:2",
                "--value 18*                             | 1:2",
                "--history 0123                          | 1:0 1:1 1:2 1:2 1:2 1:3 2:0 2:1",
                "--history 1123                          | ''",
                "--last 1                                | 2:1",
                "--tail 3                                | 1:3 2:0 2:1",
                "--last 1 --key user:2                   | 2:1",
                "--last 2 --key user:2                   | 1:2 2:1",
                "--last 9                                | 1:0 1:1 1:2 1:2 1:2 1:3 2:0 2:1",
                "--last 1 --to 1:2                       | 1:2 1:2 1:2",
                "--last 1 --key nothing --command SET    | ''",
                "--newest-first                          | 2:1 2:0 1:3 1:2 1:2 1:2 1:1 1:0",
                "--newest-first --limit 2 --key user:1   | 2:1 1:2",
                "--newest-first --last 2 --to 1:3        | 1:3 1:2 1:2 1:2",
                "--newest-first --from 1:2 --to 2:0      | 2:0 1:3 1:2 1:2 1:2",
                "--since 59999ms                         | 1:1 1:2 1:2 1:2 1:3 2:0 2:1",
                "--since -59998ms                        | 1:2 1:2 1:2 1:3 2:0 2:1",
                "--since 2026-01-31T12:00:00.004         | 2:0 2:1",
                "--since 1m --until 59999ms              | 1:0 1:1",
                "--until 2026-01-31T12:00:00.001Z        | 1:0 1:1",
                "--from 1:1 --until -59998ms             | 1:1 1:2 1:2 1:2",
                "--from -59s --to 2:1                    | ''",
                "--from 2026-01-31T12:00 --to 1:1        | 1:0 1:1",
                "--from 2026-01-31 --to 1:0              | 1:0",
            })
    void shouldPrintOnlyWhatWasAskedFor(String options, String positions) {
        log = DumpLogs.users(dir);
        List<String> arguments = new ArrayList<>(List.of(dir.toString()));
        arguments.addAll(List.of(options.trim().split(" ")));

        assertEquals(0, run(arguments.toArray(new String[0])));

        List<String> found =
                text().lines().map(line -> line.substring(0, line.indexOf(' '))).toList();
        assertEquals(positions, String.join(" ", found));
    }

    @Test
    void shouldShowWhereRecordsAreAndTheirBytes() {
        log = DumpLogs.users(dir);
        assertEquals(0, run(dir.toString(), "--from", "1:1", "--to", "1:1", "--offsets", "--payload", "hex"));
        assertEquals(
                """
                1:1 @POSITION+LENGTH 2026-01-31T12:00:00.001000Z CHAIN # payload of 38 bytes
                  00000000  2a 33 0d 0a 24 33 0d 0a 53 45 54 0d 0a 24 36 0d  |*3..$3..SET..$6.|
                  00000010  0a 75 73 65 72 3a 31 0d 0a 24 33 0d 0a 41 64 61  |.user:1..$3..Ada|
                  00000020  0d 0a                                            |..|
                """
                        .replace("38", "34"),
                text().replaceAll("@[0-9]+[+][0-9]+", "@POSITION+LENGTH").replaceAll("Z [0-9a-f]{16}", "Z CHAIN"));
        long position = Long.parseLong(text().replaceAll("(?s).*@([0-9]+)[+].*", "$1"));

        assertEquals(0, run(dir.toString(), "--from", "1:1", "--to", "1:1", "--offsets", "--format", "json"));
        assertTrue(
                text().contains(",\"file\":\"" + log.segmentFile(1) + "\",\"byte\":" + position + ",\"bytes\":58,"),
                text());
        assertEquals(0, run(dir.toString(), "--from", "1:1", "--to", "1:1", "--payload", "hex", "--format", "json"));
        assertTrue(
                text().endsWith(
                                ",\"payload\":\"2a330d0a24330d0a5345540d0a24360d0a757365723a310d0a24330d0a4164610d0a\"}\n"),
                text());
    }

    @Test
    void shouldCutLongArguments() {
        log = DumpLogs.users(dir);
        assertEquals(0, run(dir.toString(), "--from", "1:2", "--to", "1:2", "--max-arg", "5"));
        assertEquals(
                "SET \"user:\"...(6 bytes) Grace PXAT \"18000\"...(13 bytes)",
                text().lines().findFirst().orElseThrow().replaceAll(".* 1/3 ", ""));
        assertEquals(0, run(dir.toString(), "--from", "1:2", "--to", "1:2", "--max-arg", "5", "--format", "json"));
        assertTrue(text().contains("[\"SET\",{\"cut\":\"user:\",\"bytes\":6},\"Grace\","), text());
    }

    @Test
    void shouldSayThatARangeIsEmpty() {
        log = DumpLogs.users(dir);
        assertEquals(0, run(dir.toString(), "--from", "2030-01-01"));
        assertEquals("", text());
        assertEquals(
                "tailrace dump: " + dir.resolve("queue") + " has no record at or after 2030-01-01T00:00:00.000000Z\n",
                err.toString());
        assertEquals(0, run(dir.toString(), "--from", "9:0", "--to", "9:9"));
        assertTrue(err.toString().endsWith(" has no record at or after 9:0 up to 9:9\n"), err.toString());
        for (String order : List.of("--newest-first", "--offsets", "--last=3")) {
            assertEquals(0, run(dir.toString(), "--key", "nothing", "--command", "SET", order));
            assertTrue(err.toString().endsWith(" has no record that matches\n"), order + err);
        }
    }

    @Test
    void shouldTakeASegmentsFile() throws Exception {
        log = DumpLogs.users(dir);
        log.closeLog();
        Path copy = dir.resolve("copy/" + log.segmentFile(2).getFileName());
        Files.createDirectories(copy.getParent());
        Files.copy(log.segmentFile(2), copy);
        for (Path file : List.of(log.segmentFile(2), copy)) {
            assertEquals(0, run(file.toString()), err.toString());
            assertEquals(2, text().lines().count(), text());
            assertEquals(0, run(file.toString(), "--last", "1", "--newest-first"), err.toString());
            assertTrue(text().startsWith("2:1 "), text());
            assertEquals(0, run(file.toString(), "--verify"), err.toString());
            assertTrue(text().startsWith(file + ": good: 2 records with 1 commands in 1 segments, 2:0 to 2:1"), text());
        }
        Path other = Files.copy(copy, dir.resolve("copy/backup.cq4"));
        assertEquals(1, run(other.toString()));
        assertEquals("tailrace dump: " + other + " is not a segment of a Tailrace backlog\n", err.toString());
    }

    @Test
    void shouldCountWhatThereIs() {
        log = DumpLogs.users(dir);
        assertEquals(0, run(dir.toString(), "--stats"));
        assertEquals(
                """
                records 6 in 2 segments, BYTES bytes; 1 of them with several commands
                times   2026-01-31T12:00:00.000000Z to 2026-01-31T12:00:00.005000Z
                DEL                   2 commands               17 bytes
                FLUSHALL              1 commands                8 bytes
                SET                   3 commands               68 bytes
                keys written most
                             2  user:1
                             1  \\x00\\x01\\x07\\x08\\x09\\x0a\\x0d\\x20"\\x5cx\\x7f\\x80\\xff
                             1  other
                             1  user:2
                records per second, each line a second
                  2026-01-31T12:00:00            6.0  ########################################
                """,
                text().replaceAll("segments, [0-9,]+ bytes", "segments, BYTES bytes"));
        assertEquals(0, run(dir.toString(), "--stats", "--key", "user:2", "--format", "json"));
        assertTrue(text().startsWith("{\"records\":2,\"segments\":0,\"bytes\":"), text());
        assertTrue(
                text().contains(
                                "\"commands\":{\"FLUSHALL\":{\"commands\":1,\"bytes\":8},\"SET\":{\"commands\":1,\"bytes\":31}}"),
                text());
        assertTrue(
                text().endsWith("\"rates\":[{\"time\":\"2026-01-31T12:00:00.000000Z\",\"per_second\":2.000}]}\n"),
                text());
    }

    @Test
    void shouldFindTheLogFromAnyDirectoryAboveIt() throws Exception {
        Path data = dir.resolve("data");
        log = LogFixture.createShard(data, 2, 1).openSegment().effect("SET b 1");
        try (LogFixture other = LogFixture.createShard(data, 2, 0)) {
            other.openSegment().effect("SET a 1");

            assertEquals(0, run(data.toString()));
            String both = text();
            assertEquals(0, run(data.toString(), "--shard", "1"));
            String one = text();
            for (String below : List.of("shard-1", "shard-1/gen-1", "shard-1/gen-1/queue")) {
                assertEquals(0, run(data.resolve(below).toString()));
                assertEquals(one, text());
            }
            List<String> lines = both.lines().toList();
            assertEquals(6, lines.size());
            assertEquals("# " + data.resolve("shard-0/gen-1/queue"), lines.get(0));
            assertTrue(lines.get(2).endsWith("SET a 1"), both);
            assertEquals("# " + data.resolve("shard-1/gen-1/queue"), lines.get(3));
            assertTrue(lines.get(5).endsWith("SET b 1"), both);

            assertEquals(1, run(data.toString(), "--format", "resp"));
            assertTrue(err.toString().contains("--format resp needs --shard"), err.toString());
            assertEquals(1, run(data.toString(), "--shard", "7"));
            assertEquals("tailrace dump: there is no shard 7 in " + data + ", it has [0, 1]\n", err.toString());
        }
    }

    @Test
    void shouldSayInOneLineWhatIsWrong() throws Exception {
        assertEquals(1, run(dir + "/none"));
        assertEquals("tailrace dump: there is no directory " + dir + "/none\n", err.toString());
        assertEquals(1, run(dir.toString()));
        assertTrue(err.toString().contains(" is not a Tailrace directory"), err.toString());
        assertEquals(2, run(dir.toString(), "--from", "1:x"));
        assertTrue(err.toString().contains("'1:x' is neither an index"), err.toString());
        assertEquals(1, err.toString().lines().count());
        assertEquals(2, run(dir.toString(), "--format", "xml"));
        assertEquals(2, run(dir.toString(), "--verify", "--key", "a"));
        assertEquals(2, run(dir.toString(), "--limit", "0"));
        for (String wrong : List.of(
                "--last 0",
                "--max-arg 0",
                "--command INCR",
                "--since yesterday",
                "--from 2026-13-01",
                "--from 1:0 --since 5m",
                "--until 12:00",
                "--to 1:0 --until 5m",
                "--since 5m --until 10m",
                "--from -59s --to 2026-01-31",
                "--from 2:0 --to 1:3",
                "--payload octal",
                "--verify --stats",
                "--verify --last 3",
                "--newest-first --follow",
                "--format resp --newest-first",
                "--format resp --payload hex",
                "--format resp --max-arg 3",
                "--format resp --stats",
                "--format resp --verify",
                "--snapshot x.tsnap")) {
            List<String> arguments = new ArrayList<>(List.of(dir.toString()));
            arguments.addAll(List.of(wrong.split(" ")));
            assertEquals(2, run(arguments.toArray(new String[0])), wrong);
            assertEquals(1, err.toString().lines().count(), err.toString());
        }
        assertEquals(2, run());
        assertEquals(1, err.toString().lines().count());
        Files.writeString(dir.resolve("other.cq4"), "");
        assertEquals(1, run(dir.toString()));
        assertEquals(
                "tailrace dump: " + dir.resolve("other.cq4") + " is not a segment of a Tailrace backlog\n",
                err.toString());
    }

    @Test
    void shouldSayWhatIsGoneBeforeTheBeginning() throws Exception {
        log = DumpLogs.users(dir);
        log.closeLog();
        Files.delete(log.segmentFile(1));

        assertEquals(0, run(dir.toString(), "--from", "1:1"));
        assertEquals(
                "tailrace dump: " + dir.resolve("queue") + " begins at 2:0; records 1:1 to 1:3 are gone\n",
                err.toString());
        assertEquals(2, text().lines().count());
        assertEquals(0, run(dir.toString(), "--from", "9:1"));
        assertTrue(err.toString().contains("has no record at or after 9:1"), err.toString());
    }

    @Test
    void shouldLeaveOutAHalfMadeNewestSegmentAndSaySo() throws Exception {
        log = DumpLogs.users(dir);
        log.closeLog();
        Files.write(log.segmentFile(3), new byte[8192]);

        assertEquals(0, run(dir.toString(), "--verify"));
        assertTrue(err.toString().contains(log.segmentFile(3) + " was left out"), err.toString());
        assertTrue(text().contains("good: 6 records"), text());
    }
}
