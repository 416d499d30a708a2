package io.tailrace.tools.system;

import io.tailrace.tools.demo.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both nodes die at any moment: under load, while they rebuild, while a snapshot is written, while a segment is made,
 * together or one by one. Small segments, a small backlog and a snapshot every megabyte make all of it frequent; a
 * replica that was away too long then needs a full sync, and dies in it too.
 */
class RandomCrashIT {
    private static final int ROUNDS = Integer.getInteger("tailrace.test.rounds", 4);
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    private Path dir;

    @Test
    void shouldLoseNothingWhereverTheNodesDie() throws Exception {
        crashAtRandom("1");
    }

    @Test
    void shouldLoseNothingWhereverNodesOfTwoShardsDie() throws Exception {
        crashAtRandom("2");
    }

    private void crashAtRandom(String shards) throws Exception {
        long seed = Long.getLong("tailrace.test.seed", System.nanoTime());
        System.out.println("crashes: -Dtailrace.test.seed=" + seed);
        Random random = new Random(seed);
        try (Cluster cluster = new Cluster(
                dir,
                "--shards",
                shards,
                "--segment-size",
                "1mb",
                "--backlog-size",
                "4mb",
                "--snapshot-log-bytes",
                "1mb",
                "--reconnect-window",
                "1")) {
            NodeProcess primary = cluster.node("primary");
            NodeProcess replica = cluster.replica("replica", primary);
            Cluster.start(primary, replica);
            try (MixedLoad load = new MixedLoad("writer", primary, 4, 8_000)) {
                for (int i = 0; i < ROUNDS; i++) {
                    load.awaitCount(load.count() + random.nextInt(4_000), LIMIT);
                    int crash = random.nextInt(4);
                    if (crash != 0) {
                        crash(replica, random);
                    }
                    if (crash != 1) {
                        crash(primary, random);
                    }
                    start(replica);
                    start(primary);
                    load.awaitCount(load.count() + 100, LIMIT);
                }
                load.stop();
                Cluster.awaitLink(replica);
                Cluster.awaitSame(primary, replica);
                Cluster.verifyLogs(primary, replica);
                load.requireAllAcknowledged(replica);
            }
        }
    }

    /** Kills, and perhaps once more at a moment of the start. */
    private static void crash(NodeProcess node, Random random) throws IOException {
        node.kill();
        if (random.nextBoolean()) {
            node.start();
            node.killAfter(Duration.ofMillis(random.nextInt(4_000)));
        }
    }

    private static void start(NodeProcess node) throws IOException {
        if (!node.isAlive()) {
            node.start();
        }
        node.awaitReady(LIMIT);
    }
}
