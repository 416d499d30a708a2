package io.tailrace.tools.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.repair.RestorePoint;
import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.export.Export;
import io.tailrace.tools.output.Progress;
import io.tailrace.tools.restore.Restoration;
import io.tailrace.tools.restore.RestoreWish;
import io.tailrace.tools.system.TransferLoad;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node of three shards whose clients move money between accounts on any of them, with snapshots all the while: what a power loss leaves,
 * what is exported and what is restored from under it has the sum that there was.
 */
@Timeout(600)
@Tag("long")
class SpreadPowerLossIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int LOSSES = Integer.getInteger("tailrace.test.powerlosses", 2);
    private static final int SHARDS = 3;
    private static final String[] FLAGS = {
        "--shards", "3", "--segment-size", "1mb", "--max-value-size", "64kb", "--snapshot-interval", "0"
    };

    @TempDir
    private Path dir;

    private final long seed = Long.getLong("tailrace.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private NodeGroup group;
    private NodeProcess node;

    @BeforeEach
    void place() throws Exception {
        group = new NodeGroup(dir);
        node = place("node");
    }

    private NodeProcess place(String name) throws IOException {
        return group.add(name, FLAGS).javaOptions("-XX:TieredStopAtLevel=1 -Xms64m");
    }

    @AfterEach
    void stop() {
        group.close();
    }

    @Test
    void shouldKeepTransactionsWholeInWhatIsLeftExportedAndRestored() throws Exception {
        node.startAndAwait("--fsync", "always");
        try (RespClient client = node.connect()) {
            TransferLoad.open(client);
            client.call("CONFIG", "SET", "fsync", "no");
        }
        try (TransferLoad load = new TransferLoad(node).writers(3)) {
            save();
            transfers(load, 200);
            Path earlier = copy("earlier");
            transfers(load, 200);
            save();
            transfers(load, 200);
            export(node.data());
            Path restored = dir.resolve("restored");
            new Restoration(
                            node.data(),
                            restored,
                            RestoreWish.ofAll(RestorePoint.logEnd()),
                            () -> "89abcdef0123456789abcdef0123456789abcdef",
                            new PrintWriter(new StringWriter()),
                            Progress.none())
                    .run(Map.of(), null);
            export(restored);
            Path later = copy("later");
            load.stop();
            long[] durable = new long[SHARDS];
            for (int shard = 0; shard < SHARDS; shard++) {
                durable[shard] = PowerLoss.forced(later, shard);
            }
            for (int i = 0; i < LOSSES; i++) {
                Path left = dir.resolve("left-" + i);
                new PowerLoss(earlier, later, random, durable).leave(left);
                startOn(left, "survivor-" + i);
            }
        }
    }

    private void transfers(TransferLoad load, int more) {
        long until = load.transfers() + more;
        Await.until(until + " transfers", LIMIT, () -> load.transfers() >= until);
    }

    /** A snapshot of each shard, which lets the log before it go. */
    private void save() throws IOException {
        try (RespClient client = node.connect()) {
            client.call("BGSAVE");
            Await.until("the snapshots", LIMIT, () -> client.info("persistence")
                    .get("rdb_bgsave_in_progress")
                    .equals("0"));
            assertEquals("ok", client.info("persistence").get("rdb_last_bgsave_status"));
        }
    }

    private Path copy(String name) throws IOException {
        Path copy = dir.resolve(name);
        node.pause();
        try {
            PowerLoss.copy(node.data(), copy);
        } finally {
            node.resume();
        }
        return copy;
    }

    private void export(Path data) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StringWriter said = new StringWriter();
        new Export(data, RestorePoint.logEnd(), said::write, Progress.none()).run(List.of(), out);
        Map<String, Long> values = new HashMap<>();
        String[] words = out.toString(StandardCharsets.UTF_8).split("\r\n");
        for (int i = 0; i + 4 < words.length; i++) {
            if (words[i].equals("SET")) {
                values.put(words[i + 2], Long.parseLong(words[i + 4]));
            }
        }
        long sum = 0;
        for (int i = 0; i < TransferLoad.ACCOUNTS; i++) {
            sum += values.get("account" + i);
        }
        assertEquals((long) TransferLoad.ACCOUNTS * TransferLoad.START, sum, () -> "of " + data + ": " + said);
        for (int i = 0; i < TransferLoad.PAIRS; i++) {
            assertEquals(values.get("left" + i), values.get("right" + i), () -> "of " + data + ": " + said);
        }
    }

    private void startOn(Path left, String name) throws IOException {
        try (NodeProcess survivor = place(name).dataDirectory(left)) {
            survivor.startAndAwait();
            assertTrue(survivor.isAlive());
            TransferLoad.check(survivor);
            try (RespClient client = survivor.connect()) {
                client.call("MSET", "goes", "on", "and", "on", "for", "ever");
            }
        } catch (AssertionError | IOException e) {
            throw new AssertionError("seed " + seed + "; see " + left, e);
        }
    }
}
