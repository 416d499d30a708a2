package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.backlog.SegmentInfo;
import io.tailrace.node.platform.DamagedFileException;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.store.Databases;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.snapshot.SnapshotFormatException;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.snapshot.SnapshotTrailer;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.ChainVerifier;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds a shard's store from the newest snapshot that is whole and the log after it, whatever ended the last run. Runs
 * in a thread of its own before the shard serves anybody.
 *
 * <p>Every record that is redone is checked against the chain. A snapshot counts only when the log still holds what
 * comes after its start and reaches its end; without any, the log must begin with the first record of all.
 */
final class Rebuild {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);

    private final ShardDirectory directory;
    private final ShardSettings settings;
    private final EffectApplier applier;
    private final LoadProgress progress;
    private final Backlog backlog;
    private final ChainVerifier verifier = new ChainVerifier();
    private Databases databases;
    private String source;
    private long redoFrom;
    private long containedUpTo = QueueIndex.NONE;
    private long containedChain;
    private List<String> lineage = List.of();

    /**
     * @param expectedLast the log's last record as its files tell, or {@link QueueIndex#NONE} where that is not known
     */
    Rebuild(
            ShardDirectory directory,
            ShardSettings settings,
            EffectApplier applier,
            long expectedLast,
            LoadProgress progress) {
        this.directory = directory;
        this.settings = settings;
        this.applier = applier;
        this.progress = progress;
        backlog = Backlog.open(directory.queue(), settings.backlog());
        long found = backlog.lastIndex();
        if (expectedLast != QueueIndex.NONE && found != expectedLast) {
            backlog.close();
            throw new BacklogException("the queue of " + directory + " finds its last record at "
                    + QueueIndex.toString(found) + ", but it is " + QueueIndex.toString(expectedLast));
        }
    }

    /** Gives the rebuilt data to the shard that it is for. */
    void into(Consumer<ShardData> shard) throws IOException, RebuildException {
        try {
            checkShardCount();
            loadSnapshot();
            long redone = redo();
            progress.end(source + " and " + redone + " records of the log");
            shard.accept(new ShardData(settings, directory, databases, backlog, histories()));
        } catch (IOException | RebuildException | RuntimeException e) {
            if (databases != null) {
                databases.close();
            }
            backlog.close();
            throw e;
        }
    }

    private void checkShardCount() throws RebuildException {
        for (SegmentInfo segment : backlog.segments()) {
            if (segment.opening().shardCount() != settings.shardCount()
                    || segment.opening().shard() != settings.id()) {
                throw new RebuildException(backlog + " was written as shard "
                        + segment.opening().shard() + " of " + segment.opening().shardCount() + ", this is shard "
                        + settings.id() + " of " + settings.shardCount());
            }
        }
    }

    /**
     * The histories of the log, by what the store was built from: the snapshot's header and the openings after its start. The file
     * says the same, and is believed where it does: it may know when each began. One that says something else is that of another
     * log, or the log is.
     */
    private History histories() throws IOException, RebuildException {
        History known = History.parse(String.join("\n", lineage)).until(backlog.lastIndex());
        for (SegmentInfo segment : backlog.segments()) {
            if (segment.firstIndex() >= redoFrom) {
                known.observe(segment.opening(), segment.firstIndex(), segment.openedMicros());
            }
        }
        String problem;
        try {
            // what a power loss took from the log must not stay in the list
            History file = directory.readHistory();
            History whole = file.until(backlog.lastIndex()).continuedBy(known);
            if (whole != null) {
                return whole;
            }
            if (!file.isEmpty()) {
                throw new RebuildException(
                        directory.history() + " is not of the log in " + backlog + ": it ends with history "
                                + file.current().id() + ", the log with "
                                + known.current().id()
                                + "; bring the right log back, or delete that file, which is rewritten then");
            }
            problem = directory.history() + " is missing";
        } catch (DamagedFileException e) {
            problem = e.getMessage();
        }
        LOG.warn("{}; it is rewritten from the log and its snapshot", problem);
        return known;
    }

    private void loadSnapshot() throws IOException, RebuildException {
        SnapshotFiles files = new SnapshotFiles(directory.snapshots());
        files.deleteParts();
        StringBuilder refused = new StringBuilder();
        for (SnapshotFile file : files.newestFirst()) {
            String problem = tryLoad(file);
            if (problem == null) {
                return;
            }
            LOG.warn("snapshot {} can't be used: {}", file.path(), problem);
            refused.append("; ").append(file.path().getFileName()).append(": ").append(problem);
        }
        databases = settings.newDatabases(0, 0);
        source = "no snapshot";
        progress.restart(backlog.segments().bytes());
        redoFrom = backlog.firstIndex();
        verifier.startAfter(Chain.SEED);
        if (backlog.isEmpty() && mayHaveEntries(files)) {
            throw new RebuildException("shard " + settings.id() + " can't be rebuilt: " + backlog
                    + " is empty, but there are snapshots of its data in " + directory.snapshots() + refused
                    + "; bring the log back, or move the data directory away and sync from another node");
        }
        if (!backlog.isEmpty() && backlog.segments().first().opening().recordsBefore() > 0) {
            throw new RebuildException("shard " + settings.id() + " can't be rebuilt: " + backlog
                    + " begins at record " + QueueIndex.toString(backlog.firstIndex())
                    + " and there is no usable snapshot before it" + refused
                    + "; restore a snapshot file into " + directory.snapshots()
                    + ", or move the data directory away and sync from another node");
        }
    }

    /** Of one that can't be read this is not known. */
    private static boolean mayHaveEntries(SnapshotFiles files) throws IOException {
        return files.newestFirst().stream()
                .anyMatch(file -> !file.isValid() || file.trailer().entryCount() > 0);
    }

    private String tryLoad(SnapshotFile file) throws IOException {
        if (!file.isValid()) {
            return file.problem();
        }
        long begin = file.header().beginIndex();
        boolean isHeld = !backlog.isEmpty()
                && begin > backlog.segments().first().opening().previousIndex();
        if (!isHeld) {
            return "the log after its begin at " + QueueIndex.toString(begin) + " is gone";
        }
        if (file.trailer().endIndex() > backlog.lastIndex()) {
            return "it contains records up to "
                    + QueueIndex.toString(file.trailer().endIndex()) + ", the log ends at "
                    + QueueIndex.toString(backlog.lastIndex());
        }
        String foreign = problemOfOrigin(file.header(), file.trailer());
        if (foreign != null) {
            return foreign;
        }
        long fileBytes = Files.size(file.path());
        Databases loading = settings.newDatabases(file.trailer().entryCount(), fileBytes);
        progress.restart(fileBytes + backlog.segments().bytesFrom(begin));
        try (StoreLoader loader = new StoreLoader(loading, settings.newTypes(), progress)) {
            StoreState.restore(file.header(), loading);
            SnapshotTrailer trailer = SnapshotReader.read(file.path(), loader, settings.maxRecordLength());
            LOG.debug("loaded {} entries", trailer.entryCount());
        } catch (SnapshotFormatException e) {
            loading.close();
            return e.getMessage();
        } catch (IOException e) {
            loading.close();
            return file.path() + " can't be read: " + FileFailure.of(e, file.path());
        } catch (RuntimeException e) {
            loading.close();
            throw e;
        }
        databases = loading;
        source = "snapshot " + file.path().getFileName() + " of "
                + file.trailer().entryCount() + " keys";
        redoFrom = begin;
        verifier.startAfter(file.header().chainBefore());
        containedUpTo = file.trailer().endIndex();
        containedChain = file.trailer().endChain();
        lineage = file.header().lineage();
        return null;
    }

    /** A snapshot of another node, or of another shard, says so by the chain: it is not that of this log at the same indices. */
    private String problemOfOrigin(SnapshotHeader header, SnapshotTrailer trailer) {
        if (header.shard() != settings.id() || header.shardCount() != settings.shardCount()) {
            return "it is of shard " + header.shard() + " of " + header.shardCount();
        }
        try (BacklogReader reader = backlog.reader()) {
            RecordView record = first(reader, header.beginIndex());
            long before = header.chainBefore();
            boolean isOurs = record == null
                    ? before == backlog.lastChain()
                    : Chain.next(before, record.address(), record.length()) == record.chain();
            if (isOurs && backlog.contains(trailer.endIndex())) {
                isOurs = reader.readAt(trailer.endIndex()).chain() == trailer.endChain();
            }
            return isOurs ? null : "it is of another log: its chain is not that of the records here";
        }
    }

    /** Returns how many records were redone. */
    private long redo() throws RebuildException {
        if (backlog.isEmpty()) {
            return 0;
        }
        long redone = 0;
        try (BacklogReader reader = backlog.reader()) {
            RecordView record = first(reader, redoFrom);
            while (record != null) {
                redo(reader.index(), record);
                redone++;
                progress.add(record.length());
                FaultPoint.REDONE.hit();
                record = reader.next();
            }
        } catch (InternalError e) {
            throw new RebuildException("the log in " + backlog + " can't be read: " + e.getMessage());
        }
        if (verifier.chain() != backlog.lastChain()) {
            throw damaged(backlog.lastIndex(), "the chain does not lead there");
        }
        return redone;
    }

    /** The record at the start of redo, or the first after it: a start may fall where a segment ended. */
    private RecordView first(BacklogReader reader, long begin) {
        if (backlog.contains(begin)) {
            return reader.readAt(begin);
        }
        for (SegmentInfo segment : backlog.segments()) {
            if (segment.firstIndex() >= begin) {
                return reader.readAt(segment.firstIndex());
            }
        }
        return null;
    }

    private void redo(long index, RecordView record) throws RebuildException {
        String problem = verifier.next(index, record);
        if (problem != null) {
            throw damaged(index, problem);
        }
        if (index == containedUpTo && record.chain() != containedChain) {
            throw damaged(
                    index,
                    "the snapshot of " + directory.snapshots() + " is of another log: its chain there is "
                            + HexText.of(containedChain));
        }
        if (record.hasEffects()) {
            if (!applier.hasRoom(record, databases)) {
                throw new RebuildException("shard " + settings.id()
                        + " can't grow so that it takes all keys: raise max-entries, avg-key-size or avg-value-size, or"
                        + " give the machine more memory");
            }
            problem = applier.apply(record, databases, index, index <= containedUpTo);
            if (problem != null) {
                throw damaged(index, problem);
            }
            databases.growStep(StoreLoader.MOVED_EACH);
        }
    }

    private RebuildException damaged(long index, String problem) {
        return new RebuildException("the log in " + backlog + " is damaged at record " + QueueIndex.toString(index)
                + ": " + problem + "; check it with 'tailrace dump --verify'");
    }
}
