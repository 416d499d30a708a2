package io.tailrace.node.repair;

import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.rewind.LostWrites;
import io.tailrace.node.shard.AheadMark;
import io.tailrace.node.shard.LoadCancelledException;
import io.tailrace.node.shard.LoadProgress;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a shard's data after whatever ended the last run. Runs in a thread of its own before the shard serves anybody.
 *
 * <p>The part of the log that a start needs is read first, without the library, which takes a flipped bit for the end of the log
 * and what a half-written record left for the next one's length:
 *
 * <pre>
 *  what is found                                    what is done
 *  bytes but no record after the last one           they are cleared: a record that was being written, never answered
 *  a bad record after what was forced to the disk  the log is cut there, what is cut is kept: a kill, a power loss
 *  a bad record before that                         the start is refused, with file, record and byte: damage
 *  good records, but the queue finds another end    the newest segment is rewritten from them: its index is damaged
 *  a part of a transaction that other logs lack     the log is cut before it, what is cut is kept, see {@link ClosedStart}
 * </pre>
 */
public final class ShardStart {
    private static final Logger LOG = LoggerFactory.getLogger(ShardStart.class);

    private static final String LOST =
            "; bring it back from a copy, or move the data directory away and sync from another node";

    private final Shard shard;
    private final LoadProgress progress;
    private final ShardDirectory directory;
    private StartedLog log;
    private boolean isAhead;
    private long[] ends = {};

    private ShardStart(Shard shard, ShardDirectory directory, LoadProgress progress) {
        this.shard = shard;
        this.directory = directory;
        this.progress = progress;
    }

    /**
     * Finds out how far the log is good, and repairs its end; {@link ClosedStart} looks at those of all shards, then {@link #open}.
     *
     * @param progress told how far it is
     */
    public static ShardStart begin(Shard shard, ShardDirectory directory, LoadProgress progress)
            throws IOException, RebuildException {
        ShardStart start = new ShardStart(shard, directory, progress);
        start.check();
        return start;
    }

    private void check() throws IOException, RebuildException {
        LostWrites.deleteUnfinished(directory.root());
        isAhead = shard.settings().shardCount() > 1 && AheadMark.isSet(directory);
        requireLog(shard.id(), directory);
        long begin = snapshotBegin(directory);
        LogCheck check = check(directory, begin);
        requireRecords(shard.id(), directory, check);
        ShardDirectory sound = directory;
        if (check.fault() != null && check.fault().index() < begin && !check.isTooShort()) {
            return;
        }
        if (check.fault() != null) {
            sound = cut(shard.id(), directory, check);
        } else if (!check.isEndClean()) {
            check.clearEnd();
        }
        log = new StartedLog(shard.id(), sound, check);
    }

    /** Of the log, or null when there is damage before the start of the snapshot, with which a start does not get far. */
    StartedLog log() {
        return log;
    }

    /** It holds parts whose other parts are not there, and nothing to go back to; or its generation's mark says so. */
    void ahead() throws IOException {
        AheadMark.set(log.directory());
        isAhead = true;
    }

    /** Whether the shard can't be served before the others have what it needs of them. */
    public boolean isAhead() {
        return isAhead;
    }

    /** Says so. */
    Path aheadFile() {
        return directory.ahead();
    }

    /** Where the logs of all shards end, now that they are closed. */
    void among(long[] allEnds) {
        ends = allEnds;
    }

    /** Opens the shard on the directory, or on the one that repairing it made. */
    public void open() throws IOException, RebuildException {
        openLog();
        if (ends.length > 1) {
            shard.backlog().parts().startedAmong(ends);
            shard.backlog().parts().ahead(isAhead);
        }
    }

    private void openLog() throws IOException, RebuildException {
        if (log == null) {
            shard.open(directory, QueueIndex.NONE, progress);
            return;
        }
        LogCheck check = log.check();
        try {
            shard.open(log.directory(), check.lastIndex(), progress);
        } catch (LoadCancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            if (check.lastIndex() == QueueIndex.NONE) {
                throw e;
            }
            LOG.warn("shard={}: {}: the newest segment is rewritten from its records", shard.id(), e.getMessage());
            LogCheck again = check(log.directory(), snapshotBegin(log.directory()));
            shard.open(new LogTruncation(log.directory(), again).runWithoutRest(), check.lastIndex(), progress);
        }
    }

    private static void requireLog(int shard, ShardDirectory directory) throws RebuildException {
        if (!Files.isDirectory(directory.queue())) {
            throw new RebuildException(
                    "the log of shard " + shard + " is gone: there is no directory " + directory.queue() + LOST);
        }
    }

    /** An empty log is one that never held a record, or of which nothing was forced yet when the power went. */
    private static void requireRecords(int shard, ShardDirectory directory, LogCheck check)
            throws IOException, RebuildException {
        if (check.segments().isEmpty() && !check.hasDurableMark() && directory.hadRecords()) {
            throw new RebuildException("the log of shard " + shard + " is gone: there is no segment in "
                    + directory.queue() + ", and by " + directory.history() + " it had records" + LOST);
        }
    }

    /** From the start of the newest snapshot on, or of the newest segment if that lies beyond the log. */
    private static LogCheck check(ShardDirectory directory, long begin) throws IOException {
        LogCheck check = LogCheck.of(directory.queue(), begin);
        boolean isWithoutRecord = check.segments().isEmpty() || check.isTooShort() && check.records() == 0;
        return isWithoutRecord ? LogCheck.of(directory.queue(), 0) : check;
    }

    private static long snapshotBegin(ShardDirectory directory) throws IOException {
        return new SnapshotFiles(directory.snapshots())
                .newestFirst().stream()
                        .filter(SnapshotFile::isValid)
                        .mapToLong(SnapshotFile::beginIndex)
                        .findFirst()
                        .orElse(0);
    }

    private static ShardDirectory cut(int shard, ShardDirectory directory, LogCheck check)
            throws IOException, RebuildException {
        if (!check.isTorn()) {
            throw new RebuildException("the log of shard " + shard + " is damaged: "
                    + check.fault().text() + "; see what 'tailrace repair' can do");
        }
        LogTruncation cut = new LogTruncation(directory, check);
        Path aside = cut.aside();
        ShardDirectory sound = cut.run();
        LOG.warn(
                "shard={}: the log has an incomplete record after its synced part, as after a kill in the middle of a write or "
                        + "a power loss, and is cut after {}: {}; the cut records are in {}",
                shard,
                QueueIndex.toString(check.lastIndex()),
                check.fault().text(),
                aside);
        return sound;
    }
}
