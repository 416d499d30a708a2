package io.tailrace.node.backup;

import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.node.rdb.RdbFileWriter;
import io.tailrace.node.repair.RestoreCut;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.repair.RestoreSource;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Writes a node's data, of all shards as they are whole together, as one RDB file. Reads only; the node may run. One thread. */
public final class RdbBackup {
    private final Path directory;
    private final RestorePoint point;
    private final Consumer<Supplier<String>> progress;

    /** @param progress hears now and then how far it is */
    public RdbBackup(Path directory, RestorePoint point, Consumer<Supplier<String>> progress) {
        this.directory = directory;
        this.point = point;
        this.progress = progress;
    }

    /**
     * Writes it.
     *
     * @param snapshots by shard; of a shard that is not among them the best of its own is taken
     * @param version of this program, for a note in the file
     * @param notices takes a line about each shard
     */
    public void write(Map<Integer, Path> snapshots, String version, OutputStream out, Consumer<String> notices)
            throws IOException {
        List<Integer> shards = OfflineDirectory.shards(directory);
        List<RestoreSource> sources = RestoreSource.of(directory, shards, snapshots, point);
        RestoreCut cut = RestoreCut.of(sources);
        try (RdbFileWriter file = new RdbFileWriter(out)) {
            file.begin();
            file.note("redis-bits", "64");
            file.note("tailrace-ver", version);
            for (int i = 0; i < shards.size(); i++) {
                ShardDirectory from = sources.get(i).directory();
                try (RdbExport export = new RdbExport(
                        from,
                        sources.get(i).base(),
                        cut.point(i),
                        keys -> progress.accept(() -> from + ": " + keys + " keys"))) {
                    long last = export.run(file);
                    notices.accept("shard " + shards.get(i) + ": " + export.keys() + " keys, as of record "
                            + QueueIndex.toString(last)
                            + cut.remark(i));
                }
            }
            file.end();
        }
    }
}
