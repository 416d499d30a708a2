package io.tailrace.node.reactor;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/**
 * Objects that are free to be used again, so that what goes from shard to shard and back makes no garbage. Owned by one thread: only that
 * takes and gives, whoever has an object meanwhile.
 *
 * <p>Bounded, as a burst must not hold memory for ever: it keeps {@value #MOST} objects, with {@value #MAX_BYTES} bytes in all, and of no
 * object more than {@value #MAX_BYTES_EACH}. What is above that is left to the garbage collector.
 */
final class MessagePool<T extends MessagePool.Pooled> {
    static final int MOST = 1 << 12;
    static final int MAX_BYTES = 2 << 20;
    static final int MAX_BYTES_EACH = 16 << 10;

    /** What can be used again. */
    interface Pooled {
        /** What its buffers are large. */
        int retainedBytes();

        /** Drops its buffers. */
        void dropBuffers();
    }

    /** How large a buffer is made: somewhat larger than is needed now, if it is kept at all. */
    static int roomFor(int needed, int first) {
        return needed > MAX_BYTES_EACH / 2 ? needed : Math.max(first, Integer.highestOneBit(needed) << 1);
    }

    private final Supplier<T> maker;
    private final ArrayDeque<T> free = new ArrayDeque<>();
    private int bytes;

    /** @param maker makes one when none is free */
    MessagePool(Supplier<T> maker) {
        this.maker = maker;
    }

    T take() {
        if (free.isEmpty()) {
            return maker.get();
        }
        T taken = free.pop();
        bytes -= taken.retainedBytes();
        return taken;
    }

    /** Nobody knows it any more. */
    void give(T given) {
        if (free.size() >= MOST) {
            return;
        }
        if (given.retainedBytes() > Math.min(MAX_BYTES_EACH, MAX_BYTES - bytes)) {
            given.dropBuffers();
        }
        bytes += given.retainedBytes();
        free.push(given);
    }

    int size() {
        return free.size();
    }

    int bytes() {
        return bytes;
    }
}
