package io.tailrace.tools.info;

import io.tailrace.node.directory.NodeIdentity;
import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.repair.TornTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is in a data directory, read from outside.
 *
 * @param nodeId null where it is not known
 * @param primary whom the node follows, empty for none, null where that is not known
 * @param pid of the process that runs there, {@link RunningNode#NONE} or {@link RunningNode#HIDDEN}; null for not known
 * @param lastStop how the last run ended, or null while one is under way
 * @param refusal why a node would not start here, or null
 * @param torn what a start will cut of transactions over several shards that are not in all logs
 */
public record DirectoryInfo(
        Path directory,
        String nodeId,
        String primary,
        Long pid,
        LastStop lastStop,
        String refusal,
        List<ShardFacts> shards,
        List<TornTail> torn) {

    /** Looks at a directory. Throws IOException when it is none of a node. */
    public static DirectoryInfo of(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("there is no directory " + directory);
        }
        List<Integer> ids = OfflineDirectory.shards(directory);
        if (ids.isEmpty()) {
            throw new IOException(directory + " is not the data directory of a node: there is no shard-N in it");
        }
        String nodeId = null;
        String primary = null;
        String refusal;
        try {
            NodeIdentity identity = NodeIdentity.of(directory);
            refusal = identity.refusal();
            nodeId = identity.nodeId();
            if (refusal == null) {
                primary = identity.primary() == null ? "" : identity.primary().toString();
            }
        } catch (IOException e) {
            refusal = FileFailure.of(e);
        }
        List<ShardFacts> shards = new ArrayList<>();
        for (int id : ids) {
            shards.add(ShardFacts.of(directory, id));
        }
        Long pid = RunningNode.pid(directory);
        return new DirectoryInfo(
                directory, nodeId, primary, pid, LastStop.of(directory, pid), refusal, shards, torn(shards));
    }

    private static List<TornTail> torn(List<ShardFacts> shards) throws IOException {
        List<Path> queues = new ArrayList<>();
        for (ShardFacts shard : shards) {
            if (shard.shard() != queues.size()
                    || shard.generation() == null
                    || shard.segments().isEmpty()) {
                return List.of();
            }
            queues.add(shard.generation().queue());
        }
        return TornTail.of(queues);
    }

    /** Whether nothing was found that is not good. */
    public boolean isGood() {
        return refusal == null
                && shards.stream().allMatch(shard -> shard.problem() == null)
                && shards.stream().flatMap(shard -> shard.snapshots().stream()).allMatch(file -> file.isValid());
    }
}
