package io.tailrace.node.rewind;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.SegmentLinks;
import io.tailrace.node.platform.Background.Task;
import io.tailrace.node.shard.Generation;
import io.tailrace.node.shard.History;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardData;
import io.tailrace.node.shard.StoreState;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;

/**
 * What a rewind needs no primary for: the log up to the last shared record, and the store with its snapshot but for the touched
 * keys, which become the data of a generation.
 *
 * <pre>
 *  reactor     {@link #copyLog}    copies the last segment of the log, a slice at a time; meanwhile
 *  background  {@link #makeStore}  makes the store, once it is known that there is a use for it
 *  background  {@link #poll}       walks the old store into it, then the log is copied and no more of the old data is used
 *  background  {@link #poll}       opens log and store as the generation's data
 * </pre>
 *
 * <p>Created, polled and ended by the shard's reactor thread.
 */
final class SharedPart {
    private static final int COPY_BYTES = 1 << 20;

    private final Shard shard;
    private final Generation generation;
    private final Divergence divergence;
    private final Runnable wake;
    private final History history;
    private final SnapshotHeader header;
    private final long keys;
    private final long bytes;
    private final CollectionTypes types;
    private final LibrarySet libraries;
    private final SharedLog log;
    private final StoreCopy copy;
    private boolean isLogCopied;
    private RewoundStore store;
    private Task assembling;
    private volatile boolean isAssembled;
    private volatile String failure;

    SharedPart(Shard shard, Generation generation, HistoryPosition shared, Divergence divergence, Runnable wake) {
        this.shard = shard;
        this.generation = generation;
        this.divergence = divergence;
        this.wake = wake;
        Backlog backlog = shard.backlog();
        types = shard.settings().newTypes();
        libraries = shard.libraries();
        history = shard.history().until(shared.index());
        header = new SnapshotHeader(
                shard.id(),
                shard.settings().shardCount(),
                history.current().id(),
                new SnapshotHeader.Begin(
                        shared.index() + 1, shared.chain(), backlog.segments().recordCount(shared.index())),
                shard.clock().micros(),
                history.text().lines().toList(),
                StoreState.of(shard.databases().swapped(), shard.databases()));
        keys = shard.databases().keys();
        bytes = shard.databases().dataBytes();
        log = new SharedLog(
                backlog, generation.directory().queue(), shard.settings().backlog(), shared.index());
        copy = new StoreCopy(shard, types, wake);
    }

    /** Makes the new store, which takes long for a large one; before {@link #poll}, in the background. */
    void makeStore() throws IOException {
        SnapshotWriter writer = new SnapshotWriter(generation.directory().snapshots(), header);
        try {
            Databases databases = shard.settings().newDatabases(keys, bytes);
            // nothing is built on this where the writes that are rolled back have swapped some
            StoreState.restore(header, databases);
            store = new RewoundStore(databases, writer, divergence, header.beginIndex() - 1, types);
            store.keep(libraries);
        } catch (RuntimeException | Error e) {
            writer.close();
            throw e;
        }
    }

    /** Copies a slice of the log; returns whether there is more. */
    boolean copyLog() throws IOException {
        isLogCopied = isLogCopied || log.copy(COPY_BYTES);
        return !isLogCopied;
    }

    /** After {@link #makeStore}: starts the next part when one has ended; returns whether the generation has its data. */
    boolean poll() {
        if (assembling == null && copy.begin(store) && copy.isDone() && isLogCopied) {
            copy.end();
            SegmentLinks links = log.links();
            assembling = shard.settings().background().run("rewind-" + shard.id(), () -> assemble(links));
        }
        return isAssembled;
    }

    private void assemble(SegmentLinks links) {
        try {
            Backlog opened = log.open(links);
            try {
                generation.fill(
                        ShardData.of(shard.settings(), generation.directory(), store.databases(), opened, history));
            } catch (IOException | RuntimeException | Error e) {
                opened.close();
                throw e;
            }
            store.handedOver();
            isAssembled = true;
        } catch (IOException | RuntimeException | Error e) {
            failure = "the shared log and store can't be opened at " + QueueIndex.toString(header.beginIndex() - 1)
                    + ": " + e.getMessage();
        }
        wake.run();
    }

    /** Of the entries that were not touched; those of the others are put into it. */
    RewoundStore store() {
        return store;
    }

    /** Why it can't be completed, or null. */
    String failure() {
        return failure == null ? copy.failure() : failure;
    }

    /** Asks what is under way to end. */
    void cancel() {
        copy.cancel();
    }

    /** After {@link #cancel}: waits until no thread uses it. Any thread. */
    void await() {
        copy.await();
        if (assembling != null) {
            assembling.await();
        }
    }

    /** Whether it has a walk of the old store; on the reactor's thread. */
    boolean isWalking() {
        return copy.isWalking();
    }

    /** Gives the walk of the old store back; on the reactor's thread, as that store is its. */
    void endWalk() {
        copy.end();
    }

    /** Closes what the generation has not taken over; blocks for the disk unless it was assembled. */
    void close() {
        log.close();
        if (store != null) {
            store.close();
        }
    }
}
