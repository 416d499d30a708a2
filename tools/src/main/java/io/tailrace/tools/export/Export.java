package io.tailrace.tools.export;

import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.node.repair.RestorePlan;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.tools.Progress;
import io.tailrace.tools.dump.ByteOutput;
import io.tailrace.tools.dump.DumpException;
import io.tailrace.tools.dump.RespFormat;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Writes a node's data at a point as Redis requests, shard after shard. One thread. */
public final class Export {
    private final Path directory;
    private final RestorePoint point;
    private final Consumer<String> notices;
    private final Progress progress;

    /** @param notices takes a line about each shard */
    public Export(Path directory, RestorePoint point, Consumer<String> notices, Progress progress) {
        this.progress = progress;
        this.directory = directory;
        this.point = point;
        this.notices = progress.clearedBefore(notices);
    }

    /** Writes all of it; of the shards that no snapshot is named for, the best of their own is taken. */
    public void run(List<Path> snapshots, OutputStream out) throws IOException, DumpException {
        List<Integer> shards = shards();
        Map<Integer, Path> files = new TreeMap<>();
        for (Path file : snapshots) {
            files.put(RestorePlan.shardOf(file), file);
        }
        if (!shards.containsAll(files.keySet())) {
            throw new DumpException(directory + " has shards " + shards + ", the snapshots are of " + files.keySet());
        }
        ByteOutput buffered = new ByteOutput(out);
        RespFormat resp = new RespFormat(buffered);
        try {
            for (int shard : shards) {
                ShardDirectory from = ShardDirectory.current(ShardDirectory.root(directory, shard));
                try (ShardExport export = new ShardExport(
                        from,
                        files.get(shard),
                        point,
                        (database, arguments) -> resp.command(arguments, database),
                        progress)) {
                    long last = export.run();
                    notices.accept("shard " + shard + ": " + export.commands() + " commands, as of record "
                            + QueueIndex.toString(last));
                }
            }
        } finally {
            buffered.flush();
        }
    }

    private List<Integer> shards() throws IOException, DumpException {
        if (!Files.isDirectory(directory)) {
            throw new DumpException("there is no directory " + directory);
        }
        List<Integer> shards = OfflineDirectory.shards(directory);
        if (shards.isEmpty()) {
            throw new DumpException(directory + " is not the data directory of a node: there is no shard-N in it");
        }
        return shards;
    }
}
