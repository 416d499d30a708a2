package io.tailrace.node.rewind;

import io.tailrace.node.platform.Background.Task;
import io.tailrace.node.platform.Background.Work;
import io.tailrace.node.shard.EntryBatch;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.Snapshots;
import io.tailrace.node.store.DatabaseWalk;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.node.value.FrozenValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks the store that is served into a new one and its snapshot file, without the touched keys. A thread of the background
 * walks; the rest is the shard's reactor thread's.
 *
 * <p>A store can be walked by one at a time, so a snapshot that is being written is broken off first, which nothing waits for.
 */
final class StoreCopy {
    private final Shard shard;
    private final Snapshots snapshots;
    private final Databases walked;
    private final CollectionTypes types;
    private final EntryBatch batch = new EntryBatch(this::noteCollection);
    private final List<FrozenValue> collections = new ArrayList<>();
    private final Runnable wake;
    private RewoundStore store;
    private DatabaseWalk walk;
    private Task task;
    private int nextSegment;
    private volatile boolean isCancelled;
    private volatile boolean isDone;
    private volatile String failure;

    StoreCopy(Shard shard, CollectionTypes types, Runnable wake) {
        this.shard = shard;
        this.types = types;
        this.wake = wake;
        snapshots = shard.snapshots();
        walked = shard.databases();
        snapshots.suspend(this);
    }

    /** Begins to walk into a store, unless a snapshot is still being written; returns whether it has begun. */
    boolean begin(RewoundStore target) {
        if (walk == null && snapshots.lendWalk(this)) {
            store = target;
            walk = walked.beginWalk();
            task = shard.settings().background().start("rewind-" + shard.id(), this::step);
        }
        return walk != null;
    }

    private long step() {
        try {
            if (isCancelled) {
                return Work.OVER;
            }
            if (nextSegment < walk.segments()) {
                walk.segment(nextSegment++, this::visit);
                batch.drainTo(store::keep);
                for (FrozenValue each : collections) {
                    store.keep(each);
                }
                collections.clear();
                return Work.MORE;
            }
            isDone = true;
        } catch (IOException | RuntimeException | Error e) {
            failure = "the store can't be copied: " + e;
        }
        wake.run();
        return Work.OVER;
    }

    private void visit(long key, int keyLength, Entry entry) {
        batch.add(walk.place(), key, keyLength, entry);
    }

    /** The store isn't written while a rewind is prepared, so that a large collection can be read where it is. */
    private void noteCollection(long key, int keyLength, Entry entry) {
        collections.add(types.lookAt(walk.store(), key, keyLength, entry));
    }

    /** Whether every entry was visited. */
    boolean isDone() {
        return isDone;
    }

    /** Why it can't be completed, or null. */
    String failure() {
        return failure;
    }

    /** Any thread: asks the walk to end. */
    void cancel() {
        isCancelled = true;
    }

    /** Any thread: waits until the thread of the walk has ended. */
    void await() {
        if (task != null) {
            task.await();
        }
    }

    /** Whether it has a walk that was not given back. */
    boolean isWalking() {
        return walk != null;
    }

    /** Gives the walk back, after its thread has ended. */
    void end() {
        if (walk != null) {
            walk = null;
            walked.endWalk();
        }
        snapshots.resume(this);
        batch.close();
    }
}
