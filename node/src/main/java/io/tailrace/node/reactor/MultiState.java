package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandFlag;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.Routing;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a connection has queued since MULTI, and what it watches. Owned and closed by the connection's thread. Queuing and laying
 * out make no garbage once as much was queued before.
 *
 * <pre>
 *  bytes   | arguments of the first request | arguments of the second | ..     native, one after the other
 *  ends    where each argument ends in bytes
 *  firsts  which argument is the first of each request
 * </pre>
 */
final class MultiState implements AutoCloseable {
    /** No shard is needed yet, or watched on. */
    static final int NONE = -1;

    private static final int INITIAL_BYTES = 512;
    private static final int RETAINED_BYTES = 64 << 10;
    private static final int RETAINED_ARGUMENTS = 1 << 10;
    private static final int INITIAL_ARGUMENTS = 16;

    private final List<CommandSpec> specs = new ArrayList<>();
    private NativeBuffer bytes;
    private int[] ends = new int[INITIAL_ARGUMENTS];
    private int[] firsts = new int[INITIAL_ARGUMENTS];
    private int argumentCount;
    private int used;
    private int flags;
    private boolean hasKeys;
    private boolean isOpen;
    private boolean isBroken;
    private boolean isSpread;
    private int shard = NONE;
    private WatchSet watched;
    private int watchShard = NONE;

    /** Whether commands are queued instead of run. */
    boolean isOpen() {
        return isOpen;
    }

    /** MULTI. */
    void open() {
        assert !isOpen && specs.isEmpty() : "a MULTI within a MULTI";
        isOpen = true;
    }

    /** A command was refused, so EXEC will be; nothing without MULTI. */
    void breakOff() {
        isBroken |= isOpen;
    }

    boolean isBroken() {
        return isBroken;
    }

    /** @param neededShard where it has to run, or {@link ShardRouter#ANY} */
    void add(CommandSpec spec, Arguments arguments, int neededShard) {
        if (neededShard != ShardRouter.ANY) {
            isSpread |= shard != NONE && shard != neededShard;
            shard = shard == NONE ? neededShard : shard;
        }
        if (specs.size() == firsts.length) {
            firsts = Arrays.copyOf(firsts, 2 * firsts.length);
        }
        firsts[specs.size()] = argumentCount;
        specs.add(spec);
        flags |= spec.flags();
        hasKeys |= spec.routing() != Routing.SESSION;
        for (int i = 0; i < arguments.count(); i++) {
            append(arguments.address(i), arguments.length(i));
        }
    }

    private void append(long address, int length) {
        if (argumentCount == ends.length) {
            ends = Arrays.copyOf(ends, 2 * ends.length);
        }
        if (bytes == null) {
            bytes = new NativeBuffer(INITIAL_BYTES);
        }
        bytes.ensureCapacity(used + length, used);
        Memory.copy(address, bytes.address() + used, length);
        used += length;
        ends[argumentCount++] = used;
    }

    /** What is queued, in order. */
    List<CommandSpec> specs() {
        return specs;
    }

    int count() {
        return specs.size();
    }

    int queuedBytes() {
        return used;
    }

    /** The arguments of a queued request, where they lie until the next change here. */
    void layOut(int request, Arguments into) {
        into.reset();
        int end = request + 1 < specs.size() ? firsts[request + 1] : argumentCount;
        int start = firsts[request] == 0 ? 0 : ends[firsts[request] - 1];
        for (int i = firsts[request]; i < end; i++) {
            into.add(bytes.address() + start, ends[i] - start);
            start = ends[i];
        }
    }

    boolean hasWrites() {
        return CommandFlag.WRITE.isIn(flags);
    }

    /** Whether a command looks at data. */
    boolean hasKeys() {
        return hasKeys;
    }

    /** Whether what is queued and watched is on several shards, so that it can't be executed as one. */
    boolean isSpread() {
        return isSpread || watchShard != NONE && shard != NONE && watchShard != shard;
    }

    /** Where it has to be executed, or {@link #NONE} for anywhere. */
    int shard() {
        return shard == NONE ? watchShard : shard;
    }

    /** What is watched, or null. */
    WatchSet watched() {
        return watched;
    }

    /** Where it is watched, or {@link #NONE}. */
    int watchShard() {
        return watchShard;
    }

    /** The set to add keys of a shard to, or null when others are watched on another one. */
    WatchSet watchOn(int keysShard) {
        if (watched != null && watchShard != keysShard) {
            return null;
        }
        if (watched == null) {
            watched = new WatchSet();
            watchShard = keysShard;
        }
        return watched;
    }

    /** Forgets what is watched; the shard is the caller's to tell. */
    void forgetWatched() {
        watched = null;
        watchShard = NONE;
    }

    /** Leaves MULTI; what is watched stays. */
    void reset() {
        specs.clear();
        argumentCount = 0;
        used = 0;
        flags = 0;
        hasKeys = false;
        isOpen = false;
        isBroken = false;
        isSpread = false;
        shard = NONE;
        if (bytes != null) {
            bytes.shrinkTo(RETAINED_BYTES);
        }
        if (ends.length > RETAINED_ARGUMENTS) {
            ends = new int[INITIAL_ARGUMENTS];
            firsts = new int[INITIAL_ARGUMENTS];
        }
    }

    /** Gives memory back that nothing is in. */
    void shrink() {
        if (!isOpen) {
            close();
        }
    }

    @Override
    public void close() {
        if (bytes != null) {
            bytes.close();
            bytes = null;
        }
    }
}
