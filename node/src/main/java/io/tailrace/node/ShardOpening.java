package io.tailrace.node;

import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.platform.NodeStartException;
import io.tailrace.node.repair.ClosedStart;
import io.tailrace.node.repair.ShardStart;
import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the data of a node's shards. Each log is checked by itself, all at once; then all logs are closed together, so that no
 * transaction over several shards is in some of them only; then each shard is loaded, all at once.
 */
final class ShardOpening {
    private ShardOpening() {}

    /**
     * Returns when all are loaded; they were started before.
     *
     * @param isReplica whether what is missing may come from a primary
     */
    static void open(List<ShardThread> shards, boolean isReplica) throws NodeStartException, IOException {
        List<ShardStart> starts = new ArrayList<>();
        for (ShardThread shard : shards) {
            starts.add(shard.awaitChecked());
        }
        try {
            ClosedStart.of(starts, isReplica);
        } catch (RebuildException | RuntimeException e) {
            throw new NodeStartException(FileFailure.of(e), e);
        }
        shards.forEach(ShardThread::load);
        for (ShardThread shard : shards) {
            shard.awaitLoaded();
        }
    }
}
