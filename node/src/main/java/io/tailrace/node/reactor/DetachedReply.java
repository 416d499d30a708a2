package io.tailrace.node.reactor;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A reply, or a shard's part of one, that is not among a connection's bytes yet: it comes from another shard, or waits after
 * one that does. A short one is on the heap, a long one has native memory of its own. Owned, and closed, by the one it was
 * handed to.
 */
final class DetachedReply implements AutoCloseable {
    /** The longest that is on the heap: there may be very many of them, and their memory costs nothing. */
    static final int MAX_ON_HEAP = 16 << 10;

    private final byte[] bytes;
    private final NativeBuffer memory;
    private final int length;
    private final AtomicLong account;
    private boolean isClosed;

    private DetachedReply(byte[] bytes, NativeBuffer memory, int length, AtomicLong account) {
        this.bytes = bytes;
        this.memory = memory;
        this.length = length;
        this.account = account;
    }

    /**
     * A copy.
     *
     * @param account bytes of native memory that detached replies of the same connection hold, all threads
     */
    static DetachedReply of(long address, int length, AtomicLong account) {
        if (length <= MAX_ON_HEAP) {
            return of(Memory.toBytes(address, length));
        }
        NativeBuffer memory = new NativeBuffer(length);
        account.addAndGet(length);
        Memory.copy(address, memory.address(), length);
        return new DetachedReply(null, memory, length, account);
    }

    static DetachedReply of(byte[] bytes) {
        return new DetachedReply(bytes, null, bytes.length, null);
    }

    int length() {
        return length;
    }

    byte at(int index) {
        assert index >= 0 && index < length : index;
        return memory == null ? bytes[index] : Memory.getByte(memory.address() + index);
    }

    void writeTo(ReplyWriter reply) {
        writeTo(reply, 0, length);
    }

    void writeTo(ReplyWriter reply, int from, int to) {
        assert from >= 0 && from <= to && to <= length : from + " to " + to;
        if (memory != null) {
            reply.raw(memory.address() + from, to - from);
        } else {
            Memory.copyIn(bytes, from, reply.claim(to - from), to - from);
        }
    }

    /** Closing twice is harmless. */
    @Override
    public void close() {
        if (memory != null && !isClosed) {
            isClosed = true;
            memory.close();
            account.addAndGet(-length);
        }
    }
}
