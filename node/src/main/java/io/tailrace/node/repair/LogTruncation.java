package io.tailrace.node.repair;

import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.backlog.LogPrefix;
import io.tailrace.node.backlog.LogTail;
import io.tailrace.node.platform.DamagedFileException;
import io.tailrace.node.rewind.LostWrites;
import io.tailrace.node.shard.Generation;
import io.tailrace.node.shard.History;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Cuts a shard's log after its last good record, as a new generation that takes the old one's place atomically; what is cut
 * is put aside first, in a directory of the shard. A crash leaves the old generation or the new one. Used by one thread, while
 * no node runs on the directory.
 *
 * <pre>
 *  shard-0/cut-2.17/19700101-000002S.cq4   the segments with anything after 2:16, as they were
 *  shard-0/cut-2.17/readable.resp          the writes in them that can be read, for redis-cli --pipe
 *  shard-0/cut-2.17/snapshot-*.tsnap       snapshots that hold any of it, or that are damaged
 * </pre>
 */
public final class LogTruncation {
    private static final String READABLE = "readable.resp";

    private final ShardDirectory from;
    private final LogCheck check;

    /** @param check of the whole log, or of as much as shall stay */
    public LogTruncation(ShardDirectory from, LogCheck check) {
        this.from = from;
        this.check = check;
    }

    /** Where the cut part will be, or is when a cut that ended early has put it there. */
    public Path aside() throws IOException {
        return asideDirectory().path();
    }

    private AsideDirectory asideDirectory() {
        String name = "cut-" + QueueIndex.toString(check.nextIndex()).replace(':', '.');
        return new AsideDirectory(from, name, check.cutFiles());
    }

    /**
     * Does it; durable when the call returns.
     *
     * @return the new generation, which is current
     */
    public ShardDirectory run() throws IOException {
        if (check.hasRest()) {
            asideDirectory().make(this::keepRest);
        }
        return runWithoutRest();
    }

    /** The same, but what is cut holds no record and is not kept. */
    public ShardDirectory runWithoutRest() throws IOException {
        Generation next = Generation.begin(from);
        writeInto(next.directory());
        next.commit();
        next.deleteReplaced();
        return next.directory();
    }

    /** Writes what stays into another node's shard, as files of its own; this one is left as it is. */
    void writeCopyInto(ShardDirectory other) throws IOException {
        writeInto(other);
    }

    private void writeInto(ShardDirectory next) throws IOException {
        LogPrefix.write(check, next.queue());
        for (SnapshotFile file : snapshots(true)) {
            linkOrCopy(file.path(), next.snapshots());
        }
        force(next.snapshots());
        History history = readHistory().until(check.lastIndex());
        check.forEachOpening((opening, index) -> history.observe(opening, index, 0));
        next.writeHistory(history.text());
    }

    /** A start finds out what is missing from a list that is damaged. */
    private History readHistory() throws IOException {
        try {
            return from.readHistory();
        } catch (DamagedFileException e) {
            return History.parse("");
        }
    }

    private void keepRest(Path aside) throws IOException {
        try (LostWrites readable = new LostWrites(aside)) {
            LogTail rest = LogTail.of(check, readable::record);
            if (rest.commands() > 0) {
                readable.finish(READABLE);
            }
        }
        for (SnapshotFile file : snapshots(false)) {
            linkOrCopy(file.path(), aside);
        }
    }

    /** Those that the log that stays can be used with, or the others. */
    private List<SnapshotFile> snapshots(boolean stay) throws IOException {
        return new SnapshotFiles(from.snapshots())
                .newestFirst().stream()
                        .filter(file ->
                                stay == (file.isValid() && file.trailer().endIndex() <= check.lastIndex()))
                        .toList();
    }

    static void linkOrCopy(Path file, Path directory) throws IOException {
        Path target = directory.resolve(file.getFileName());
        try {
            Files.createLink(target, file);
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.copy(file, target);
            try (FileChannel copy = FileChannel.open(target, StandardOpenOption.WRITE)) {
                copy.force(true);
            }
        }
    }

    static void forceFile(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
