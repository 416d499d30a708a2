package io.tailrace.node.repair;

import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.snapshot.EntrySink;
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

/**
 * A shard as it was at one record: a snapshot that ends at or before it, and the log from the snapshot's begin to it. Looking
 * changes nothing. Used by one thread, while no node runs on the directory.
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

    private RestorePlan(ShardDirectory from, Path file, LogCheck.Limit limit) throws IOException {
        this.from = from;
        this.file = file;
        header = SnapshotReader.readHeader(file);
        trailer = SnapshotReader.read(file, EntrySink.NOTHING, ANY_LENGTH);
        whole = LogCheck.of(from.queue(), firstNeeded());
        LogCheck.Limit last = limit == null ? (index, micros) -> index > trailer.endIndex() : limit;
        upTo = LogCheck.of(from.queue(), firstNeeded(), last);
        aside = upTo.hasRest() ? new CutShard(from, upTo).aside() : null;
    }

    /** The shard that a snapshot is of. Throws SnapshotFormatException when it is damaged. */
    public static int shardOf(Path file) throws IOException {
        return SnapshotReader.readHeader(file).shard();
    }

    /**
     * Looks whether it can be done.
     *
     * @param limit says which records come after the wanted one; null for the snapshot's end
     * @param wantedIndex the wanted one, where it is known
     * @throws IOException saying what is missing, and what could be restored
     */
    public static RestorePlan of(ShardDirectory from, Path file, LogCheck.Limit limit, long wantedIndex)
            throws IOException {
        RestorePlan plan = new RestorePlan(from, file, limit);
        plan.check(limit != null, wantedIndex);
        return plan;
    }

    /** A snapshot may begin behind the log's last record. */
    private long firstNeeded() {
        return Math.min(header.beginIndex(), Math.max(0, trailer.endIndex()));
    }

    private void check(boolean isLimitGiven, long wantedIndex) throws IOException {
        long end = trailer.endIndex();
        if (whole.firstIndex() == QueueIndex.NONE || whole.firstPreviousIndex() >= header.beginIndex()) {
            throw new IOException(file + " needs the log from " + text(header.beginIndex()) + " on, and that in "
                    + from.queue() + " begins at " + text(whole.firstIndex()));
        }
        LogCheck atEnd = LogCheck.of(from.queue(), firstNeeded(), (index, micros) -> index > end);
        if (atEnd.lastIndex() != end || atEnd.lastChain() != trailer.endChain()) {
            String problem = atEnd.fault() == null ? "" : ": " + atEnd.fault().text();
            throw new IOException(file + " is no snapshot of the log in " + from.queue() + ": it ends at " + text(end)
                    + " with chain " + HexText.of(trailer.endChain()) + ", the log has chain "
                    + HexText.of(atEnd.lastChain()) + " at " + text(atEnd.lastIndex()) + problem);
        }
        boolean isReached = wantedIndex == QueueIndex.NONE
                ? !isLimitGiven || upTo.isLimited() || upTo.lastIndex() == end
                : upTo.lastIndex() == wantedIndex;
        if (upTo.lastIndex() < end || !isReached) {
            String fault = whole.fault() == null
                    ? ""
                    : "; behind that " + whole.fault().text();
            throw new IOException("that can't be restored from " + file + " and the log in " + from.queue()
                    + ": possible is any record from " + text(end) + " of " + time(atEnd.lastMicros()) + " to "
                    + text(whole.lastIndex()) + " of " + time(whole.lastMicros()) + fault);
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

    /** Where {@link #applyInPlace} will put what is behind it, or null when there is nothing. */
    public Path aside() {
        return aside;
    }

    /** Cuts the log of the directory itself; what is behind is kept aside. */
    public void applyInPlace() throws IOException {
        takeSnapshot(from);
        new CutShard(from, upTo).run();
    }

    /** Makes the shard in another data directory; this one stays as it is. */
    public void applyInto(Path dataDirectory) throws IOException {
        ShardDirectory into = ShardDirectory.open(ShardDirectory.root(dataDirectory, header.shard()));
        new CutShard(from, upTo).writeCopyInto(into);
        takeSnapshot(into);
    }

    private void takeSnapshot(ShardDirectory directory) throws IOException {
        Path target = SnapshotFiles.path(directory.snapshots(), header.beginIndex());
        if (!Files.exists(target)) {
            Files.copy(file, target);
            CutShard.forceFile(target);
            CutShard.force(directory.snapshots());
        }
    }
}
