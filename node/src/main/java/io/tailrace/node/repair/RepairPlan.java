package io.tailrace.node.repair;

import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.backlog.LogFault;
import io.tailrace.node.backlog.LogTail;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.snapshot.EntrySink;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.snapshot.SnapshotFormatException;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with a shard's files, and what can be done about it. Looking changes nothing. Used by one thread, while no node
 * runs on the directory.
 *
 * <pre>
 *  remedy      the log                                        what to do                              what is lost
 *  GOOD         is good to its end                             nothing                                 nothing
 *  DROP_OLDEST  is damaged before what a start needs of it     put aside the segments up to the damage no data; replicas that
 *               (a whole snapshot, good records from its start)                                        are that far behind need
 *                                                                                                      a full sync
 *  CUT          is damaged where a start needs it              cut it after the last good record       the records from there
 * </pre>
 */
public final class RepairPlan {
    public enum Remedy {
        GOOD,
        DROP_OLDEST,
        CUT
    }

    private static final int ANY_LENGTH = 1 << 30;

    private final ShardDirectory directory;
    private final List<String> snapshotProblems = new ArrayList<>();
    private final List<SnapshotFile> whole = new ArrayList<>();
    private final LogCheck check;
    private final LogTail rest;
    private final Path aside;
    private SnapshotFile base;
    private Remedy remedy = Remedy.GOOD;

    private RepairPlan(ShardDirectory directory) throws IOException {
        this.directory = directory;
        readSnapshots();
        check = LogCheck.of(directory.queue(), 0);
        rest = LogTail.of(check, record -> {});
        if (check.fault() != null) {
            base = baseBehind(check.fault().index());
            remedy = base == null ? Remedy.CUT : Remedy.DROP_OLDEST;
        }
        aside = findAside();
    }

    /** Reads all of a shard's log and snapshots. */
    public static RepairPlan of(ShardDirectory directory) throws IOException {
        return new RepairPlan(directory);
    }

    private void readSnapshots() throws IOException {
        for (SnapshotFile file : new SnapshotFiles(directory.snapshots()).newestFirst()) {
            try {
                if (!file.isValid()) {
                    snapshotProblems.add(file.problem());
                    continue;
                }
                SnapshotReader.read(file.path(), EntrySink.NOTHING, ANY_LENGTH);
                whole.add(file);
            } catch (SnapshotFormatException e) {
                snapshotProblems.add(e.getMessage());
            }
        }
    }

    /** The newest whole snapshot with which a start needs only good records, all of them after the fault. */
    private SnapshotFile baseBehind(long faultIndex) throws IOException {
        for (SnapshotFile file : whole) {
            int segment = firstSegmentNeeded(file.beginIndex());
            if (segment > QueueIndex.segment(faultIndex)) {
                LogCheck needed = LogCheck.of(directory.queue(), QueueIndex.of(segment, 0));
                boolean isReached = needed.fault() == null
                        && needed.firstPreviousIndex() < file.beginIndex()
                        && needed.lastIndex() >= file.trailer().endIndex();
                if (isReached) {
                    return file;
                }
            }
        }
        return null;
    }

    /** A snapshot may begin where a segment ended, so that only the next one is needed. */
    private int firstSegmentNeeded(long begin) {
        int own = QueueIndex.segment(begin);
        if (check.fault() != null && QueueIndex.segment(check.fault().index()) == own) {
            return check.segments().stream()
                    .filter(segment -> segment > own)
                    .findFirst()
                    .orElse(-1);
        }
        return own;
    }

    /** The log as it is before {@link #apply}. */
    public Path queue() {
        return directory.queue();
    }

    public Remedy remedy() {
        return remedy;
    }

    /** How far the log is good. */
    public LogCheck check() {
        return check;
    }

    /** What is wrong with the log, or null. */
    public LogFault fault() {
        return check.fault();
    }

    /** What there is from the fault on. */
    public LogTail rest() {
        return rest;
    }

    /** DROP_OLDEST: the snapshot that makes what is before it superfluous. */
    public SnapshotFile base() {
        return base;
    }

    /** DROP_OLDEST: the first segment that stays. */
    public int firstKept() {
        return firstSegmentNeeded(base.beginIndex());
    }

    /** What is wrong with snapshots; a start uses the newest whole one. */
    public List<String> snapshotProblems() {
        return List.copyOf(snapshotProblems);
    }

    /** CUT: snapshots that hold records after the last good one, and so can't be used with the log that is left. */
    public List<SnapshotFile> snapshotsAhead() {
        return whole.stream()
                .filter(file -> file.trailer().endIndex() > check.lastIndex())
                .toList();
    }

    /** CUT: whether a start could build the store from what is left. */
    public boolean isRebuildable() {
        boolean isFromTheFirst =
                check.firstIndex() == QueueIndex.NONE ? whole.isEmpty() : check.firstPreviousIndex() == QueueIndex.NONE;
        return isFromTheFirst
                || whole.stream()
                        .anyMatch(file -> file.trailer().endIndex() <= check.lastIndex()
                                && file.beginIndex() > check.firstPreviousIndex());
    }

    /** Where {@link #apply} will put aside what it takes away; null when that is nothing. */
    public Path aside() {
        return aside;
    }

    private Path findAside() throws IOException {
        return switch (remedy) {
            case GOOD -> null;
            case DROP_OLDEST -> new DroppedSegments(directory, firstKept()).aside();
            case CUT -> new LogTruncation(directory, check).aside();
        };
    }

    /** Does what the remedy says. */
    public void apply() throws IOException {
        if (remedy == Remedy.CUT) {
            new LogTruncation(directory, check).run();
        } else if (remedy == Remedy.DROP_OLDEST) {
            new DroppedSegments(directory, firstKept()).run();
        }
    }
}
