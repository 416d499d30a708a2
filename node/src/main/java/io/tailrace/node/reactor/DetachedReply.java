package io.tailrace.node.reactor;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A reply, or a shard's part of one, that is not among a connection's bytes yet: it comes from another shard, or waits after
 * one that does. A short one is on the heap, a long one has native memory of its own. Owned, and closed, by the one it was
 * handed to.
 *
 * <p>One of a pool is used again once it is closed, with its bytes: so it is closed once, by the thread of the pool, and nobody looks at it
 * afterwards. Another thread may have it, and fill it in, meanwhile.
 */
final class DetachedReply implements AutoCloseable, MessagePool.Pooled {
    /** The longest that is on the heap: there may be very many of them, and their memory costs nothing. */
    static final int MAX_ON_HEAP = 16 << 10;

    private static final byte[] NO_BYTES = {};
    private static final int FIRST_BYTES = 64;

    private final MessagePool<DetachedReply> pool;
    private byte[] bytes;
    private NativeBuffer memory;
    private int length;
    private AtomicLong account;
    private boolean isOpen = true;

    private DetachedReply(MessagePool<DetachedReply> pool, byte[] bytes) {
        this.pool = pool;
        this.bytes = bytes;
        length = bytes.length;
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
        DetachedReply reply = of(NO_BYTES);
        reply.fill(address, length, account);
        return reply;
    }

    static DetachedReply of(byte[] bytes) {
        return new DetachedReply(null, bytes);
    }

    /** One that is empty, and belongs to a pool. */
    static DetachedReply pooled(MessagePool<DetachedReply> pool) {
        return new DetachedReply(pool, NO_BYTES);
    }

    /** It was taken from its pool. */
    DetachedReply open() {
        length = 0;
        isOpen = true;
        return this;
    }

    /** Becomes a copy; see {@link #of(long, int, AtomicLong)}. Once, between {@link #open} and {@link #close}. */
    void fill(long address, int newLength, AtomicLong ofConnection) {
        assert isOpen && memory == null : "filled twice";
        if (newLength > MAX_ON_HEAP) {
            memory = new NativeBuffer(newLength);
            account = ofConnection;
            account.addAndGet(newLength);
            Memory.copy(address, memory.address(), newLength);
        } else {
            if (newLength > bytes.length) {
                bytes = new byte[MessagePool.roomFor(newLength, FIRST_BYTES)];
            }
            Memory.copyOut(address, bytes, 0, newLength);
        }
        length = newLength;
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
        assert isOpen && from >= 0 && from <= to && to <= length : from + " to " + to;
        if (memory != null) {
            reply.raw(memory.address() + from, to - from);
        } else {
            Memory.copyIn(bytes, from, reply.claim(to - from), to - from);
        }
    }

    /** Closing twice is harmless where it has no pool. */
    @Override
    public void close() {
        if (memory != null) {
            memory.close();
            memory = null;
            account.addAndGet(-length);
            account = null;
        }
        if (pool != null) {
            assert isOpen : "closed twice";
            isOpen = false;
            pool.give(this);
        }
    }

    @Override
    public int retainedBytes() {
        return bytes.length;
    }

    @Override
    public void dropBuffers() {
        bytes = NO_BYTES;
    }
}
