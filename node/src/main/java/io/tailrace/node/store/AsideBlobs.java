package io.tailrace.node.store;

import io.tailrace.node.arena.Arena;

/**
 * Blobs that no entry refers to any more and that a walk may still copy: each is freed once the walk has begun another step.
 * Owned by the reactor thread of the shard.
 */
final class AsideBlobs {
    private static final int INITIAL = 64;

    private final Arena arena;
    private StoreWalk walk;
    private long[] blobs = new long[INITIAL];
    private long[] steps = new long[INITIAL];
    private int first;
    private int count;

    AsideBlobs(Arena arena) {
        this.arena = arena;
    }

    /** A blob that is not needed any more but by a walk; under the lock of the segment that it was of. */
    void drop(long blob) {
        if (walk == null) {
            arena.freeBlob(blob);
            return;
        }
        long step = walk.step();
        while (count > 0 && steps[first] < step) {
            freeFirst();
        }
        if (count == blobs.length) {
            grow();
        }
        int at = first + count & blobs.length - 1;
        blobs[at] = blob;
        steps[at] = step;
        count++;
    }

    private void grow() {
        long[] moreBlobs = new long[2 * count];
        long[] moreSteps = new long[2 * count];
        for (int i = 0; i < count; i++) {
            moreBlobs[i] = blobs[first + i & count - 1];
            moreSteps[i] = steps[first + i & count - 1];
        }
        blobs = moreBlobs;
        steps = moreSteps;
        first = 0;
    }

    private void freeFirst() {
        arena.freeBlob(blobs[first]);
        first = first + 1 & blobs.length - 1;
        count--;
    }

    void beginWalk(StoreWalk begun) {
        walk = begun;
    }

    /** After the walking thread is done. */
    void endWalk() {
        walk = null;
        while (count > 0) {
            freeFirst();
        }
    }
}
