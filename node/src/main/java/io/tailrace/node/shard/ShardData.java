package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.backlog.SegmentInfo;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.store.Databases;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Databases with the log they are derived from, in one directory: what a shard serves, or what a full sync is filling beside
 * it. Owned and closed by the shard's reactor thread.
 */
public final class ShardData implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardData.class);

    private final ShardSettings settings;
    private final ShardDirectory directory;
    private final AheadMark aheadMark;
    private final Databases databases;
    private final Backlog backlog;
    private final History history;
    private final SharedReads reads = new SharedReads();
    private volatile boolean isHistoryDue;

    ShardData(ShardSettings settings, ShardDirectory directory, Databases databases, Backlog backlog, History history) {
        this.settings = settings;
        this.directory = directory;
        aheadMark = new AheadMark(directory, settings.background());
        this.databases = databases;
        this.backlog = backlog;
        this.history = history;
    }

    /** Tells, as long as it is on the disk, that this is ahead of the node's other shards. */
    public AheadMark aheadMark() {
        return aheadMark;
    }

    /** New, empty data in a directory, to be filled from a primary. */
    public static ShardData empty(ShardDirectory directory, ShardSettings settings) {
        Backlog backlog = Backlog.open(directory.queue(), settings.backlog());
        try {
            return new ShardData(settings, directory, settings.newDatabases(0, 0), backlog, History.parse(""));
        } catch (RuntimeException | Error e) {
            backlog.close();
            throw e;
        }
    }

    /** Data that was put together elsewhere; the history is written to the disk. */
    public static ShardData of(
            ShardSettings settings, ShardDirectory directory, Databases databases, Backlog backlog, History history)
            throws IOException {
        ShardData data = new ShardData(settings, directory, databases, backlog, history);
        data.writeHistory();
        return data;
    }

    /** Applies effects to data that is being filled. */
    public EffectApplier newApplier() {
        return EffectApplier.forFilling(settings);
    }

    public ShardDirectory directory() {
        return directory;
    }

    public Databases databases() {
        return databases;
    }

    public Backlog backlog() {
        return backlog;
    }

    public History history() {
        return history;
    }

    /** What other threads read of it. */
    SharedReads reads() {
        return reads;
    }

    /**
     * Has the list written by the log's disk thread, before that deletes any segment it is asked to delete later; where the disk does not
     * take it, {@link #retryHistory} does. It costs no more than a file that is not up to date: a start knows the list from the log, too.
     */
    void keepHistory() {
        String text = history.text();
        backlog.onDiskThread(() -> tryWriteHistory(text));
    }

    private void tryWriteHistory(String text) {
        try {
            directory.writeHistory(text);
            isHistoryDue = false;
        } catch (IOException e) {
            if (!isHistoryDue) {
                LOG.error("can't write {}, it is tried again each second: {}", directory.history(), FileFailure.of(e));
            }
            isHistoryDue = true;
        }
    }

    /** Once a second. */
    void retryHistory() {
        if (isHistoryDue) {
            keepHistory();
        }
    }

    private void writeHistory() throws IOException {
        directory.writeHistory(history.text());
        isHistoryDue = false;
    }

    /** Takes over the histories that a snapshot's log went through, and keeps them on the disk. */
    public void adoptHistory(String lines) throws IOException {
        history.adopt(History.parse(lines));
        writeHistory();
    }

    /** Learns from an opening record that was appended, and keeps what is new on the disk. */
    void observe(SegmentRecord segment, long index, long commitMicros) {
        if (history.observe(segment, index, commitMicros)) {
            keepHistory();
        }
    }

    /** Whether the log holds no write at all: opening records only, from the first record on. */
    public boolean isBlank() {
        return backlog.isEmpty() || countWithoutEmptyTail() == 0 && isWhole();
    }

    /** Whether the log still begins with the first record of all. */
    boolean isWhole() {
        return backlog.isEmpty() || backlog.segments().first().opening().recordsBefore() == 0;
    }

    /**
     * How many of the segments are left without those at the end that hold their opening record only. One stays when what
     * was before it is gone: a log that holds nothing would not know its history.
     */
    int countWithoutEmptyTail() {
        List<SegmentInfo> segments = backlog.segments().copy();
        int kept = segments.size();
        long last = backlog.lastIndex();
        while (kept > 0 && QueueIndex.sequence(last) == 0) {
            last = segments.get(kept - 1).opening().previousIndex();
            kept--;
        }
        return kept == 0 && !isWhole() ? 1 : kept;
    }

    /**
     * What keeps this from being a complete copy of a log that ended there, or of one that continued it.
     *
     * @return null when it is one
     */
    public String lacks(HistoryPosition end) {
        long endOfHistory = history.endOf(end.history());
        if (endOfHistory == QueueIndex.NONE) {
            return "the copy is of history " + history.current().id() + " and never was of " + end.history();
        }
        if (end.index() > Math.min(endOfHistory, backlog.lastIndex())) {
            return "the copy has history " + end.history() + " only up to "
                    + QueueIndex.toString(Math.min(endOfHistory, backlog.lastIndex())) + " and not to "
                    + QueueIndex.toString(end.index());
        }
        if (end.isProven() && backlog.contains(end.index())) {
            try (BacklogReader reader = backlog.reader()) {
                long chain = reader.readAt(end.index()).chain();
                if (chain != end.chain()) {
                    return "the copy has chain " + HexText.of(chain) + " at " + QueueIndex.toString(end.index())
                            + ", and not " + HexText.of(end.chain());
                }
            }
        }
        return null;
    }

    /** Whether a start could build the store from just the first segments of the log and a snapshot that there is. */
    boolean isRebuildableWith(int kept) throws IOException {
        if (isWhole()) {
            return true;
        }
        List<SegmentInfo> segments = backlog.segments().copy();
        long before = segments.get(0).opening().previousIndex();
        long last = segments.get(kept).opening().previousIndex();
        return new SnapshotFiles(directory.snapshots())
                .newestFirst().stream()
                        .anyMatch(file -> file.isValid()
                                && file.beginIndex() > before
                                && file.trailer().endIndex() <= last);
    }

    /**
     * The same data with just the first segments of the log, on the disk too, and without snapshots that end after them; this
     * one is closed but for the store.
     */
    ShardData withSegments(int kept) throws IOException {
        backlog.closeAndTruncateTo(kept);
        Backlog reopened = Backlog.open(directory.queue(), settings.backlog());
        new SnapshotFiles(directory.snapshots()).deleteAfter(reopened.lastIndex());
        return of(settings, directory, databases, reopened, history.until(reopened.lastIndex()));
    }

    /**
     * Takes a record from the primary: into the log at the same index, then into the store.
     *
     * @return null, or why it can't be taken; then nothing of it was
     */
    String follow(EffectApplier applier, long index, RecordView received) {
        String problem = problem(index, received);
        if (problem != null) {
            return problem;
        }
        if (QueueIndex.sequence(index) == 0) {
            return appendSegment(index, received);
        }
        problem = problemOfEffect(applier, index, received);
        if (problem != null) {
            return problem;
        }
        if (!applier.hasRoom(received, databases)) {
            return full();
        }
        String refusal = append(index, received);
        return refusal != null ? refusal : applier.apply(received, databases, index, false);
    }

    /** Why {@link #follow} would not take a record of effects, or null; nothing is changed but that the store may grow. */
    String refusal(EffectApplier applier, long index, RecordView received) {
        String problem = problem(index, received);
        problem = problem == null ? problemOfEffect(applier, index, received) : problem;
        if (problem == null && !applier.hasRoom(received, databases)) {
            problem = full();
        }
        return problem == null ? backlog.growth().refusalHere(received.length()) : problem;
    }

    /**
     * Takes a record from the primary into the log only, at the same index; {@link #redo} applies it later.
     *
     * @return null, or why it can't be taken; then nothing of it was
     */
    String take(EffectApplier applier, long index, RecordView received) {
        String problem = problem(index, received);
        if (problem != null) {
            return problem;
        }
        if (QueueIndex.sequence(index) == 0) {
            return appendSegment(index, received);
        }
        problem = problemOfEffect(applier, index, received);
        return problem != null ? problem : append(index, received);
    }

    /** Applies a record of the log to a store that may contain it, or later ones; returns null or why that can't be. */
    String redo(EffectApplier applier, long index, RecordView logged) {
        if (QueueIndex.sequence(index) == 0) {
            return null;
        }
        // no duty cycle is for a store that is being filled
        databases.growStep(StoreLoader.MOVED_EACH);
        return applier.hasRoom(logged, databases) ? applier.apply(logged, databases, index, true) : full();
    }

    /**
     * Takes a record from the primary: into the log at the same index, then over a store that may contain it, or later ones.
     *
     * @return null, or why it can't be taken
     */
    public String takeAndRedo(EffectApplier applier, long index, RecordView received) {
        String problem = take(applier, index, received);
        return problem != null ? problem : redo(applier, index, received);
    }

    private String full() {
        return "the store of shard " + settings.id() + " is full and can't grow; restart with a larger max-entries";
    }

    /** What is wrong with any record, wherever it goes, or null. */
    private String problem(long index, RecordView received) {
        String problem = backlog.verifier().next(index, received);
        return problem == null ? null : "record " + QueueIndex.toString(index) + ": " + problem;
    }

    private static String problemOfEffect(EffectApplier applier, long index, RecordView received) {
        String problem = applier.problem(received);
        return problem == null ? null : "record " + QueueIndex.toString(index) + ": " + problem;
    }

    private String append(long index, RecordView received) {
        String refusal = backlog.growth().refusalHere(received.length());
        if (refusal == null) {
            backlog.append(index, received.address(), received.length(), received.chain());
        }
        return refusal;
    }

    private String appendSegment(long index, RecordView received) {
        SegmentRecord segment = SegmentRecord.parse(received);
        if (segment.shardCount() != settings.shardCount() || segment.shard() != settings.id()) {
            return "record " + QueueIndex.toString(index) + " is of shard " + segment.shard() + " of "
                    + segment.shardCount() + ", this is shard " + settings.id() + " of " + settings.shardCount();
        }
        if (!backlog.growth().canOpen(QueueIndex.segment(index))) {
            return "the log can't grow: " + backlog.retention().pressure();
        }
        backlog.append(index, received.address(), received.length(), received.chain());
        observe(segment, index, received.commitMicros());
        return null;
    }

    @Override
    public void close() {
        reads.close();
        databases.close();
        backlog.close();
    }
}
