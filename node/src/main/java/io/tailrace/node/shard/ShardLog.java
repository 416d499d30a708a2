package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.LogDisk;
import io.tailrace.node.backlog.LogSync;
import io.tailrace.node.platform.CycleCause;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.record.ShardIndexes;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What a shard that owns its log does with it: admits and appends transactions, opens segments and histories, syncs, and deletes
 * what nothing needs any more. Owned and closed by the shard's reactor thread; stays when the shard gets other data.
 */
public final class ShardLog implements AutoCloseable {
    private static final String HANDING_OVER = "TRYAGAIN this node is handing over to another";

    private final ShardSettings settings;
    private final CycleClock clock;
    private final LogRoom room = new LogRoom();
    private final RecordBuilder record = new RecordBuilder();
    private final RecordBuilder opening = new RecordBuilder(1 << 10);
    private ShardData data;
    private Backlog backlog;
    /** Of snapshots; from the first data on. */
    private LongSupplier snapshotsNeed;

    private long delayedBefore;
    private boolean isHeld;
    private Runnable progress = () -> {};
    private volatile BooleanSupplier isForceWanted = () -> false;

    ShardLog(ShardSettings settings, CycleClock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** The shard has this data from here on; its snapshots follow. */
    void use(ShardData newData) {
        data = newData;
        backlog = newData.backlog();
        delayedBefore = 0;
        backlog.sync().everySecond(() -> isForceWanted.getAsBoolean(), () -> progress.run());
    }

    /** Tells from which index on snapshots need the log. */
    void neededBySnapshots(LongSupplier from) {
        snapshotsNeed = from;
    }

    void onProgress(Runnable wake) {
        progress = wake;
    }

    Runnable progress() {
        return progress;
    }

    long lastIndex() {
        return backlog.lastIndex();
    }

    long nextIndex() {
        return backlog.nextIndex();
    }

    /** The record of the transaction under way. */
    RecordBuilder record() {
        return record;
    }

    /** Forces new records once a second while {@code isWanted}, whatever data the shard has then. Asked by other threads. */
    public void forceEverySecond(BooleanSupplier isWanted) {
        isForceWanted = isWanted;
    }

    /** Forces the log to the disk soon, whatever the policy, and lets the reactor know when that is done. */
    public void forceSoon() {
        backlog.sync().soon(progress);
    }

    /** The same on a thread of its own: not behind what else the disk's thread has to do, such as preparing a segment. */
    public void forceAtOnce() {
        LogSync sync = backlog.sync();
        Runnable done = progress;
        settings.background().run("force-" + settings.id(), () -> {
            sync.tryNow();
            done.run();
        });
    }

    /** Lets no record be added as long as it is held: its end is what another node takes over at. */
    public void hold(boolean held) {
        isHeld = held;
    }

    boolean isHeld() {
        return isHeld;
    }

    /** Tells what else needs the log. */
    public void heldBy(LogHolders holders) {
        room.heldBy(holders);
    }

    /** Writes refused since the start because the log did not take them. */
    public long writesRefused() {
        return room.refused();
    }

    /** How its disk does; what is counted is since the start, or since {@link #resetDelayed}. */
    public LogDisk disk() {
        LogDisk disk = backlog.sync().status();
        return new LogDisk(disk.failure(), disk.pendingSeconds(), disk.delayed() - delayedBefore);
    }

    public void resetDelayed() {
        delayedBefore = backlog.sync().status().delayed();
    }

    /** Deletes segments past the budget that nothing needs any more. */
    public void trim() {
        backlog.retention().trim(neededFrom());
    }

    /**
     * Deletes segments that nothing needs any more, within the budget too, so that the disk takes the next one.
     *
     * @return whether that is enough
     */
    public boolean shorten() {
        return backlog.retention().shorten(neededFrom());
    }

    private long neededFrom() {
        return Math.min(snapshotsNeed.getAsLong(), room.neededFrom());
    }

    /** Makes sure that the log takes a record of this length; gives its index. */
    long admit(int bytes) {
        if (isHeld) {
            throw new RefusedException(HANDING_OVER);
        }
        String refusal = room.refusal(backlog, bytes);
        if (refusal == null && record.isEmpty() && backlog.growth().isSegmentFull()) {
            openSegment();
            refusal = room.refusal(backlog, bytes);
        }
        if (refusal != null) {
            throw new RefusedException(refusal);
        }
        return backlog.nextIndex();
    }

    /** Seals and appends the record of the transaction. */
    void append() {
        record.seal(backlog.commitMicros(clock.micros()), backlog.lastChain());
        appendSealed();
    }

    /** Why the log does not take the record as a part, with this many more bytes, as an error without the dash, or null. */
    String partRefusal(int names) {
        return isHeld ? HANDING_OVER : room.refusal(backlog, record.length() + names);
    }

    /** Names the parts of a transaction over several shards in the record of this one's, seals and appends it. */
    void appendPart(ShardIndexes parts, ShardIndexes needs, long commitMicros) {
        record.part(parts, needs);
        record.seal(commitMicros, backlog.lastChain());
        appendSealed();
    }

    private void appendSealed() {
        long index = backlog.nextIndex();
        try {
            if (clock.meter().isAppendSampled()) {
                appendTimed(index);
            } else {
                backlog.append(index, record.recordAddress(), record.recordLength(), record.chain());
            }
            FaultPoint.LOGGED.hit();
        } catch (RuntimeException | Error e) {
            throw new ShardFailedException(settings.id(), index, e);
        }
    }

    private void appendTimed(long index) {
        long start = clock.refreshSteadyMicros();
        backlog.append(index, record.recordAddress(), record.recordLength(), record.chain());
        clock.meter().appended(clock.refreshSteadyMicros() - start);
    }

    /** Opens a new segment of the same history. */
    public void openSegment() {
        SegmentRecord newest = backlog.newestOpening();
        openSegment(newest.history(), newest.term());
    }

    /** Opens a new segment that begins a new history: a promotion, or the first record of all. */
    public void beginHistory(String historyId) {
        SegmentRecord newest = backlog.newestOpening();
        openSegment(historyId, newest == null ? 1 : newest.term() + 1);
    }

    private void openSegment(String historyId, long term) {
        clock.meter().note(CycleCause.ROLL);
        SegmentRecord newest = backlog.newestOpening();
        boolean isFirst = newest == null;
        SegmentRecord next = new SegmentRecord(
                historyId,
                term,
                new SegmentRecord.Previous(
                        isFirst ? null : newest.history(),
                        isFirst ? QueueIndex.NONE : backlog.lastIndex(),
                        backlog.lastChain(),
                        backlog.recordCount()),
                settings.shardCount(),
                settings.id(),
                data.databases().swapped(),
                backlog.parts().needs().text(settings.id()));
        next.encode(opening);
        long micros = backlog.commitMicros(clock.micros());
        opening.seal(micros, backlog.lastChain());
        long index = backlog.nextSegmentIndex();
        try {
            backlog.append(index, opening.address(), opening.length(), opening.chain());
            backlog.growth().opened();
            data.observe(next, index, micros);
        } catch (RuntimeException | Error e) {
            throw new ShardFailedException(settings.id(), index, e);
        }
        if (!isFirst && snapshotsNeed != null) {
            trim();
        }
    }

    @Override
    public void close() {
        record.close();
        opening.close();
    }
}
