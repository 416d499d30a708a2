package io.tailrace.node.repair;

import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.snapshot.EntrySink;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.snapshot.SnapshotTrailer;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * A shard as it was at one record: a snapshot that ends at or before it and the log from the snapshot's start to it, or the whole log
 * to it. Looking changes nothing. Used by one thread, while nothing writes the log.
 *
 * <pre>
 *  log        | r | r | r | r | r | r | r | r | r | r |
 *  snapshot           A ------- B
 *  possible                     ^-------------------^
 * </pre>
 */
public final class RestorePlan {
    private static final int ANY_LENGTH = 1 << 30;

    private final ShardDirectory from;
    private final Path file;
    private final SnapshotHeader header;
    private final SnapshotTrailer trailer;
    private final LogCheck whole;
    private final LogCheck upTo;
    private final Path aside;

    private RestorePlan(ShardDirectory from, Path file, RestorePoint point) throws IOException {
        this.from = from;
        this.file = file;
        header = file == null ? null : SnapshotReader.readHeader(file);
        trailer = file == null ? null : SnapshotReader.read(file, EntrySink.NOTHING, ANY_LENGTH);
        whole = LogCheck.of(from.queue(), firstNeeded());
        upTo = LogCheck.of(from.queue(), firstNeeded(), limit(point));
        aside = upTo.hasRest() ? new LogTruncation(from, upTo).aside() : null;
    }

    private LogCheck.Limit limit(RestorePoint point) {
        return point.isSnapshotEnd() ? (index, micros) -> index > trailer.endIndex() : point.limit();
    }

    /** The shard that a snapshot is of. Throws SnapshotFormatException when it is damaged. */
    public static int shardOf(Path file) throws IOException {
        return SnapshotReader.readHeader(file).shard();
    }

    /**
     * The file that a point is best reached from: the newest snapshot of the shard that ends before it, or null where the log holds
     * all.
     */
    public static Path baseOf(ShardDirectory from, RestorePoint point) throws IOException {
        LogCheck log = LogCheck.of(from.queue(), 0, point.limit());
        List<String> problems = new ArrayList<>();
        for (SnapshotFile found : new SnapshotFiles(from.snapshots()).newestFirst()) {
            boolean isUsable = found.isValid()
                    && found.trailer().endIndex() <= log.lastIndex()
                    && found.beginIndex() > log.firstPreviousIndex();
            if (isUsable) {
                return found.path();
            }
            problems.add(found.isValid() ? found.path() + " ends after that" : found.problem());
        }
        if (log.records() > 0 && log.firstPreviousIndex() == QueueIndex.NONE) {
            return null;
        }
        if (log.fault() != null) {
            throw new IOException(log.fault().text() + "; see what 'tailrace repair' can do");
        }
        throw new IOException("no snapshot in " + from.snapshots() + " ends before that, and the log in " + from.queue()
                + " begins at " + text(log.firstIndex())
                + (problems.isEmpty() ? "" : "; " + String.join("; ", problems))
                + "; name an older one with --snapshot");
    }

    /**
     * Looks whether it can be done.
     *
     * @param file the snapshot, or null for the log alone
     * @throws IOException saying what is missing, and what could be restored
     */
    public static RestorePlan of(ShardDirectory from, Path file, RestorePoint point) throws IOException {
        RestorePlan plan = new RestorePlan(from, file, point);
        plan.check(point);
        return plan;
    }

    /** A snapshot may begin after the log's last record. */
    private long firstNeeded() {
        return header == null ? 0 : Math.min(header.beginIndex(), Math.max(0, trailer.endIndex()));
    }

    private void check(RestorePoint point) throws IOException {
        if (header == null) {
            require(
                    whole.records() > 0 && whole.firstPreviousIndex() == QueueIndex.NONE,
                    "the log in " + from.queue() + " begins at " + text(whole.firstIndex())
                            + ", which is not the first record of all: --snapshot FILE is needed");
            checkReached(point, whole.firstIndex(), whole);
            return;
        }
        long end = trailer.endIndex();
        require(
                whole.firstIndex() != QueueIndex.NONE && whole.firstPreviousIndex() < header.beginIndex(),
                file + " needs the log from " + text(header.beginIndex()) + " on, and that in " + from.queue()
                        + " begins at " + text(whole.firstIndex()));
        LogCheck atEnd = LogCheck.of(from.queue(), firstNeeded(), (index, micros) -> index > end);
        if (atEnd.lastIndex() != end || atEnd.lastChain() != trailer.endChain()) {
            String problem = atEnd.fault() == null ? "" : ": " + atEnd.fault().text();
            throw new IOException(
                    file + " is not a snapshot of the log in " + from.queue() + ": it ends at " + text(end)
                            + " with chain " + HexText.of(trailer.endChain()) + ", the log has chain "
                            + HexText.of(atEnd.lastChain()) + " at " + text(atEnd.lastIndex()) + problem);
        }
        checkReached(point, end, atEnd);
    }

    /** A point that comes after all records is the last one, unless damage is in between. */
    private void checkReached(RestorePoint point, long first, LogCheck atFirst) throws IOException {
        boolean isReached = point.index() == QueueIndex.NONE
                ? upTo.isLimited() || whole.fault() == null || upTo.lastIndex() == first && point.isSnapshotEnd()
                : upTo.lastIndex() == point.index();
        String fault =
                whole.fault() == null ? "" : "; after that " + whole.fault().text();
        require(
                upTo.lastIndex() >= first && isReached,
                "that can't be restored from " + (file == null ? "" : file + " and ") + "the log in " + from.queue()
                        + ": possible is any record from " + text(first)
                        + (header == null ? "" : " of " + time(atFirst.lastMicros()))
                        + " to " + text(whole.lastIndex()) + " of " + time(whole.lastMicros()) + fault);
    }

    private static void require(boolean holds, String problem) throws IOException {
        if (!holds) {
            throw new IOException(problem);
        }
    }

    private static String text(long index) {
        return QueueIndex.toString(index);
    }

    private static String time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    /** The last record that the restored shard has. */
    public long lastIndex() {
        return upTo.lastIndex();
    }

    /** When that was committed, epoch microseconds. */
    public long lastMicros() {
        return upTo.lastMicros();
    }

    /** Where {@link #applyInPlace} will put what comes after it, or null when there is nothing. */
    public Path aside() {
        return aside;
    }

    /** Cuts the log of the directory itself; what comes after it is kept aside. */
    public void applyInPlace() throws IOException {
        takeSnapshot(from);
        new LogTruncation(from, upTo).run();
    }

    /** Makes the shard in another data directory of the same file system; this one stays as it is, but files may be shared. */
    public ShardDirectory applyInto(Path dataDirectory, int shard) throws IOException {
        ShardDirectory into = ShardDirectory.open(ShardDirectory.root(dataDirectory, shard));
        new LogTruncation(from, upTo).writeCopyInto(into);
        takeSnapshot(into);
        return into;
    }

    private void takeSnapshot(ShardDirectory directory) throws IOException {
        if (file == null) {
            return;
        }
        Path target = SnapshotFiles.path(directory.snapshots(), header.beginIndex());
        if (!Files.exists(target)) {
            Files.copy(file, target);
            LogTruncation.forceFile(target);
            LogTruncation.force(directory.snapshots());
        }
    }
}
