package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** What tests of full syncs do with nodes: fill them until the log's begin is gone, slow a sync down, see how far it is. */
final class SyncedNodes {
    /** A log so short that whoever was not there from the start needs a full sync. */
    static final String[] SHORT_LOG = {
        "--segment-size",
        "1mb",
        "--backlog-size",
        "2mb",
        "--max-value-size",
        "256kb",
        "--snapshot-log-bytes",
        "4mb",
        "--batch-size",
        "0"
    };

    private static final Duration LIMIT = Duration.ofSeconds(300);
    private static final int BATCH = 500;

    private SyncedNodes() {}

    /** Sets {@code prefix0} to {@code prefix(count-1)}, each value to its number and dots. */
    static void fill(NodeProcess node, String prefix, int count, int valueLength) throws IOException {
        String dots = ".".repeat(valueLength);
        try (RespClient client = node.connect()) {
            for (int from = 0; from < count; from += BATCH) {
                int to = Math.min(count, from + BATCH);
                for (int i = from; i < to; i++) {
                    client.send("SET", prefix + i, i + dots);
                }
                client.flush();
                for (int i = from; i < to; i++) {
                    assertEquals("OK", client.read());
                }
            }
        }
    }

    /** Takes the start of the log away: a snapshot, and so much log after it that the old part is not kept. */
    static void forgetTheBegin(NodeProcess node) throws IOException {
        for (int round = 0; firstIndex(node) < 2L << 32; round++) {
            assertTrue(round < 100, "the log keeps its begin");
            fill(node, "churn:", 2_000, 1_000);
            snapshot(node);
        }
    }

    private static long firstIndex(NodeProcess node) throws IOException {
        return Long.parseLong(Cluster.info(node).shardField(0, "first_index"));
    }

    /** Has the node write a snapshot and waits for it. */
    static void snapshot(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            AtomicLong before = new AtomicLong();
            // one that the node begins by itself is refused as an IOException is, and so is waited for
            Await.until("a snapshot to begin", LIMIT, () -> {
                before.set(saves(client));
                return client.text("BGSAVE") != null;
            });
            Await.until("a snapshot", LIMIT, () -> !isSaving(client) && saves(client) > before.get());
        }
    }

    private static boolean isSaving(RespClient client) throws IOException {
        return client.info("persistence").get("rdb_bgsave_in_progress").equals("1");
    }

    /** Snapshots that the node has written since its start. */
    static long saves(RespClient client) throws IOException {
        return Long.parseLong(client.info("persistence").get("rdb_saves"));
    }

    /** Changes how many bytes a second the node sends in full syncs. */
    static void rate(NodeProcess primary, String rate) throws IOException {
        try (RespClient client = primary.connect()) {
            assertEquals("OK", client.text("CONFIG", "SET", "snapshot-rate", rate));
        }
    }

    /** Waits until a full sync of the replica has come so far. */
    static void awaitPercent(NodeProcess replica, int percent) {
        Cluster.await(
                percent + " % of the full sync",
                replica,
                info -> Double.parseDouble(info.fields().getOrDefault("master_sync_perc", "0")) >= percent);
    }

    /** The files of transfers that the replica has not taken over. */
    static List<Path> incoming(NodeProcess replica) throws IOException {
        Path directory = replica.data().resolve("shard-0/incoming");
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
