package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long the log is kept for a replica that is away, and what gives way when the disk has no room for it. */
class BacklogPolicyIT {
    private static final int VALUE_BYTES = 10_000;
    private static final int BATCH = 20;
    private static final int MB = 1 << 20;
    private static final int LIMIT_MB = 14;
    private static final int DISK_MB = 64;
    private static final String[] SMALL = {
        "--segment-size", "1mb", "--max-value-size", "256kb", "--snapshot-log-bytes", "2mb", "--batch-size", "0"
    };

    @TempDir
    private Path dir;

    private long written;

    @Test
    void shouldKeepTheLogAsLongAsItIsToldTo() throws Exception {
        try (Cluster cluster = new Cluster(dir, SMALL)) {
            NodeProcess primary = cluster.node("primary", "--backlog-size", "2mb");
            NodeProcess replica = cluster.replica("replica", primary, "--backlog-size", "2mb");
            Cluster.start(primary, replica);
            assertNull(write(primary, MB));
            Cluster.awaitSame(primary, replica);

            replica.kill();
            keepThePlaceOverARestart(primary);
            refuseWritesUntilTheReplicaIsBack(primary, replica);
            replica.kill();
            dropThePlace(primary, replica);
            Cluster.verifyLogs(primary, replica);
        }
    }

    private void keepThePlaceOverARestart(NodeProcess primary) throws Exception {
        assertNull(write(primary, 4 * MB));
        String place = awayPlace(primary);
        assertTrue(place.matches(".*,held_s=\\d+,time_to_full_sync_s=\\d+"), place);
        primary.kill();
        Cluster.start(primary);
        saveNow(primary);
        assertNull(write(primary, 2 * MB));
        String fields = String.valueOf(Cluster.info(primary).fields());
        assertTrue(
                Cluster.info(primary).number("repl_backlog_histlen") > 600,
                () -> "all that the replica needs, past the budget: " + fields);
    }

    private void refuseWritesUntilTheReplicaIsBack(NodeProcess primary, NodeProcess replica) throws Exception {
        setLimit(primary, "refuse-writes");
        String refusal = write(primary, 2 * LIMIT_MB * MB);
        assertTrue(
                String.valueOf(refusal)
                        .matches(
                                "MISCONF .* backlog-disk-limit is \\d+; replica [0-9a-f]+, which is away, needs it from"
                                        + " \\d+:\\d+ \\(on-disk-pressure refuse-writes\\)"),
                refusal);
        // a closed segment has its zeroes until the disk thread has given them back
        Await.until("the log to be within its limit", Cluster.LIMIT, () -> isWithinLimit(primary));
        try (RespClient client = primary.connect()) {
            assertEquals(VALUE_BYTES, client.number("STRLEN", "key:0"), "reads go on");
            assertEquals("err", client.info("persistence").get("aof_last_write_status"));
        }
        Cluster.start(replica);
        Await.until("writes to be taken again", Cluster.LIMIT, () -> write(primary, VALUE_BYTES) == null);
        Cluster.awaitSame(primary, replica);
        assertEquals(0, Cluster.info(replica).fullSyncs());
        assertEquals(0, Cluster.info(primary).number("backlog_slots_dropped"));
    }

    private static boolean isWithinLimit(NodeProcess primary) throws IOException {
        try {
            return logBytes(primary) <= LIMIT_MB * MB;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void dropThePlace(NodeProcess primary, NodeProcess replica) throws Exception {
        setLimit(primary, "drop-slots");
        for (int i = 0; i < 5; i++) {
            assertNull(write(primary, 2 * MB), "nothing is refused");
            saveNow(primary);
        }
        assertEquals(1, Cluster.info(primary).number("backlog_slots_dropped"));
        NodeGroup.awaitPrinted(primary, "the log is no longer retained for replica ");
        assertTrue(logBytes(primary) <= LIMIT_MB * MB, logBytes(primary) + " bytes on the disk");
        Cluster.start(replica);
        Cluster.awaitSame(primary, replica);
        assertEquals(1, Cluster.info(replica).fullSyncs());
    }

    @Test
    void shouldStandAFullDisk() throws Exception {
        Path disk = Files.createDirectory(dir.resolve("disk"));
        assumeTrue(mountSmall(disk), "no small disk can be made here: mount needs root");
        try (Cluster cluster = new Cluster(dir, SMALL)) {
            NodeProcess node = cluster.node("node", "--backlog-size", "16mb").dataDirectory(disk.resolve("data"));
            Cluster.start(node);
            set(node, "on-disk-pressure", "refuse-writes");
            assertNull(write(node, 8 * MB));
            Path ballast = disk.resolve("ballast");
            fill(ballast);
            String refusal = write(node, DISK_MB * MB);
            assertTrue(String.valueOf(refusal).matches("MISCONF .*No space left on device.*"), refusal);
            Files.delete(ballast);
            Await.until("writes to be taken again", Cluster.LIMIT, () -> write(node, VALUE_BYTES) == null);
            assertNull(write(node, 8 * MB));

            saveNow(node);
            set(node, "on-disk-pressure", "drop-slots");
            fill(ballast);
            Await.until("the log to give way", Cluster.LIMIT, () -> write(node, 3 * MB) == null);
            String digest = Cluster.digest(node).toString();
            node.kill();
            fill(disk.resolve("more ballast"));
            assertEquals(0, Files.getFileStore(disk).getUsableSpace());
            startOnAFullDisk(node, digest);
            fill(disk.resolve("all that the start has freed"));
            takeWritesAgain(node, digest, disk.resolve("more ballast"));
            Cluster.start(node);
            assertEquals(digest, Cluster.digest(node).toString());
            node.kill();
            Files.delete(ballast);
            Cluster.verifyLogs(node);
        } finally {
            assertEquals(0, run("umount", disk.toString()));
        }
    }

    @Test
    void shouldStayAReplicaWhereTheDiskHasNoRoomForAHistory() throws Exception {
        Path disk = Files.createDirectory(dir.resolve("disk"));
        assumeTrue(mountSmall(disk), "no small disk can be made here: mount needs root");
        try (Cluster cluster = new Cluster(dir, SMALL)) {
            NodeProcess primary = cluster.node("primary", "--backlog-size", "64mb");
            NodeProcess replica = cluster.replica("replica", primary, "--backlog-size", "64mb")
                    .dataDirectory(disk.resolve("data"));
            Cluster.start(primary, replica);
            assertNull(write(primary, MB));
            Cluster.awaitSame(primary, replica);
            Path ballast = disk.resolve("ballast");
            fill(ballast);
            assertNull(write(primary, 8 * MB));
            Cluster.await("the full disk to be told", replica, info -> String.valueOf(
                            info.fields().get("sync_refused_reason"))
                    .contains("the log can't grow"));
            primary.kill();
            String digest = Cluster.digest(replica).toString();
            String refusal = promoted(replica);
            assertTrue(
                    refusal.startsWith("MISCONF this node can't be promoted: shard 0: the log can't grow: "), refusal);
            assertTrue(!Cluster.info(replica).isPrimary());
            assertEquals(digest, Cluster.digest(replica).toString());
            Files.delete(ballast);
            Await.until("the promotion", Cluster.LIMIT, () -> promoted(replica).equals("OK"));
            assertNull(write(replica, MB));
        } finally {
            assertEquals(0, run("umount", disk.toString()));
        }
    }

    private static String promoted(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            return client.text("REPLICAOF", "NO", "ONE");
        } catch (ErrorReplyException e) {
            return e.getMessage();
        }
    }

    /** A file system that takes a page when it is first written, as most do; where loop devices are missing, one in memory. */
    private boolean mountSmall(Path disk) throws IOException, InterruptedException {
        String image = dir.resolve("image").toString();
        return run("truncate", "-s", DISK_MB + "m", image) == 0
                        && run("sh", "-c", "PATH=$PATH:/sbin:/usr/sbin; mkfs.ext4 -q -F -m 0 " + image) == 0
                        && run("mount", "-o", "loop", image, disk.toString()) == 0
                || run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MB + "m", "tailrace", disk.toString()) == 0;
    }

    /** It serves reads and says what it lacks. */
    private void startOnAFullDisk(NodeProcess node, String digest) throws Exception {
        Cluster.start(node);
        assertEquals(digest, Cluster.digest(node).toString());
        // until all is used that the start has freed: segments that were prepared, and log that nobody needs
        set(node, "on-disk-pressure", "refuse-writes");
        String refusal = write(node, DISK_MB * MB);
        assertTrue(
                String.valueOf(refusal)
                        .matches(
                                "MISCONF .*the log can't grow: No space left on device: \\d+ bytes are needed, \\d+ are left on .*"),
                refusal);
        assertEquals(digest, Cluster.digest(node).toString(), "the same keys, the same values");
        node.kill();
    }

    private void takeWritesAgain(NodeProcess node, String digest, Path inTheWay) throws Exception {
        Cluster.start(node);
        assertEquals(digest, Cluster.digest(node).toString(), "the second start on a full disk");
        Files.delete(inTheWay);
        Await.until("writes to be taken again", Cluster.LIMIT, () -> write(node, VALUE_BYTES) == null);
        assertEquals(digest, Cluster.digest(node).toString(), "the same keys, the same values");
        node.kill();
    }

    private static void setLimit(NodeProcess node, String policy) throws IOException {
        set(node, "backlog-disk-limit", LIMIT_MB + "mb");
        set(node, "on-disk-pressure", policy);
    }

    private static void set(NodeProcess node, String setting, String value) throws IOException {
        try (RespClient client = node.connect()) {
            assertEquals("OK", client.text("CONFIG", "SET", setting, value));
        }
    }

    /** So that the log before it is not needed to rebuild the store. */
    private static void saveNow(NodeProcess node) {
        Await.until("a snapshot of now", Cluster.LIMIT, () -> {
            try (RespClient client = node.connect()) {
                client.call("BGSAVE");
                return true;
            } catch (ErrorReplyException e) {
                return false;
            }
        });
        Await.until("its end", Cluster.LIMIT, () -> {
            try (RespClient client = node.connect()) {
                return "0".equals(client.info("persistence").get("rdb_bgsave_in_progress"));
            }
        });
    }

    private static String awayPlace(NodeProcess primary) throws IOException {
        return Cluster.info(primary).fields().values().stream()
                .filter(value -> value.contains(",state=away,"))
                .findFirst()
                .orElseThrow();
    }

    /** Sets keys, the same ones again and again, in all to this many bytes; the error that ended it, or null. */
    private String write(NodeProcess node, int bytes) throws IOException {
        byte[] value = "v".repeat(VALUE_BYTES).getBytes(StandardCharsets.US_ASCII);
        try (RespClient client = node.connect()) {
            for (int sent = 0; sent < bytes; sent += BATCH * VALUE_BYTES) {
                for (int i = 0; i < BATCH; i++) {
                    client.send("SET", "key:" + written++ % 100, value);
                }
                client.flush();
                for (int i = 0; i < BATCH; i++) {
                    if (client.read() instanceof ErrorReplyException error) {
                        return error.getMessage();
                    }
                }
            }
            return null;
        }
    }

    /** What the log takes of the disk. */
    private static long logBytes(NodeProcess node) throws IOException, InterruptedException {
        Path queue = node.data().resolve("shard-0");
        Process du = new ProcessBuilder("sh", "-c", "du -c --block-size=1 " + queue + "/gen-*/queue | tail -1").start();
        String total = new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertEquals(0, du.waitFor());
        return Long.parseLong(total.split("\\s")[0]);
    }

    /** To the last byte: what the file system has for it, and what it gets back when it writes its journal. */
    private static void fill(Path ballast) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64 << 10);
        try (FileChannel out = FileChannel.open(ballast, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int written = 1; written > 0; ) {
                written = 0;
                for (int size = bytes.capacity(); size > 0; size /= 2) {
                    written += fill(out, bytes.clear().limit(size));
                }
                out.force(true);
            }
        }
    }

    private static int fill(FileChannel out, ByteBuffer bytes) {
        int written = 0;
        try {
            while (true) {
                written += out.write(bytes.rewind());
            }
        } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e.toString());
        }
        return written;
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
