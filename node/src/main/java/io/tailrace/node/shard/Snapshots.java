package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard's durable snapshots: begins one when it is due, sees it through, and says how much of the log they still need.
 * Owned by the shard's reactor thread. At most one is written at a time, and every replica that needs one is fed from it.
 *
 * <p>A replica's log can only start with a segment, so a snapshot that is to be sent begins at the first index of one. A
 * primary opens one for that. A replica can't: what it sends says that it begins at its newest segment, though the walk is
 * later. The redo of the records in between changes nothing, as entries carry the index of the record that wrote them, and
 * brings nothing back, as it continues past the record that removed a key. For itself a replica begins where it is.
 */
public final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    private static final long RETRY_MICROS = 10_000_000;

    /** Where the redo begins. */
    private enum Begin {
        NEW_SEGMENT,
        NEWEST_SEGMENT,
        HERE
    }

    private final Shard shard;
    private final SnapshotFiles files;
    private SnapshotJob job;
    private SnapshotFile newest;
    private long lastBeginMicros;
    private long beginSteadyMicros;
    private long lastMicros = -1;
    private long lastEndMicros;
    private long bytesAtBegin;
    private long effectsAtBegin;
    private long keysAtBegin;
    private boolean isLastOk = true;
    private final Set<Object> suspendedBy = new HashSet<>();
    private Object walker;
    private long count;

    Snapshots(Shard shard) throws IOException {
        this.shard = shard;
        files = new SnapshotFiles(shard.directory().snapshots());
        noteBegin();
        lastEndMicros = lastBeginMicros;
        bytesAtBegin = shard.backlog().appendedBytes();
        findNewest();
    }

    private void noteBegin() {
        lastBeginMicros = shard.clock().micros();
        beginSteadyMicros = shard.clock().steadyMicros();
    }

    private void findNewest() throws IOException {
        newest = files.newestFirst().stream()
                .filter(SnapshotFile::isValid)
                .findFirst()
                .orElse(null);
    }

    /**
     * Begins a snapshot when enough time or log went by, or the log that the newest one needs can't be read, and sees the one
     * under way through. Returns whether it did something.
     *
     * @param intervalSeconds 0 for none by time
     */
    public boolean poll(long intervalSeconds, long logBytes, boolean isPrimary) {
        if (job != null) {
            return pollJob();
        }
        if (shard.log().isHeld() || !isLastOk && isTooSoon()) {
            return false;
        }
        long sinceMicros = shard.clock().steadyMicros() - beginSteadyMicros;
        boolean isChanged = shard.backlog().appendedBytes() != bytesAtBegin;
        boolean isDueByTime = intervalSeconds > 0 && sinceMicros >= intervalSeconds * 1_000_000;
        boolean isDueByLog = shard.backlog().appendedBytes() - bytesAtBegin >= logBytes;
        if (isChanged && (isDueByTime || isDueByLog) || isDueByFault(isPrimary)) {
            begin(isPrimary);
            return true;
        }
        return false;
    }

    /** Whether a start would need a segment that can't be read, and a snapshot of now would begin after it. */
    private boolean isDueByFault(boolean isPrimary) {
        Backlog backlog = shard.backlog();
        long served = backlog.servedFrom();
        return neededFrom() < served && (isPrimary || backlog.lastIndex() >= served);
    }

    private boolean isTooSoon() {
        return shard.clock().steadyMicros() - beginSteadyMicros < RETRY_MICROS;
    }

    /** How long the newest one's file is, bytes; 0 when there is none. */
    public long newestBytes() {
        return newest == null ? 0 : newest.trailer().fileLength();
    }

    private boolean pollJob() {
        if (!job.poll()) {
            return false;
        }
        SnapshotJob over = job;
        noteEnd();
        over.tellOver();
        return true;
    }

    private void noteEnd() {
        if (job.isCancelled() && !job.isDone()) {
            job = null;
            return;
        }
        isLastOk = job.isDone();
        if (isLastOk) {
            lastMicros = shard.clock().steadyMicros() - beginSteadyMicros;
            lastEndMicros = shard.clock().micros();
            count++;
            try {
                findNewest();
            } catch (IOException e) {
                LOG.error("can't list {}: {}", files.directory(), FileFailure.of(e));
            }
        }
        job = null;
        shard.log().trim();
    }

    /** Begins a snapshot now unless one is under way; gives the one that is, or null when it could not begin. */
    public SnapshotJob begin(boolean isPrimary) {
        return begin(isPrimary ? Begin.NEW_SEGMENT : Begin.HERE);
    }

    /** The same, one that a replica's log can start after; the one under way may not be. */
    public SnapshotJob beginShippable(boolean isPrimary) {
        return begin(isPrimary ? Begin.NEW_SEGMENT : Begin.NEWEST_SEGMENT);
    }

    private SnapshotJob begin(Begin where) {
        if (!suspendedBy.isEmpty()) {
            return null;
        }
        if (job != null) {
            return job;
        }
        Backlog backlog = shard.backlog();
        if (backlog.isEmpty() || where == Begin.NEW_SEGMENT && shard.log().isHeld() || !isLastOk && isTooSoon()) {
            return null;
        }
        if (!backlog.growth().canOpenNext()) {
            // each attempt of a primary costs a segment, which a full disk has no room for
            isLastOk = false;
            noteBegin();
            return null;
        }
        if (where == Begin.NEW_SEGMENT) {
            shard.log().openSegment();
        }
        noteBegin();
        bytesAtBegin = backlog.appendedBytes();
        effectsAtBegin = shard.transactions().effectsCommitted();
        keysAtBegin = shard.databases().keys();
        boolean isHere = where == Begin.HERE;
        job = new SnapshotJob(shard, files, this, isHere, isHere ? backlog.nextIndex() : newestSegment());
        return job;
    }

    private long newestSegment() {
        return QueueIndex.of(QueueIndex.segment(shard.backlog().lastIndex()), 0);
    }

    /**
     * The header of one whose walk has not begun.
     *
     * @param isHere whether it begins after the log's last record, or at its newest segment
     */
    SnapshotHeader header(boolean isHere) {
        return isHere ? headerHere() : headerAtSegment();
    }

    private SnapshotHeader headerHere() {
        Backlog backlog = shard.backlog();
        return header(
                backlog.nextIndex(),
                backlog.lastChain(),
                backlog.recordCount(),
                shard.databases().swapped());
    }

    private SnapshotHeader headerAtSegment() {
        SegmentRecord opening = shard.backlog().newestOpening();
        return header(newestSegment(), opening.previousChain(), opening.recordsBefore(), opening.databases());
    }

    /** @param swapped which databases were not in the place of their number at the start */
    private SnapshotHeader header(long beginIndex, long chainBefore, long recordsBefore, String swapped) {
        return new SnapshotHeader(
                shard.id(),
                shard.settings().shardCount(),
                shard.history().current().id(),
                new SnapshotHeader.Begin(beginIndex, chainBefore, recordsBefore),
                lastBeginMicros,
                shard.history().lines(),
                StoreState.of(swapped, shard.databases()));
    }

    /** The newest finished snapshot that a replica's log could start after, or null. */
    public SnapshotFile newestShippable() throws IOException {
        return newest == null || isShippable(newest) ? newest : shippable(file -> true);
    }

    private boolean isShippable(SnapshotFile file) {
        return QueueIndex.sequence(file.beginIndex()) == 0 && shard.backlog().serves(file.beginIndex());
    }

    /** The finished snapshot of this id that a replica's log could start after, or null: for one that has a part of it. */
    public SnapshotFile shippable(String id) throws IOException {
        return shippable(file -> file.header().id().equals(id));
    }

    private SnapshotFile shippable(Predicate<SnapshotFile> isWanted) throws IOException {
        return files.newestFirst().stream()
                .filter(file -> file.isValid() && isWanted.test(file) && isShippable(file))
                .findFirst()
                .orElse(null);
    }

    /** Whether one has begun that {@link #poll} is to start in the next cycle. */
    public boolean isStarting() {
        return job != null && job.isBegun();
    }

    /** The job under way, or null. */
    public SnapshotJob job() {
        return job;
    }

    /** The oldest index of the log that snapshots still need, or the log's first while there is none. */
    public long neededFrom() {
        long needed = newest == null ? shard.backlog().firstIndex() : newest.beginIndex();
        return job == null ? needed : Math.min(needed, job.neededFrom());
    }

    /** Writes a last snapshot at a clean stop, when there is anything new, and waits for it; opens no segment. */
    void finish() {
        if (job != null) {
            job.complete();
            pollJob();
        }
        if (shard.backlog().appendedBytes() != bytesAtBegin && begin(false) != null) {
            job.complete();
            pollJob();
        }
    }

    /** A large collection is another key's now: see {@link SnapshotJob#moved}. */
    void moved(int place, long key, int keyLength) {
        if (job != null) {
            job.moved(place, key, keyLength);
        }
    }

    /** The one under way, if there is one, has copied what never was: it fails, and another begins later. */
    void spoil(String reason) {
        if (job != null) {
            job.spoil(reason);
        }
    }

    void cancel() {
        if (job != null) {
            job.cancel();
            job = null;
        }
    }

    /** Asks the job under way to end, without waiting; whether there is none. */
    boolean hasEnded() {
        if (job != null) {
            job.requestCancel();
            pollJob();
        }
        return job == null;
    }

    /** Asks the job under way to end, and begins none until {@link #resume}: another walk of the store is wanted. */
    public void suspend(Object by) {
        suspendedBy.add(by);
        if (job != null) {
            job.requestCancel();
        }
    }

    /** After {@link #suspend}: whether the store may be walked now, as no other walk is under way, until {@link #resume}. */
    public boolean lendWalk(Object to) {
        if (job != null) {
            pollJob();
        }
        if (job == null && walker == null) {
            walker = to;
        }
        return walker == to;
    }

    /** Ends what {@link #suspend} began. */
    public void resume(Object by) {
        suspendedBy.remove(by);
        if (walker == by) {
            walker = null;
        }
    }

    public Path directory() {
        return files.directory();
    }

    /** When the last one was finished, epoch microseconds; the start of the node when there was none since. */
    public long lastEndMicros() {
        return lastEndMicros;
    }

    /** Whether the last one did not fail. */
    public boolean isLastOk() {
        return isLastOk;
    }

    /** Finished since the start, or since {@link #resetCount}. */
    public long count() {
        return count;
    }

    public void resetCount() {
        count = 0;
    }

    /** Keys that were there when the one under way began; 0 when there is none. */
    public long keysToWrite() {
        return job == null ? 0 : keysAtBegin;
    }

    /** How many of these are in its file, which has others that came since; 0 when there is none. */
    public long keysWritten() {
        return job == null ? 0 : Math.min(keysAtBegin, job.writtenKeys());
    }

    /** Effects committed since the last one began. */
    public long effectsSince() {
        return shard.transactions().effectsCommitted() - effectsAtBegin;
    }

    /** How many seconds the last one took that was completed since the start, -1 when none was. */
    public long lastSeconds() {
        return lastMicros < 0 ? -1 : lastMicros / 1_000_000;
    }

    /** For how many seconds one has been under way, -1 when none is. */
    public long secondsSoFar() {
        return job == null ? -1 : (shard.clock().steadyMicros() - beginSteadyMicros) / 1_000_000;
    }

    /** How much of the one under way is written, by an estimate of its length; -1 when there is none. */
    public int percentSoFar() {
        if (job == null) {
            return -1;
        }
        long percent = 100 * job.publishedBytes() / Math.max(1, job.expectedBytes());
        return (int) Math.min(99, percent);
    }
}
