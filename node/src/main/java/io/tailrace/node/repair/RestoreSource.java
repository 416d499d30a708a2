package io.tailrace.node.repair;

import io.tailrace.node.shard.ShardDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A shard that is to be restored: its files, or a copy of them, and the snapshot to begin with. Used by one thread. */
public final class RestoreSource {
    private final int shard;
    private final ShardDirectory from;
    private final Path named;
    private final RestorePoint wanted;
    private final Path copies;
    private ShardDirectory directory;
    private Path base;
    private int copied;

    private RestoreSource(int shard, ShardDirectory from, Path named, RestorePoint wanted, Path copies)
            throws IOException {
        this.shard = shard;
        this.from = from;
        this.named = named;
        this.wanted = wanted;
        this.copies = copies;
        begin(named == null ? RestorePlan.baseOf(from, wanted) : named);
    }

    /** @param named the snapshot to begin with, or null for the newest from which the point is reached */
    public static RestoreSource of(int shard, ShardDirectory from, Path named, RestorePoint wanted) throws IOException {
        return new RestoreSource(shard, from, named, wanted, null);
    }

    /**
     * Those of shards of a node.
     *
     * @param named snapshots by shard; of a shard that is not among them the best of its own is taken
     */
    public static List<RestoreSource> of(Path node, List<Integer> shards, Map<Integer, Path> named, RestorePoint wanted)
            throws IOException {
        List<RestoreSource> sources = new ArrayList<>();
        for (int shard : shards) {
            ShardDirectory from = ShardDirectory.current(ShardDirectory.root(node, shard));
            sources.add(of(shard, from, named.get(shard), wanted));
        }
        return sources;
    }

    /** The same of a copy of what is needed, made in a data directory: a node may run on the shard itself. */
    public static RestoreSource copied(int shard, ShardDirectory from, Path named, RestorePoint wanted, Path copies)
            throws IOException {
        return new RestoreSource(shard, from, named, wanted, copies);
    }

    private void begin(Path snapshot) throws IOException {
        if (copies == null) {
            directory = from;
            base = snapshot;
            return;
        }
        directory = ShardCopy.of(from, snapshot, copies.resolve("copy-" + copied++), shard);
        base = snapshot == null ? null : directory.snapshots().resolve(snapshot.getFileName());
    }

    /** The point is before the snapshot's end now: begins with an older one. */
    void goBack(long cut) throws IOException {
        if (named != null) {
            throw new IOException("that is before the end of " + named + ": name an older one with --snapshot");
        }
        begin(RestorePlan.baseOf(from, RestorePoint.index(cut)));
    }

    public ShardDirectory directory() {
        return directory;
    }

    /** The snapshot to begin with, or null for the log alone. */
    public Path base() {
        return base;
    }

    RestorePoint wanted() {
        return wanted;
    }
}
