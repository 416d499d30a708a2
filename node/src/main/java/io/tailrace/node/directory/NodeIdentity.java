package io.tailrace.node.directory;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The identity of a stopped node according to its data directory, and setting it again where files are missing. Used by one
 * thread, which has locked the directory.
 */
public final class NodeIdentity {
    private final Path directory;
    private final DirectoryCheck check;

    private NodeIdentity(Path directory, DirectoryCheck check) {
        this.directory = directory;
        this.check = check;
    }

    /** Looks at a directory; a node may run there. */
    public static NodeIdentity of(Path directory) throws IOException {
        return new NodeIdentity(directory, DirectoryCheck.of(directory));
    }

    /** Why a node does not start on the directory, and what can be done, or null when it does. */
    public String refusal() {
        return check.problem() == null ? null : check.refusal();
    }

    /** Why {@link #assign} can't make it good, or null: data of a shard is lost, or there is data of another. */
    public String obstacle() {
        if (!check.isAboutRole()) {
            return check.refusal();
        }
        List<Integer> all = IntStream.range(0, shards()).boxed().toList();
        boolean isComplete = check.shards().equals(all)
                && check.owners().values().stream().allMatch(owner -> owner.shards() == shards());
        return isComplete
                ? null
                : directory + " holds shards " + check.shards()
                        + ", which are not all of one node's; bring the rest back from a"
                        + " copy, or move it away and sync from another node";
    }

    /** What the node is called: as it was where its files agree, else null. */
    public String nodeId() {
        if (check.problem() == null && check.file() != null) {
            return check.file().nodeId();
        }
        List<String> ids = check.owners().values().stream()
                .map(ShardOwner::nodeId)
                .distinct()
                .toList();
        return ids.size() == 1 ? ids.get(0) : null;
    }

    /** How many shards the data is of. */
    public int shards() {
        return check.shards().size();
    }

    /** Whom the node follows, null for none; only where nothing is wrong. */
    public HostPort primary() {
        return check.file().primary();
    }

    /**
     * Says what the node is, in node.properties and in each shard; durable when the call returns.
     *
     * @param primary whom it follows, or null when it is a primary
     * @param history that it begins as a primary, when it starts
     * @param newNodeId for a node whose files don't agree on one
     */
    public void assign(HostPort primary, String history, Supplier<String> newNodeId) throws IOException {
        String known = nodeId();
        NodeFile file = NodeFile.create(directory, known == null ? newNodeId.get() : known, shards());
        file.set(
                NodeFile.FLAG,
                check.problem() == null && check.file() != null ? check.file().get(NodeFile.FLAG) : "");
        file.set(NodeFile.PRIMARY, primary == null ? "" : primary.toString());
        if (primary == null) {
            file.set(NodeFile.PROMOTION, history);
        }
        file.setHasShards();
        file.changedAfter(lastChange());
        file.write();
        for (int shard : check.shards()) {
            new ShardOwner(file.nodeId(), shard, file.shards(), file.change()).write(directory);
        }
    }

    /** No node starts on the directory until {@link #restored}: its shards are changed one by one. Durable when the call returns. */
    public void restoring() throws IOException {
        AtomicFile.write(DirectoryCheck.restoring(directory), "");
    }

    /** All shards are restored. */
    public void restored() throws IOException {
        Files.deleteIfExists(DirectoryCheck.restoring(directory));
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private long lastChange() {
        long last = check.file() == null ? 0 : check.file().change();
        for (ShardOwner owner : check.owners().values()) {
            last = Math.max(last, owner.change());
        }
        return last;
    }
}
