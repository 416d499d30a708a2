package io.tailrace.tools.export;

import io.tailrace.node.backup.RdbBackup;
import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.node.repair.RestoreCut;
import io.tailrace.node.repair.RestorePlan;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.repair.RestoreSource;
import io.tailrace.tools.dump.DumpException;
import io.tailrace.tools.dump.RespFormat;
import io.tailrace.tools.output.ByteOutput;
import io.tailrace.tools.output.Progress;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Writes a node's data at a point as Redis requests or as an RDB file, shard after shard. One thread. */
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

    /** Writes what one shard held at a point. */
    private interface ShardWriter {
        /** Returns what was written, in words. */
        String write(RestoreSource source, RestorePoint until) throws IOException, DumpException;
    }

    /** Writes all of it as commands; of the shards that no snapshot is named for, the best of their own is taken. */
    public void run(List<Path> snapshots, OutputStream out) throws IOException, DumpException {
        ByteOutput buffered = new ByteOutput(out);
        RespFormat resp = new RespFormat(buffered);
        try {
            each(snapshots, (source, until) -> {
                try (ShardExport export = new ShardExport(
                        source.directory(),
                        source.base(),
                        until,
                        (database, arguments) -> resp.command(arguments, database),
                        progress)) {
                    long last = export.run();
                    return export.commands() + " commands, as of record " + QueueIndex.toString(last);
                }
            });
        } finally {
            buffered.flush();
        }
    }

    /**
     * Writes all of it as one RDB file.
     *
     * @param version of this program, for a note in the file
     */
    public void runRdb(List<Path> snapshots, String version, OutputStream out) throws IOException, DumpException {
        new RdbBackup(directory, point, progress::step).write(files(shards(), snapshots), version, out, notices);
    }

    private void each(List<Path> snapshots, ShardWriter writer) throws IOException, DumpException {
        List<Integer> shards = shards();
        Map<Integer, Path> files = files(shards, snapshots);
        List<RestoreSource> sources = RestoreSource.of(directory, shards, files, point);
        // of several shards one is read after the other: all of them as they are whole together
        RestoreCut cut = RestoreCut.of(sources);
        for (int i = 0; i < shards.size(); i++) {
            String written = writer.write(sources.get(i), cut.point(i));
            notices.accept("shard " + shards.get(i) + ": " + written + cut.remark(i));
        }
    }

    private Map<Integer, Path> files(List<Integer> shards, List<Path> snapshots) throws IOException, DumpException {
        Map<Integer, Path> files = new TreeMap<>();
        for (Path file : snapshots) {
            files.put(RestorePlan.shardOf(file), file);
        }
        if (!shards.containsAll(files.keySet())) {
            throw new DumpException(directory + " has shards " + shards + ", the snapshots are of " + files.keySet());
        }
        return files;
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
