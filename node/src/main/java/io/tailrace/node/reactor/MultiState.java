package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandFlag;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.Routing;
import io.tailrace.node.shard.ShardHold;
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
    /** No shard is needed yet. */
    static final int NONE = -1;
    /** More than one is. */
    static final int SEVERAL = -2;

    /** Arguments for which memory is made as they are. */
    private static final int LARGE = 32 << 10;

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
    private boolean hasSessionCommands;
    private boolean hasKeys;
    private boolean isOpen;
    private boolean isBroken;
    /** Shards that the commands need, as a set. */
    private long needed;
    /** By shard; null as long as nothing is watched. */
    private WatchSet[] watched;
    /** Shards with watched keys, as a set. */
    private long watchedOn;

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

    /** @param shards where it has to run, as a set; empty for anywhere */
    void add(CommandSpec spec, Arguments arguments, long shards) {
        needed |= shards;
        if (specs.size() == firsts.length) {
            firsts = Arrays.copyOf(firsts, 2 * firsts.length);
        }
        firsts[specs.size()] = argumentCount;
        specs.add(spec);
        flags |= spec.flags();
        boolean isOfSession = spec.routing() == Routing.SESSION;
        hasKeys |= !isOfSession;
        hasSessionCommands |= isOfSession;
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
        if (length < LARGE) {
            bytes.ensureCapacity(used + length, used);
        } else {
            bytes.ensureRoom(used + length, used);
        }
        Memory.copy(address, bytes.address() + used, length);
        used += length;
        ends[argumentCount++] = used;
    }

    /** What is queued, in order. */
    List<CommandSpec> specs() {
        return specs;
    }

    /** Puts another command in the place of a queued one. */
    void replace(int request, CommandSpec spec) {
        specs.set(request, spec);
    }

    int count() {
        return specs.size();
    }

    int queuedBytes() {
        return used;
    }

    /** The same as Redis shows it, with eight bytes an argument. */
    long shownBytes() {
        return used + (long) Long.BYTES * argumentCount;
    }

    /** Of what is queued, with its places, and of what is watched. */
    long memoryBytes() {
        long sum = bytes == null ? 0 : bytes.capacity();
        sum += (long) Integer.BYTES * (ends.length + firsts.length) + (long) Long.BYTES * specs.size();
        for (int shard = 0; watched != null && shard < watched.length; shard++) {
            sum += watched[shard] == null ? 0 : watched[shard].memoryBytes();
        }
        return sum;
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

    /** Whether a command is about the connection or the node, and so runs on the connection's thread. */
    boolean hasSessionCommands() {
        return hasSessionCommands;
    }

    /** Whether a command looks at data. */
    boolean hasKeys() {
        return hasKeys;
    }

    /** The shards where it has to be executed, as a set: those of what is queued and of what is watched. */
    long shards() {
        return needed | watchedOn;
    }

    /** The only shard where it has to be executed, {@link #NONE} for anywhere, or {@link #SEVERAL}. */
    int shard() {
        long all = shards();
        return all == 0 ? NONE : Long.bitCount(all) == 1 ? Long.numberOfTrailingZeros(all) : SEVERAL;
    }

    /** What is watched, by shard, with null where nothing is; or null. */
    WatchSet[] watched() {
        return watched;
    }

    /** What is watched on a shard, or null. */
    WatchSet watched(int shard) {
        return watched == null ? null : watched[shard];
    }

    /** Whether a key that is watched was changed. */
    boolean isTouched() {
        boolean isTouched = false;
        for (int shard = 0; watched != null && shard < watched.length && !isTouched; shard++) {
            isTouched = watched[shard] != null && watched[shard].isTouched();
        }
        return isTouched;
    }

    /** The set to add keys of a shard to. */
    WatchSet watchOn(int shard, int shardCount) {
        if (watched == null) {
            watched = new WatchSet[shardCount];
        }
        if (watched[shard] == null) {
            watched[shard] = new WatchSet();
            watchedOn |= ShardHold.only(shard);
        }
        return watched[shard];
    }

    /** Forgets what is watched; the shards are the caller's to tell. */
    void forgetWatched() {
        watched = null;
        watchedOn = 0;
    }

    /** Leaves MULTI; what is watched stays. */
    void reset() {
        specs.clear();
        argumentCount = 0;
        used = 0;
        flags = 0;
        hasKeys = false;
        hasSessionCommands = false;
        isOpen = false;
        isBroken = false;
        needed = 0;
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
