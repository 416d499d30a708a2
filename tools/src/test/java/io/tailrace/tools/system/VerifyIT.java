package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.snapshot.EntrySink;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.snapshot.SnapshotTrailer;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.tools.CommandRun;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tailrace verify} beside a load, with large values, with a replica of which one byte was changed, and with another history. */
class VerifyIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path dir;

    private static CommandRun verify(NodeProcess one, NodeProcess other, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("verify", one.address(), other.address()));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(new String[0]));
    }

    @Test
    void shouldFindNodesTheSameUnderLoadAndOneFlippedBit() throws Exception {
        try (Cluster cluster = new Cluster(dir)) {
            NodeProcess primary = cluster.node("primary");
            NodeProcess replica = cluster.replica("replica", primary);
            Cluster.start(primary, replica);
            fill(primary);
            try (MixedLoad load = new MixedLoad("writer", primary, 4, 2_000)) {
                load.awaitCount(1_000, LIMIT);
                CommandRun run = verify(primary, replica);
                assertEquals(0, run.code(), run.text());
                assertTrue(run.text().contains("good: "), run.text());
                assertTrue(run.text().contains("shard 0: the logs are the same up to "), run.text());
                load.stop();
            }
            assertEquals("0", Cluster.info(replica).fullSyncs() + "");
            try (RespClient client = primary.connect()) {
                // so that a snapshot can be written again by simple means
                client.call("DEL", "list", "stream", "set");
                client.call("SET", "victim", "a value that will not stay");
            }
            Cluster.awaitSame(primary, replica);
            assertEquals(0, replica.terminate());
            flip(replica, "victim");
            Cluster.start(replica);
            Cluster.awaitLink(replica);
            assertEquals(0, Cluster.info(replica).fullSyncs());
            try (MixedLoad load = new MixedLoad("second", primary, 2, 1_000)) {
                load.awaitCount(500, LIMIT);
                CommandRun run = verify(primary, replica);
                load.stop();
                assertEquals(1, run.code(), run.text());
                assertTrue(run.text().contains("key victim differs: "), run.text());
                assertTrue(run.text().contains(" 1 differ"), run.text());
                CommandRun json = verify(primary, replica, "--format", "json");
                assertEquals(1, json.code(), json.text());
                assertTrue(json.text().startsWith("{\"same\":false,"), json.text());
                assertTrue(json.text().contains("\"key\":\"victim\""), json.text());
            }
        }
    }

    @Test
    void shouldNameTheFirstRecordThatDiffersAndANodeThatStandsStill() throws Exception {
        try (Cluster cluster = new Cluster(dir)) {
            NodeProcess one = cluster.node("one");
            NodeProcess other = cluster.replica("other", one);
            Cluster.start(one, other);
            try (RespClient client = one.connect();
                    RespClient replica = other.connect()) {
                for (int i = 0; i < 100; i++) {
                    client.call("SET", "k" + i, "v");
                }
                Cluster.awaitSame(one, other);
                replica.call("REPLICAOF", "NO", "ONE");
                client.call("SET", "left", "1");
                for (int i = 0; i < 10; i++) {
                    replica.call("SET", "k" + i, "w");
                }
                CommandRun run = verify(one, other);
                assertEquals(1, run.code(), run.text());
                assertTrue(run.text().contains("NOT the same"), run.text());
                // the promotion opens a segment, where the other one went on in its own
                assertTrue(run.text().contains("shard 0: the logs differ from 1:"), run.text());
                assertTrue(run.text().contains(other.address() + " has no such record"), run.text());
            }
            CommandRun none = CommandRun.of("verify", one.address(), "127.0.0.1:1", "--timeout", "1");
            assertEquals(1, none.code());
            assertTrue(none.text().contains("can't ask 127.0.0.1:1"), none.text());
            assertEquals(2, CommandRun.of("verify", one.address()).code());
            assertEquals(2, CommandRun.of("verify", one.address(), "nothing").code());
        }
    }

    /** A list and a stream that are large, and a long string. */
    private static void fill(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            client.call("SET", "long", "x".repeat(3 << 20));
            for (int i = 0; i < 200; i++) {
                List<Object> push = new ArrayList<>(List.of("RPUSH", "list"));
                List<Object> add = new ArrayList<>(List.of("SADD", "set"));
                for (int j = 0; j < 50; j++) {
                    push.add("element " + i + " " + j);
                    add.add("member " + i + " " + j);
                }
                client.call(push.toArray());
                client.call(add.toArray());
                client.call("XADD", "stream", i + 1 + "-1", "name", "value");
            }
        }
    }

    /** Changes one bit of a value in the snapshot that a stopped node starts with; the file itself is good. */
    private static void flip(NodeProcess node, String key) throws IOException {
        Path snapshots = node.data().resolve("shard-0");
        Path newest;
        try (Stream<Path> files = Files.walk(snapshots)) {
            newest = files.filter(file -> file.toString().endsWith(".tsnap"))
                    .max((a, b) -> a.getFileName().compareTo(b.getFileName()))
                    .orElseThrow();
        }
        SnapshotHeader header = SnapshotReader.readHeader(newest);
        Path elsewhere = Files.createDirectory(node.directory().resolve("flipped"));
        int[] flipped = {0};
        try (SnapshotWriter writer = new SnapshotWriter(elsewhere, header)) {
            SnapshotTrailer trailer = SnapshotReader.read(
                    newest,
                    new EntrySink() {
                        @Override
                        public void entry(EntryImage entry) {
                            String name = new String(
                                    Memory.toBytes(entry.keyAddress(), entry.keyLength()), StandardCharsets.ISO_8859_1);
                            try (NativeBuffer value = new NativeBuffer(Math.max(1, entry.valueLength()))) {
                                Memory.copy(entry.valueAddress(), value.address(), entry.valueLength());
                                if (name.equals(key)) {
                                    Memory.putByte(value.address(), (byte) (Memory.getByte(value.address()) ^ 4));
                                    flipped[0]++;
                                }
                                writer.entry(
                                        new EntryImage().wrap(entry.header(), entry.keyAddress(), value.address()));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        }

                        @Override
                        public void beginCollection(EntryImage head) {
                            throw new IllegalStateException("a large collection");
                        }

                        @Override
                        public String elements(int section, long address, int length) {
                            return "not expected";
                        }

                        @Override
                        public String endCollection(long elements) {
                            return "not expected";
                        }
                    },
                    1 << 30);
            writer.finish(trailer.endIndex(), trailer.endChain(), trailer.endRecordCount());
        }
        assertEquals(1, flipped[0]);
        Files.move(elsewhere.resolve(newest.getFileName()), newest, StandardCopyOption.REPLACE_EXISTING);
    }
}
