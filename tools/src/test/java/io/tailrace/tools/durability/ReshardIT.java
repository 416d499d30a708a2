package io.tailrace.tools.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.CommandRun;
import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.Requests;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data of one node on another with more or fewer shards, while the first one runs; by a restore and by commands. */
@Tag("long")
class ReshardIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int KEYS = 3_000;

    @TempDir
    private Path dir;

    private NodeGroup group;
    private NodeProcess two;
    private final Random random = new Random(Long.getLong("tailrace.test.seed", 20_260_131));

    @BeforeEach
    void start() throws Exception {
        group = new NodeGroup(dir);
        two = group.add("two", "--shards", "2", "--segment-size", "1mb", "--backlog-size", "64mb");
        two.startAndAwait();
    }

    @AfterEach
    void stop() {
        group.close();
    }

    /** What a snapshot must not take twice: it is written while appends, deletions and a FLUSHALL continue. */
    private void write(int rounds, boolean withFlush) throws IOException {
        try (RespClient client = two.connect()) {
            for (int round = 0; round < rounds; round++) {
                if (withFlush && round == rounds / 2) {
                    client.call("FLUSHALL");
                }
                if (round % (rounds / 4) == 1) {
                    beginSnapshot(client);
                }
                for (int i = 0; i < 500; i++) {
                    send(client);
                }
                client.flush();
                for (int i = 0; i < 500; i++) {
                    client.read();
                }
            }
        }
    }

    private void send(RespClient client) throws IOException {
        String key = "key:" + random.nextInt(KEYS);
        switch (random.nextInt(8)) {
            case 0 -> client.send("DEL", key);
            case 1 -> client.send("APPEND", key, "+" + random.nextInt(100));
            case 2 -> client.send("SETRANGE", key, random.nextInt(40), "range");
            case 3 -> client.send("SET", key, "soon", "PX", 3_600_000 + random.nextInt(1_000));
            case 4 -> client.send("PERSIST", key);
            case 5 -> client.send("INCR", "counter:" + random.nextInt(50));
            case 6 -> client.send("SET", key, "v".repeat(random.nextInt(random.nextInt(50) == 0 ? 40_000 : 200)));
            default -> client.send("MSET", key + "{a}", "1", key + "{a}b", "2");
        }
    }

    private static void beginSnapshot(RespClient client) throws IOException {
        try {
            client.call("BGSAVE");
        } catch (ErrorReplyException e) {
            assertTrue(e.getMessage().contains("in progress"), e.getMessage());
        }
    }

    @Test
    void shouldDivideTheDataAmongAnotherNumberOfShards() throws Exception {
        write(24, false);
        String wanted = NodeGroup.digest(two).toString();
        for (int shards : new int[] {3, 1}) {
            Path into = dir.resolve("into-" + shards);
            CommandRun done = CommandRun.of(
                    "restore", two.data().toString(), "--shards", Integer.toString(shards), "--into", into.toString());
            assertEquals(0, done.code(), done.text());
            NodeProcess wrong = group.add("wrong-" + shards, "--shards", "2").dataDirectory(into);
            wrong.start();
            assertEquals(1, wrong.awaitExit(LIMIT));
            assertTrue(wrong.printed().contains("was made with shards " + shards), wrong.printed());
            assertTrue(
                    wrong.printed().contains("'tailrace restore " + into + " --shards 2 --into NEWDIR'"),
                    wrong.printed());

            NodeProcess made = group.add("made-" + shards, "--shards", Integer.toString(shards))
                    .dataDirectory(into);
            made.startAndAwait();
            assertEquals(wanted, NodeGroup.digest(made).toString());
            NodeProcess replica = group.addReplica("replica-" + shards, made, "--shards", Integer.toString(shards));
            replica.startAndAwait();
            NodeGroup.fill(made, "later", 300, 20);
            NodeGroup.assertSame(made, replica);
            assertTrue(NodeGroup.number(replica, "full_syncs") > 0, "its log does not begin with the first record");
            made.kill();
            made.startAndAwait();
            NodeGroup.assertSame(made, replica);
            made.kill();
            replica.kill();
        }
        assertEquals(wanted, NodeGroup.digest(two).toString(), "the old one is as it was");
    }

    @Test
    void shouldExportWhatANodeHasAsCommands() throws Exception {
        write(24, true);
        String wanted = NodeGroup.digest(two).toString();
        CommandRun export = CommandRun.of("export", two.data().toString());
        assertEquals(0, export.code(), export.err());
        assertTrue(export.err().contains("tailrace export: shard 1: "), export.err());
        NodeProcess three = group.add("three", "--shards", "3");
        three.startAndAwait();
        replay(export.out(), three);
        assertEquals(wanted, NodeGroup.digest(three).toString());
    }

    /** From a snapshot that was put away, to a time between two writes. */
    @Test
    void shouldExportAndRestoreAsOfATimeWhileTheNodeRuns() throws Exception {
        write(8, false);
        String wanted = NodeGroup.digest(two).toString();
        String now = time();
        Await.until("time to pass", LIMIT, () -> !time().equals(now));
        write(8, true);
        CommandRun export = CommandRun.of("export", two.data().toString(), "--to-time", iso(now));
        assertEquals(0, export.code(), export.err());
        NodeProcess one = group.add("one");
        one.startAndAwait();
        replay(export.out(), one);
        assertEquals(wanted, NodeGroup.digest(one).toString());

        Path into = dir.resolve("into");
        CommandRun done =
                CommandRun.of("restore", two.data().toString(), "--to-time", iso(now), "--into", into.toString());
        assertEquals(0, done.code(), done.text());
        NodeProcess restored = group.add("restored", "--shards", "2").dataDirectory(into);
        restored.startAndAwait();
        assertEquals(wanted, NodeGroup.digest(restored).toString());
    }

    /** A backup of another user, on a disk that can only be read. */
    @Test
    void shouldTakeABackupThatCanOnlyBeRead() throws Exception {
        write(8, false);
        String wanted = NodeGroup.digest(two).toString();
        two.kill();
        try {
            permit(two.data(), false);
            Path into = dir.resolve("into");
            for (List<String> command : List.of(
                    List.of("restore", two.data().toString(), "--into", into.toString()),
                    List.of("export", two.data().toString()),
                    List.of("snapshots", two.data().toString()),
                    List.of("dump", two.data().toString(), "--verify"),
                    List.of("history", two.data().toString()))) {
                CommandRun run = CommandRun.withoutRights(command.toArray(String[]::new));
                assertEquals(0, run.code(), () -> command + ": " + run.text());
            }
            NodeProcess restored = group.add("restored", "--shards", "2").dataDirectory(into);
            restored.startAndAwait();
            assertEquals(wanted, NodeGroup.digest(restored).toString());
        } finally {
            permit(two.data(), true);
        }
    }

    private static void permit(Path tree, boolean isWritable) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Set<PosixFilePermission> rights = EnumSet.of(PosixFilePermission.OWNER_READ);
                if (Files.isDirectory(path)) {
                    rights.add(PosixFilePermission.OWNER_EXECUTE);
                }
                if (isWritable) {
                    rights.add(PosixFilePermission.OWNER_WRITE);
                }
                Files.setPosixFilePermissions(path, rights);
            }
        }
    }

    private static void replay(byte[] commands, NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            List<List<byte[]>> requests = Requests.decode(commands);
            for (int from = 0; from < requests.size(); from += 500) {
                List<List<byte[]>> batch = requests.subList(from, Math.min(requests.size(), from + 500));
                for (List<byte[]> request : batch) {
                    client.send(request.toArray());
                }
                client.flush();
                for (List<byte[]> request : batch) {
                    Object reply = client.read();
                    assertTrue(!(reply instanceof ErrorReplyException), () -> request.size() + ": " + reply);
                }
            }
        }
    }

    private String time() throws IOException {
        try (RespClient client = two.connect()) {
            List<?> time = (List<?>) client.call("TIME");
            return new String((byte[]) time.get(0), java.nio.charset.StandardCharsets.US_ASCII) + "."
                    + "%06d"
                            .formatted(Long.parseLong(
                                    new String((byte[]) time.get(1), java.nio.charset.StandardCharsets.US_ASCII)));
        }
    }

    private static String iso(String seconds) {
        long micros = new java.math.BigDecimal(seconds).movePointRight(6).longValueExact();
        return java.time.Instant.EPOCH
                .plus(micros, java.time.temporal.ChronoUnit.MICROS)
                .toString();
    }
}
