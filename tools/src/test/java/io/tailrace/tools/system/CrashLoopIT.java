package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Either side dies under load, again and again, and always goes on where it was. */
class CrashLoopIT {
    private static final int KILLS = Integer.getInteger("tailrace.test.kills", 10);
    private static final int PER_SECOND = 4_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path dir;

    @Test
    void shouldResumeAtItsOwnIndexAfterEachCrashOfTheReplica() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--segment-size", "1mb", "--backlog-size", "64mb")) {
            NodeProcess primary = cluster.node("primary");
            NodeProcess replica = cluster.replica("replica", primary);
            Cluster.start(primary, replica);
            try (MixedLoad load = new MixedLoad("writer", primary, 4, PER_SECOND)) {
                for (int i = 1; i <= KILLS; i++) {
                    load.awaitCount(load.count() + 500, LIMIT);
                    long before = Cluster.info(replica).index(0);
                    replica.kill();
                    load.awaitCount(load.count() + 500, LIMIT);
                    Cluster.start(replica);

                    ReplicationInfo info = Cluster.info(replica);
                    assertTrue(info.index(0) >= before, "went back from " + before + " to " + info.positions());
                    assertEquals(0, info.fullSyncs());
                    assertEquals(1, info.partialSyncs());
                }
                load.stop();
                Cluster.awaitSame(primary, replica);
                Cluster.verifyLogs(primary, replica);
                load.requireAllAcknowledged(replica);
            }
            assertEquals(0, Cluster.info(primary).fullSyncs());
            assertEquals(KILLS + 1, Cluster.info(primary).partialSyncs());
        }
    }

    @Test
    void shouldKeepEveryAcknowledgedWriteOverEachCrashOfThePrimary() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--segment-size", "1mb", "--backlog-size", "64mb")) {
            NodeProcess primary = cluster.node("primary");
            NodeProcess one = cluster.replica("one", primary);
            NodeProcess other = cluster.replica("other", primary);
            Cluster.start(primary, one, other);
            try (MixedLoad load = new MixedLoad("writer", primary, 4, PER_SECOND)) {
                for (int i = 1; i <= KILLS; i++) {
                    load.awaitCount(load.count() + 1_000, LIMIT);
                    primary.kill();
                    Cluster.start(primary);
                    Cluster.awaitLink(one);
                    Cluster.awaitLink(other);
                    load.awaitCrashes(i, LIMIT);
                }
                load.stop();
                Cluster.awaitSame(primary, one, other);
                Cluster.verifyLogs(primary, one, other);
                load.requireAllAcknowledged(primary);
                load.requireAllAcknowledged(one);
            }
            assertEquals(0, Cluster.info(primary).fullSyncs());
            assertEquals(0, Cluster.info(one).fullSyncs());
            assertEquals(0, Cluster.info(other).fullSyncs());
            assertEquals(KILLS + 1, Cluster.info(one).partialSyncs());
        }
    }
}
