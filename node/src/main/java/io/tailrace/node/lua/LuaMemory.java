package io.tailrace.node.lua;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The allocation budget of one runtime. Everything that can grow is charged before it is made. What was dropped since is known
 * only by walking from the roots, which is done when the charged bytes have reached a threshold: twice what the last walk found,
 * as a collector would pace itself. A script whose live data exceed seven eighths of the limit gets "not enough memory": the rest is
 * the room that keeps walks rare.
 *
 * <p>Owned by the runtime's thread.
 */
public final class LuaMemory {
    static final int STRING_BYTES = 32;
    static final int TABLE_BYTES = 64;
    static final long SLOT_BYTES = 24;
    static final long NODE_BYTES = 44;
    static final int CLOSURE_BYTES = 48;
    static final long UPVALUE_BYTES = 32;
    static final int PROTOTYPE_BYTES = 256;
    static final int THREAD_BYTES = 1024;

    private static final long MIN_THRESHOLD = 4L << 20;

    /** Time goes with memory: this many bytes count as one step. */
    private static final int STEP_BITS = 7;

    private static final int ROOM_BITS = 3;

    private final LongConsumer owe;
    private final LongSupplier liveBytes;
    private long limit;
    private long used;
    private long threshold;

    /**
     * @param owe takes steps for the time that memory takes
     * @param liveBytes counts what is still in use, by a walk
     */
    LuaMemory(long limit, LongConsumer owe, LongSupplier liveBytes) {
        this.owe = owe;
        this.limit = limit;
        this.liveBytes = liveBytes;
        this.threshold = Math.min(MIN_THRESHOLD, limit);
    }

    /** What is about to be allocated. */
    public void charge(long bytes) {
        used += bytes;
        if (bytes >>> STEP_BITS > 0) {
            owe.accept(bytes >>> STEP_BITS);
        }
        if (used > threshold) {
            recount(bytes);
        }
    }

    void chargeString(int length) {
        charge((long) STRING_BYTES + length);
    }

    private void recount(long asked) {
        long live = asked > limit ? 0 : liveBytes.getAsLong();
        if (live + asked > limit - (limit >>> ROOM_BITS)) {
            used = Math.min(used - asked, limit);
            throw new LuaError(LuaString.of("not enough memory"));
        }
        used = live + asked;
        threshold = Math.min(limit, Math.max(MIN_THRESHOLD, used * 2));
    }

    /** A full walk now, as collectgarbage("collect") asks for. */
    public void collect() {
        used = liveBytes.getAsLong();
        threshold = Math.min(limit, Math.max(MIN_THRESHOLD, used * 2));
    }

    /** Charged and not yet found to be dropped. */
    public long used() {
        return used;
    }

    public void limit(long bytes) {
        limit = bytes;
        threshold = Math.min(limit, Math.max(MIN_THRESHOLD, used));
    }
}
