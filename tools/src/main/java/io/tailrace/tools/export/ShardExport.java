package io.tailrace.tools.export;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.repair.RestorePlan;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.shard.LibraryEffects;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.store.Libraries;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.ValueType;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.snapshot.SnapshotTrailer;
import io.tailrace.tools.Progress;
import io.tailrace.tools.dump.ChainCheck;
import io.tailrace.tools.dump.DumpException;
import io.tailrace.tools.dump.EntryCommands;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One shard's data at a point as commands: the entries of a snapshot, and then the effects of the log up to the point. Reads only; a
 * node may run there. Memory follows the log between the snapshot's begin and end, not the data. One thread.
 *
 * <pre>
 *  snapshot          A ======= B            entries of different moments between A and B, each with the write it is of
 *  log      | r | r | r | F | r | r | r | P |
 *                    ^ 1. looked through: the last FLUSHALL F, the keys written up to B
 *                    2. entries, but for those older than F
 *                           ^ 3. effects after F; up to B only those that the key's entry does not contain
 * </pre>
 *
 * Function libraries are collected by the same effects and written last, each whole: FLUSHALL is not about them.
 * FLUSHALL itself is never written: of a node with several shards each log has its own, and what it removes is left out.
 */
final class ShardExport implements AutoCloseable {
    private static final int ANY_LENGTH = 1 << 30;

    /** Takes commands. */
    interface Sink {
        void command(Arguments arguments) throws IOException;
    }

    private final ShardDirectory shard;
    private final RestorePoint point;
    private final Sink sink;
    private final Progress progress;
    private final KeyVersions versions = new KeyVersions();
    private final EffectCursor cursor = new EffectCursor();
    private final Libraries libraries = new Libraries();
    private final Arguments one = new Arguments();
    private final NativeBuffer del = new NativeBuffer(Long.BYTES);
    private final Path file;
    private final SnapshotHeader header;
    private final SnapshotTrailer trailer;
    private long flushed = QueueIndex.NONE;
    private int flushedOrdinal;
    private long stopAfter = Long.MAX_VALUE;
    private long last = QueueIndex.NONE;
    private long commands;

    /** @param file the snapshot to begin with, or null for the best of its own */
    ShardExport(ShardDirectory shard, Path file, RestorePoint point, Sink sink, Progress progress) throws IOException {
        this.shard = shard;
        this.point = point;
        this.sink = sink;
        this.progress = progress;
        this.file = file == null ? RestorePlan.baseOf(shard, point) : file;
        header = this.file == null ? null : SnapshotReader.readHeader(this.file);
        trailer = this.file == null ? null : SnapshotReader.readTrailer(this.file);
        Memory.copyIn(
                Effect.DEL.name().getBytes(StandardCharsets.US_ASCII),
                0,
                del.address(),
                Effect.DEL.name().length());
    }

    /** Writes all commands. Returns the last record that they hold. */
    long run() throws IOException, DumpException {
        lookThrough();
        if (header != null && last < trailer.endIndex()) {
            throw new DumpException("that is before the end of " + file + ", " + QueueIndex.toString(trailer.endIndex())
                    + ": its entries are of different moments up to there; name an older one with --snapshot");
        }
        if (file != null) {
            entries();
        }
        effects();
        libraries();
        return last;
    }

    private long begin() {
        return header == null ? 0 : header.beginIndex();
    }

    private long contained() {
        return trailer == null ? QueueIndex.NONE : trailer.endIndex();
    }

    private interface Visitor {
        void record(long index, RecordView record) throws IOException;
    }

    /** From the snapshot's begin to the point, each record checked. */
    private void walk(Visitor visitor) throws IOException, DumpException {
        ChainCheck check = new ChainCheck();
        try (BacklogInspector log = new BacklogInspector(shard.queue())) {
            log.seek(QueueIndex.of(QueueIndex.segment(Math.min(begin(), Math.max(0, contained()))), 0));
            boolean isFirst = true;
            for (RecordView record = log.next(); record != null; record = log.next()) {
                String fault = check.fault(log, record);
                if (isFirst) {
                    requireBegin(log);
                    isFirst = false;
                }
                if (log.index() > stopAfter || point.limit().isBeyond(log.index(), record.commitMicros())) {
                    return;
                }
                if (fault != null || log.gap() != null) {
                    throw new DumpException(
                            log.place() + ": " + (fault == null ? log.gap().text() : fault));
                }
                requireSame(log.index(), record);
                if (log.index() >= begin() && !log.isOpening()) {
                    visitor.record(log.index(), record);
                }
                last = log.index();
                progress.step(() -> shard + ": " + commands + " commands, at " + QueueIndex.toString(last));
            }
        }
    }

    private void requireBegin(BacklogInspector log) throws DumpException {
        long before = log.opening() == null ? QueueIndex.NONE : log.opening().previousIndex();
        if (before >= begin() || header == null && before != QueueIndex.NONE) {
            throw new DumpException((file == null ? "the data" : file) + " needs the log from "
                    + QueueIndex.toString(begin()) + " on, and that in " + shard.queue() + " begins at "
                    + QueueIndex.toString(log.index()));
        }
    }

    private void requireSame(long index, RecordView record) throws DumpException {
        if (index == contained() && record.chain() != trailer.endChain()) {
            throw new DumpException(file + " is no snapshot of the log in " + shard.queue() + ": it ends at "
                    + QueueIndex.toString(index) + " with chain " + HexText.of(trailer.endChain())
                    + ", the log has chain " + HexText.of(record.chain()) + " there");
        }
    }

    private void lookThrough() throws IOException, DumpException {
        walk((index, record) -> {
            int ordinal = 0;
            cursor.wrap(record);
            while (cursor.next()) {
                Arguments arguments = cursor.arguments();
                if (Effect.of(arguments) == Effect.FLUSHALL) {
                    flushed = index;
                    flushedOrdinal = ordinal;
                }
                ordinal++;
                Effect effect = Effect.of(arguments);
                if (index <= contained() && effect.key() != 0) {
                    versions.touched(arguments.address(effect.key()), arguments.length(effect.key()));
                }
                if (index <= contained() && effect.secondKey() != 0) {
                    versions.touched(arguments.address(effect.secondKey()), arguments.length(effect.secondKey()));
                }
            }
        });
    }

    private boolean isFlushed(long index, int ordinal) {
        return index < flushed || index == flushed && Integer.compareUnsigned(ordinal, flushedOrdinal) <= 0;
    }

    private void entries() throws IOException {
        try (EntryCommands entries = new EntryCommands(new Entries())) {
            SnapshotReader.read(file, entries, ANY_LENGTH);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private final class Entries implements EntryCommands.Receiver {
        /** A key may come more than once: what was written last counts, whatever comes first. */
        @Override
        public boolean entry(EntryImage entry) throws IOException {
            progress.step(() -> shard + ": " + commands + " keys of " + trailer.entryCount());
            if (Store.typeOf(entry) == ValueType.FUNCTION) {
                LibraryEffects.load(libraries, entry);
                return false;
            }
            long key = entry.keyAddress();
            int length = entry.keyLength();
            boolean isOld = versions.contains(key, length, entry.version(), entry.ordinal());
            if (isFlushed(entry.version(), entry.ordinal()) || isOld) {
                return false;
            }
            if (versions.isHeld(key, length)) {
                delete(key, length);
            }
            versions.held(key, length, entry.version(), entry.ordinal());
            return true;
        }

        @Override
        public void command(Arguments arguments) throws IOException {
            write(arguments);
        }

        @Override
        public void unknown(EntryImage entry) throws IOException {
            throw new IOException(
                    file + " has an entry of type " + Store.typeOf(entry) + ", which no command is known for");
        }
    }

    /** The same records as the first time: what came since is beyond the last one. */
    private void effects() throws IOException, DumpException {
        stopAfter = last;
        walk((index, record) -> {
            int ordinal = 0;
            cursor.wrap(record);
            while (cursor.next()) {
                Arguments arguments = cursor.arguments();
                if (Effect.of(arguments) == Effect.FUNCTION) {
                    LibraryEffects.apply(libraries, arguments, index, ordinal, true);
                } else if (!isFlushed(index, ordinal)) {
                    effect(arguments, index, ordinal);
                }
                ordinal++;
            }
        });
    }

    private void effect(Arguments arguments, long index, int ordinal) throws IOException {
        if (index > contained()) {
            write(arguments);
            return;
        }
        Effect effect = Effect.of(arguments);
        int key = effect.secondKey() == 0 ? effect.key() : effect.secondKey();
        if (key == 0 || !isHeld(arguments, key, index, ordinal)) {
            write(arguments);
        } else if (effect == Effect.RENAME && !isHeld(arguments, effect.key(), index, ordinal)) {
            // the snapshot has the key under its new name
            delete(arguments.address(effect.key()), arguments.length(effect.key()));
        }
    }

    private void libraries() throws IOException {
        try (EntryCommands entries = new EntryCommands(new LibraryCommands())) {
            LibraryEffects.write(libraries.current(), entries::entry);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private final class LibraryCommands implements EntryCommands.Receiver {
        @Override
        public boolean entry(EntryImage entry) {
            return true;
        }

        @Override
        public void command(Arguments arguments) throws IOException {
            write(arguments);
        }

        @Override
        public void unknown(EntryImage entry) {
            throw new IllegalStateException("a library is known");
        }
    }

    private boolean isHeld(Arguments arguments, int key, long index, int ordinal) {
        return versions.contains(arguments.address(key), arguments.length(key), index, ordinal);
    }

    private void delete(long key, int keyLength) throws IOException {
        one.reset();
        one.add(del.address(), Effect.DEL.name().length());
        one.add(key, keyLength);
        write(one);
    }

    private void write(Arguments arguments) throws IOException {
        commands++;
        sink.command(arguments);
    }

    long commands() {
        return commands;
    }

    @Override
    public void close() {
        del.close();
    }
}
