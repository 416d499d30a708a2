package io.tailrace.tools.export;

import io.tailrace.node.backup.EntryCommands;
import io.tailrace.node.backup.LogWalk;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.shard.LibraryEffects;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.StoreState;
import io.tailrace.node.store.DatabasePlaces;
import io.tailrace.node.store.Libraries;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.ValueType;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.snapshot.SnapshotTrailer;
import io.tailrace.tools.output.Progress;
import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One shard's data at a point as commands: the entries of a snapshot, and then the effects of the log up to the point. Reads only; a
 * node may run there. Memory follows the log between the snapshot's start and end, not the data. One thread.
 *
 * <pre>
 *  snapshot          A ======= B            entries of different moments between A and B, each with the write it is of
 *  log      | r | r | r | F | r | r | r | P |
 *                    ^ 1. looked through: the last FLUSHALL or FLUSHDB F, the keys written up to B, the swaps up to P
 *                    2. entries, but for those older than F
 *                           ^ 3. effects after F; up to B only those that the key's entry does not contain and that matter
 * </pre>
 *
 * Function libraries are collected by the same effects and written last, each whole: a flush is not about them.
 * FLUSHALL, FLUSHDB and SWAPDB themselves are never written: of a node with several shards each log has its own. What a flush
 * removes is left out (but see {@link FlushedKeys}), and everything is written to the database that its place
 * ({@link DatabasePlaces}) has at the point.
 */
final class ShardExport implements AutoCloseable {
    private static final int ANY_LENGTH = 1 << 30;
    /** Arguments of a COPY within a database, and which one names the other database in one that is not. */
    private static final int COPY_WITHIN = 4;

    private static final int COPY_DATABASE = 4;

    /** Takes commands. */
    interface Sink {
        /** @param database of its key */
        void command(int database, Arguments arguments) throws IOException;
    }

    private final ShardDirectory shard;
    private final LogWalk log;
    private final Sink sink;
    private final Progress progress;
    private final KeyVersions versions = new KeyVersions();
    private final LiveEffects live = new LiveEffects(versions);
    private final EffectCursor cursor = new EffectCursor();
    private final Libraries libraries = new Libraries();
    private final Arguments one = new Arguments();
    private final NativeBuffer del = new NativeBuffer(Long.BYTES);
    private final NativeBuffer number = new NativeBuffer(Decimal.MAX_LENGTH);
    private final Path file;
    private final SnapshotHeader header;
    private final SnapshotTrailer trailer;
    /** When the database in a place was emptied last. */
    private final Map<Integer, Moment> flushed = new HashMap<>();

    private Moment flushedAll = Moment.NONE;
    /** Of the record that is looked at. */
    private final DatabasePlaces places = new DatabasePlaces();
    /** At the point. */
    private final DatabasePlaces placesAtPoint = new DatabasePlaces();

    private final FlushedKeys flushedKeys = new FlushedKeys();
    private int selected;
    private long commands;

    /** @param file the snapshot to begin with, or null for the log alone */
    ShardExport(ShardDirectory shard, Path file, RestorePoint point, Sink sink, Progress progress) throws IOException {
        this.shard = shard;
        this.sink = sink;
        this.progress = progress;
        this.file = file;
        header = file == null ? null : SnapshotReader.readHeader(file);
        trailer = file == null ? null : SnapshotReader.readTrailer(file);
        log = new LogWalk(shard, point, file, header, trailer);
        Memory.copyIn(
                Effect.DEL.name().getBytes(StandardCharsets.US_ASCII),
                0,
                del.address(),
                Effect.DEL.name().length());
    }

    /** Writes all commands. Returns the last record that they hold. */
    long run() throws IOException {
        lookThrough();
        if (live.hasMoves()) {
            log.walkContained(each((effect, arguments, moment) ->
                    live.lookAgain(effect, places.placeOf(selected), placeOf(effect, arguments), arguments, moment)));
        }
        if (file != null) {
            entries();
        }
        live.conclude();
        effects();
        libraries();
        return log.last();
    }

    private void beginPlaces() throws IOException {
        places.arrange("");
        if (header != null) {
            StoreState.restore(header, places);
        }
    }

    private interface EffectVisitor {
        void effect(Effect effect, Arguments arguments, Moment moment) throws IOException;
    }

    /** Each effect with the places as they are then; {@link #selected} is the database of the record's last SELECT. */
    private LogWalk.Visitor each(EffectVisitor visitor) throws IOException {
        beginPlaces();
        return (index, record) -> {
            progress.step(() -> shard + ": " + commands + " commands, at " + QueueIndex.toString(index));
            int ordinal = 0;
            selected = 0;
            cursor.wrap(record);
            while (cursor.next()) {
                Arguments arguments = cursor.arguments();
                Effect effect = Effect.of(arguments);
                if (effect == Effect.SELECT) {
                    selected = (int) arguments.parseLong(1);
                } else if (effect == Effect.SWAPDB) {
                    places.swap((int) arguments.parseLong(1), (int) arguments.parseLong(2));
                } else if (effect != Effect.ECHO) {
                    visitor.effect(effect, arguments, new Moment(index, ordinal));
                }
                ordinal++;
            }
        };
    }

    private int placeOf(Effect effect, Arguments arguments) {
        return places.placeOf(effect.database(arguments, selected));
    }

    private void lookThrough() throws IOException {
        // first, out of the database in a place
        Map<Integer, Moment> copied = new HashMap<>();
        log.walk(each((effect, arguments, moment) -> {
            if (effect == Effect.COPY && arguments.count() != COPY_WITHIN) {
                copied.putIfAbsent(places.placeOf(selected), moment);
            }
            if (effect == Effect.FLUSHALL) {
                flushedAll = moment;
                copied.clear();
            } else if (effect == Effect.FLUSHDB) {
                flushed.put(places.placeOf(selected), moment);
            }
            if (moment.index() <= log.contained()) {
                live.look(effect, places.placeOf(selected), placeOf(effect, arguments), arguments, moment);
            }
        }));
        placesAtPoint.arrange(places.swapped());
        copied.forEach((place, copy) -> {
            Moment flush = flushed.get(place);
            if (flush != null && copy.isBefore(flush)) {
                flushed.remove(place);
                flushedKeys.keep(place);
            }
        });
    }

    private boolean isFlushed(int place, Moment moment) {
        Moment ofPlace = flushed.get(place);
        return !flushedAll.isBefore(moment) || ofPlace != null && !ofPlace.isBefore(moment);
    }

    private void entries() throws IOException {
        try (EntryCommands entries = new EntryCommands(new Entries())) {
            SnapshotReader.read(file, entries, ANY_LENGTH);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private final class Entries implements EntryCommands.Receiver {
        private int place;

        /** A key may come more than once: what was written last counts, whatever comes first. */
        @Override
        public boolean entry(EntryImage entry) throws IOException {
            progress.step(() -> shard + ": " + commands + " keys of " + trailer.entryCount());
            if (Store.typeOf(entry) == ValueType.FUNCTION) {
                LibraryEffects.load(libraries, entry);
                return false;
            }
            place = entry.place();
            long key = entry.keyAddress();
            int length = entry.keyLength();
            Moment moment = new Moment(entry.version(), entry.ordinal());
            if (isFlushed(place, moment) || versions.contains(place, key, length, moment)) {
                return false;
            }
            if (versions.isHeld(place, key, length)) {
                delete(place, key, length);
            }
            versions.held(place, key, length, moment);
            flushedKeys.written(place, key, length);
            return true;
        }

        @Override
        public void command(Arguments arguments) throws IOException {
            write(place, arguments);
        }

        @Override
        public void unknown(EntryImage entry) throws IOException {
            throw new IOException(
                    file + " has an entry of type " + Store.typeOf(entry) + ", which has no known command");
        }
    }

    /** The same records as the first time: what came since is beyond the last one. */
    private void effects() throws IOException {
        log.walk(each((effect, arguments, moment) -> {
            if (effect == Effect.FUNCTION) {
                LibraryEffects.apply(libraries, arguments, moment.index(), moment.ordinal(), true);
                return;
            }
            int place = placeOf(effect, arguments);
            if (effect == Effect.FLUSHDB && flushedKeys.isKept(place)) {
                flushKept(place, moment);
            } else if (!isFlushed(place, moment)) {
                effect(effect, place, arguments, moment);
            }
        }));
    }

    private void effect(Effect effect, int place, Arguments arguments, Moment moment) throws IOException {
        int key = effect.secondKey() == 0 ? effect.key() : effect.secondKey();
        if (moment.index() > log.contained() || key == 0 || live.isLive(place, arguments, key, moment)) {
            write(effect, place, arguments);
        } else if (effect == Effect.RENAME && live.isLive(place, arguments, effect.key(), moment)) {
            // the snapshot has the key under its new name, or that was removed soon
            delete(place, arguments.address(effect.key()), arguments.length(effect.key()));
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
            commands++;
            sink.command(0, arguments);
        }

        @Override
        public void unknown(EntryImage entry) {
            throw new IllegalStateException("a library is known");
        }
    }

    private void flushKept(int place, Moment moment) throws IOException {
        flushedKeys.take(place, (key, length) -> {
            boolean isOld = !versions.contains(place, key, length, moment);
            if (isOld) {
                delete(place, key, length);
            }
            return isOld;
        });
    }

    private void delete(int place, long key, int keyLength) throws IOException {
        one.reset();
        one.add(del.address(), Effect.DEL.name().length());
        one.add(key, keyLength);
        write(place, one);
    }

    /** A copy from one database to another is written in that of its source, and names the other as it is at the point. */
    private void write(Effect effect, int place, Arguments arguments) throws IOException {
        if (effect != Effect.COPY || arguments.count() == COPY_WITHIN) {
            write(place, arguments);
            noteWritten(effect, place, arguments);
            return;
        }
        noteWritten(effect, place, arguments);
        one.reset();
        for (int i = 0; i < arguments.count(); i++) {
            if (i == COPY_DATABASE) {
                one.add(number.address(), Decimal.write(number.address(), placesAtPoint.databaseAt(place)));
            } else {
                one.add(arguments.address(i), arguments.length(i));
            }
        }
        write(places.placeOf(selected), one);
    }

    private void noteWritten(Effect effect, int place, Arguments arguments) {
        int key = effect.secondKey() == 0 ? effect.key() : effect.secondKey();
        if (key != 0) {
            flushedKeys.written(place, arguments.address(key), arguments.length(key));
        }
    }

    private void write(int place, Arguments arguments) throws IOException {
        commands++;
        sink.command(placesAtPoint.databaseAt(place), arguments);
    }

    long commands() {
        return commands;
    }

    @Override
    public void close() {
        del.close();
        number.close();
    }
}
