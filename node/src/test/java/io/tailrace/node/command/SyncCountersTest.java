package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.services.ReplicationServices.GrantedSyncs;
import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** INFO's counters of syncs on a node of two shards. */
class SyncCountersTest {
    /** As in Redis: what a node was given by its own primary counts there only. */
    @Test
    void shouldCountWhatANodeGaveItsReplicas(@TempDir Path directory) throws IOException, RebuildException {
        try (SessionBench bench = new SessionBench(directory, 2)) {
            bench.replication.get(0).fullSyncs = 3;
            bench.replication.get(0).partialSyncs = 4;
            bench.replication.get(0).grantedSyncs = new GrantedSyncs(1, 2, 0);
            bench.replication.get(1).grantedSyncs = new GrantedSyncs(1, 1, 5);

            String stats = bench.client().reply("INFO", "stats").body();
            assertTrue(stats.contains("\r\nsync_full:1\r\nsync_partial_ok:2\r\nsync_partial_err:5\r\n"), stats);
            String replication = bench.client().reply("INFO", "replication").body();
            assertTrue(replication.contains("\r\nfull_syncs:3\r\npartial_syncs:4\r\n"), replication);
        }
    }
}
