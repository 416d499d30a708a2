package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replica dies under load, again and again, and always continues where it was. The primary does so in {@link KillsIT}. */
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
@Tag("long")
class CrashLoopIT {
    private static final int KILLS = Integer.getInteger("tailrace.test.kills", 4);
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
}
