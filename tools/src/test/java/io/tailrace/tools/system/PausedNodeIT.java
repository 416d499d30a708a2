package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.tools.demo.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that hangs keeps its sockets open, so only silence tells. */
@Tag("long")
class PausedNodeIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path dir;

    /** kevy's replica never noticed. */
    @Test
    void shouldGiveUpASilentPrimaryAndGoOnWhenItIsBack() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--segment-size", "1mb")) {
            NodeProcess primary = cluster.node("primary");
            NodeProcess replica = cluster.replica("replica", primary);
            Cluster.start(primary, replica);
            try (MixedLoad load = new MixedLoad("writer", primary, 2, 2_000)) {
                load.awaitCount(500, LIMIT);
                primary.pause();
                Cluster.await("the silence to be noticed", replica, info -> !info.isUp());
                primary.resume();
                Cluster.awaitLink(replica);
                load.awaitCount(load.count() + 500, LIMIT);
                load.stop();
            }
            Cluster.awaitSame(primary, replica);
            assertEquals(0, Cluster.info(primary).fullSyncs());
            assertEquals(2, Cluster.info(replica).partialSyncs());
        }
    }
}
