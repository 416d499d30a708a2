package io.tailrace.tools.durability;

import static io.tailrace.tools.NodeGroup.assertSame;
import static io.tailrace.tools.NodeGroup.digest;
import static io.tailrace.tools.NodeGroup.fill;
import static io.tailrace.tools.NodeGroup.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.AwaitException;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose disk can't read or write some of its files: what it serves meanwhile, what it says, and that it continues. */
@Tag("long")
class DiskErrorsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SNAPSHOTS = ".tsnap";
    private static final int VALUE_BYTES = 10_000;
    private static final int CUT_BYTES = 64 << 10;
    private static final String[] SMALL = {"--segment-size", "1mb", "--max-value-size", "256kb"};

    @TempDir
    private Path dir;

    private NodeGroup group;
    private NodeProcess primary;
    private FaultyMachine machine;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(FaultyMachine.hasCompiler(), "no C compiler (Debian: gcc, libc6-dev)");
        group = new NodeGroup(dir);
        primary = group.add("primary", SMALL);
        machine = FaultyMachine.under(primary, FaultyMachine.compile(dir));
        NodeGroup.start(primary);
    }

    @AfterEach
    void stop() {
        if (group != null) {
            group.close();
        }
    }

    @Test
    void shouldGoOnWithAFullSyncWhenItsSnapshotCanBeReadAgain() throws Exception {
        forgetTheBegin();
        machine.failReads(SNAPSHOTS, 1_000_000);
        NodeProcess replica = group.addReplica("replica", primary, SMALL);
        NodeGroup.start(replica);
        awaitPrinted("detached: the snapshot failed: snapshot \\S+ can't be read at byte \\d+: Input/output error");
        requireServing();
        assertEquals("down", NodeGroup.replication(replica).get("master_link_status"));
        machine.healDisk();
        assertSame(primary, replica);
    }

    /** A log so short that whoever comes now needs a snapshot. */
    private void forgetTheBegin() throws IOException {
        fill(primary, "key", 400, VALUE_BYTES);
        save();
        set("backlog-size", "2mb");
        fill(primary, "key", 400, VALUE_BYTES);
        save();
        assertTrue(!NodeGroup.replication(primary).get("shard0").contains("first_index=1:"), "the log keeps its begin");
    }

    @Test
    void shouldKeepNoPartOfASnapshotThatCannotBeWritten() throws Exception {
        fill(primary, "key", 300, VALUE_BYTES);
        machine.failWrites(SNAPSHOTS, 1_000_000);
        beginSave();
        awaitSaved("err");
        awaitPrinted("shard=0 msg=\"snapshot failed: \\S+\\.part can't be written at byte \\d{7}: Input/output error");
        assertEquals(List.of(), snapshots());
        requireServing();
        machine.healDisk();
        save();
        assertEquals(1, snapshots().size());
    }

    @Test
    void shouldStartFromWhatCanBeReadOrNotAtAll() throws Exception {
        fill(primary, "old", 300, VALUE_BYTES);
        save();
        fill(primary, "new", 300, VALUE_BYTES);
        save();
        String newest = snapshots().get(1).getFileName().toString();
        KeyspaceDigest digest = digest(primary);
        restartUnreadable(newest);
        awaitPrinted("snapshot \\S+" + newest + " can't be used: .*Input/output error");
        assertEquals(digest, digest(primary), "from the one before, and the log");
        machine.healDisk();
        forgetTheBegin();
        digest = digest(primary);

        primary.kill();
        machine.failReads(SNAPSHOTS, 0);
        primary.start();
        assertEquals(1, primary.awaitExit(LIMIT));
        awaitPrinted("tailrace node: shard 0 can't be rebuilt: .*no usable snapshot.*\\.tsnap: .*Input/output error");
        machine.healDisk();
        NodeGroup.start(primary);
        assertEquals(digest, digest(primary));
    }

    private void restartUnreadable(String file) throws IOException {
        primary.kill();
        machine.failReads(file, 0);
        NodeGroup.start(primary);
    }

    /** Pages of a mapped file that are not there are what pages are that the disk can't give. */
    @Test
    void shouldEndOnlyTheSessionThatNeedsALogWhichCannotBeRead() throws Exception {
        NodeProcess replica = group.addReplica("replica", primary, SMALL);
        NodeGroup.start(replica);
        fill(primary, "before", 10, VALUE_BYTES);
        assertSame(primary, replica);
        replica.pause();
        fill(primary, "key", 2_000, VALUE_BYTES);
        cutClosedSegments();
        replica.resume();
        // a slow machine may have cut the replica as stalled by now: then it is its next handshake that needs the log
        awaitPrinted(
                "(level=error shard=0 replica=\\S+ address=\\S+ msg=\"can't read the log:|detached: refused: LOADING) \\S+\\.cq4 can't be"
                        + " read at record \\d+:\\d+: ");
        requireServing();
        assertSame(primary, replica);
        assertEquals(1, number(primary, "full_syncs"));

        replica.kill();
        fill(primary, "key", 600, VALUE_BYTES);
        cutClosedSegments();
        replica.start();
        awaitPrinted("detached: refused: LOADING \\S+\\.cq4 can't be read at record \\d+:\\d+: ");
        requireServing();
        replica.awaitReady(LIMIT);
        assertSame(primary, replica);
        assertEquals(2, number(primary, "full_syncs"));
    }

    private void cutClosedSegments() throws IOException {
        List<Path> segments = files("queue", ".cq4");
        for (Path segment : segments.subList(0, segments.size() - 1)) {
            try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                file.truncate(CUT_BYTES);
            }
        }
    }

    private void requireServing() throws IOException {
        try (RespClient client = primary.connect()) {
            assertEquals("OK", client.text("SET", "served", "1"));
            assertEquals("1", client.text("GET", "served"));
            assertEquals("ok", client.info("persistence").get("aof_last_write_status"));
        }
    }

    private void set(String setting, String value) throws IOException {
        try (RespClient client = primary.connect()) {
            assertEquals("OK", client.text("CONFIG", "SET", setting, value));
        }
    }

    private void save() throws IOException {
        beginSave();
        awaitSaved("ok");
    }

    /** After one that failed the node begins none for a while. */
    private void beginSave() throws IOException {
        try (RespClient client = primary.connect()) {
            Await.until("a snapshot to begin", LIMIT, () -> {
                try {
                    return client.text("BGSAVE") != null;
                } catch (ErrorReplyException e) {
                    return false;
                }
            });
        }
    }

    private void awaitSaved(String status) throws IOException {
        try (RespClient client = primary.connect()) {
            Await.until("a snapshot's end", LIMIT, () -> client.info("persistence")
                    .get("rdb_bgsave_in_progress")
                    .equals("0"));
            assertEquals(status, client.info("persistence").get("rdb_last_bgsave_status"));
        }
    }

    private void awaitPrinted(String pattern) throws IOException {
        Pattern wanted = Pattern.compile(pattern);
        try {
            Await.until(
                    "'" + pattern + "'", LIMIT, () -> primary.printed().lines().anyMatch(line -> wanted.matcher(line)
                            .find()));
        } catch (AwaitException e) {
            throw new AssertionError(e.getMessage() + "; it printed:\n" + primary.printed(), e);
        }
    }

    private List<Path> snapshots() throws IOException {
        return files("snapshots", "");
    }

    /** By name, so the oldest first. */
    private List<Path> files(String directory, String suffix) throws IOException {
        try (Stream<Path> all =
                Files.list(primary.data().resolve("shard-0/gen-1").resolve(directory))) {
            return all.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }
}
