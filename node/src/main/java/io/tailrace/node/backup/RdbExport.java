package io.tailrace.node.backup;

import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.rdb.RdbFileWriter;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.shard.EffectApplier;
import io.tailrace.node.shard.LibraryEffects;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.ShardSettings;
import io.tailrace.node.shard.StoreLoader;
import io.tailrace.node.shard.StoreState;
import io.tailrace.node.store.DatabasePlaces;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.snapshot.EntrySink;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.snapshot.SnapshotTrailer;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * Writes one shard as it was at a point into an RDB file: the entries of a snapshot as they are, but for the keys that the log touches from
 * the snapshot's start to the point. Those are put together in a store of their own, as a start does, and written last. So memory
 * follows the log and the longest value, not the data, unless a database was emptied or swapped in that stretch. Reads only; a
 * node may run there. One thread.
 *
 * <pre>
 *  snapshot          A ======= B            entries of different moments between A and B
 *  log      | r | r | r | r | r | r | r | P |
 *                    ^--------------------^ 1. the keys that are touched here
 *  2. entries of other keys -> file         3. those of touched keys -> store <- the log from A to P
 *                                           4. store -> file
 * </pre>
 */
public final class RdbExport implements AutoCloseable {
    private static final int ANY_LENGTH = 1 << 30;
    private static final int MAX_VALUE = 256 << 20;
    private static final int MAX_RECORD = MAX_VALUE + (128 << 10);
    private static final int KEYS_AT_FIRST = 10_000;
    private static final int KEY_BYTES = 32;
    private static final int VALUE_BYTES = 128;
    private static final long SEGMENT = 1 << 20;

    private final ShardDirectory shard;
    private final Path snapshot;
    private final SnapshotHeader header;
    private final SnapshotTrailer trailer;
    private final LogWalk log;
    private final LongConsumer progress;
    private final Databases databases;
    private final ShardSettings settings;
    private RdbKeys keys;

    /**
     * Looks at the files.
     *
     * @param snapshot to begin with, or null for the log alone
     * @param progress hears how many keys were written, now and then
     */
    public RdbExport(ShardDirectory shard, Path snapshot, RestorePoint point, LongConsumer progress)
            throws IOException {
        this.shard = shard;
        this.progress = progress;
        this.snapshot = snapshot;
        header = this.snapshot == null ? null : SnapshotReader.readHeader(this.snapshot);
        trailer = this.snapshot == null ? null : SnapshotReader.readTrailer(this.snapshot);
        log = new LogWalk(shard, point, this.snapshot, header, trailer);
        settings = new ShardSettings(
                header == null ? 0 : header.shard(),
                header == null ? 1 : header.shardCount(),
                new StoreSizing(KEYS_AT_FIRST, KEY_BYTES, VALUE_BYTES),
                new BacklogSettings(SEGMENT, 2 * SEGMENT, MAX_RECORD, "disk-export"),
                MAX_VALUE);
        databases = settings.newDatabases(0, 0);
    }

    /** Writes all keys and libraries; returns the last record that they are of. */
    public long run(RdbFileWriter file) throws IOException {
        DatabasePlaces places = new DatabasePlaces();
        if (header != null) {
            StoreState.restore(header, places);
            StoreState.restore(header, databases);
        }
        TouchedKeys touched = new TouchedKeys(places);
        log.walk((index, record) -> touched.add(record));
        try (RdbKeys written = new RdbKeys(file, databases::databaseAt);
                EntryCommands commands = new EntryCommands(written)) {
            keys = written;
            if (snapshot != null) {
                read(touched, commands);
            }
            written.end();
            redo();
            new StoreEntries(databases, settings.newTypes()).writeTo(commands);
            written.end();
            LibraryEffects.write(databases.libraries().current(), commands::entry);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return log.last();
    }

    private void read(TouchedKeys touched, EntryCommands commands) throws IOException {
        CollectionTypes types = settings.newTypes();
        try (StoreLoader loader = new StoreLoader(databases, types)) {
            SnapshotReader.read(snapshot, new Divided(touched, loader, commands), ANY_LENGTH);
        }
    }

    /** Sends each entry to the store or to the file. */
    private final class Divided implements EntrySink {
        private final TouchedKeys touched;
        private final EntrySink store;
        private final EntrySink file;
        private EntrySink current;

        Divided(TouchedKeys touched, EntrySink store, EntrySink file) {
            this.touched = touched;
            this.store = store;
            this.file = file;
        }

        private EntrySink of(EntryImage entry) {
            progress.accept(keys.keys());
            boolean isLibrary = Store.typeOf(entry) == ValueType.FUNCTION;
            current = isLibrary || touched.contains(entry) ? store : file;
            return current;
        }

        @Override
        public void entry(EntryImage entry) {
            of(entry).entry(entry);
        }

        @Override
        public void beginCollection(EntryImage head) {
            of(head).beginCollection(head);
        }

        @Override
        public String elements(int section, long address, int length) {
            return current.elements(section, address, length);
        }

        @Override
        public String endCollection(long elements) {
            return current.endCollection(elements);
        }
    }

    private void redo() throws IOException {
        EffectApplier applier = EffectApplier.forFilling(settings);
        log.walk((index, record) -> {
            progress.accept(keys.keys());
            String problem = applier.redo(record, databases, index, index <= log.contained());
            if (problem != null) {
                throw new IOException("record " + QueueIndex.toString(index) + " in " + shard.queue() + ": " + problem);
            }
        });
    }

    /** Keys that were written. */
    public long keys() {
        return keys == null ? 0 : keys.keys();
    }

    @Override
    public void close() {
        databases.close();
    }
}
