package io.tailrace.node.shard;

import io.tailrace.node.store.DatabaseWalk;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.wire.memory.Memory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A walk over a shard's databases into a snapshot's file: libraries first, then one segment of a map after the other. Created, given
 * large collections and closed by the reactor thread; {@link #step} is its helper's, in turns as {@link FreezeExchange} says.
 */
final class SnapshotWalk implements AutoCloseable {
    /** What comes after a step. */
    enum Next {
        /** Another step. */
        STEP,
        /** The reactor freezes large collections, then another step. */
        FREEZE,
        /** Nothing: every segment was visited. */
        END
    }

    /** Notes the large collections of a segment, under its lock. A class: a reactor takes 0.4 ms for the first use of a lambda. */
    private final class Collections implements EntryVisitor {
        @Override
        public void entry(long key, int keyLength, Entry entry) {
            collections.add(Memory.toBytes(key, keyLength));
        }
    }

    private final Databases databases;
    private final SnapshotWriter writer;
    private final DatabaseWalk walk;
    private final EntryBatch batch = new EntryBatch(new Collections());
    private final SnapshotOutput output;
    private final FreezeExchange exchange;
    private LibrarySet libraries;
    private int nextSegment;
    private List<byte[]> collections = new ArrayList<>();

    /** Begins it: what was written before is in the file, what is written from here on may be. */
    SnapshotWalk(Databases databases, CollectionTypes types, SnapshotWriter writer) {
        this.databases = databases;
        this.writer = writer;
        output = new SnapshotOutput(writer);
        exchange = new FreezeExchange(databases, types);
        libraries = databases.libraries().current();
        walk = databases.beginWalk();
    }

    /** Writes what the reactor has frozen, and visits the next segment. */
    Next step() throws IOException {
        LibraryEffects.write(libraries, writer::entry);
        libraries = LibrarySet.EMPTY;
        exchange.write(output);
        if (!exchange.isAsking() && nextSegment < walk.segments()) {
            visitNext();
        }
        if (exchange.isAsking()) {
            return Next.FREEZE;
        }
        return nextSegment < walk.segments() ? Next.STEP : Next.END;
    }

    private void visitNext() throws IOException {
        walk.segment(nextSegment++, this::visit);
        batch.drainTo(output::entry);
        if (!collections.isEmpty()) {
            exchange.ask(walk.place(), collections);
            collections = new ArrayList<>();
        }
        if (nextSegment == walk.segments() / 2) {
            FaultPoint.SNAPSHOT_HALF.hit();
        }
    }

    /** Under the lock of the segment. */
    private void visit(long key, int keyLength, Entry entry) {
        batch.add(walk.place(), key, keyLength, entry);
    }

    /** How many keys are written so far. Any thread. */
    long keys() {
        return output.keys();
    }

    /** In the reactor's turn, after {@link Next#FREEZE}. */
    void freeze() {
        exchange.freeze();
    }

    /** On the reactor thread, at any time: thaws what is written. */
    void thaw() {
        exchange.thaw();
    }

    /** On the reactor thread: {@link FreezeExchange#moved}. */
    void moved(int place, long key, int keyLength) {
        exchange.moved(place, key, keyLength);
    }

    /** Whether something was moved that is not written yet; any thread. */
    boolean hasMoved() {
        return exchange.hasMoved();
    }

    /** Nothing is frozen any more; the file is not closed. */
    @Override
    public void close() {
        batch.close();
        output.close();
        exchange.close();
        databases.endWalk();
    }
}
