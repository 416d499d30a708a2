package io.tailrace.wire.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import net.openhft.chronicle.core.UnsafeMemory;
import net.openhft.chronicle.core.cleaner.CleanerServiceLocator;
import net.openhft.chronicle.core.cleaner.spi.ByteBufferCleanerService;

/**
 * A growable piece of native memory with a {@link ByteBuffer} over it for the calls that want one.
 *
 * <p>Owned by one thread, which also closes it; the memory is freed at once by {@link #close()} and not by the garbage
 * collector. {@link #address()} and {@link #buffer()} change whenever the capacity does: don't keep them across calls.
 */
public final class NativeBuffer implements AutoCloseable {
    /** The part of the capacity by which it is to grow at least. */
    private static final int EXACT_FROM = 8;

    private static final ByteBufferCleanerService CLEANER = CleanerServiceLocator.cleanerService();
    private static final AtomicLong LIVE_BYTES = new AtomicLong();

    private ByteBuffer buffer;
    private long address;
    private int capacity;

    /** @param capacity bytes, at least 1 */
    public NativeBuffer(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1 byte, is " + capacity);
        }
        allocate(capacity);
    }

    /** Bytes of native memory held by all open buffers of this process, for leak tests and metrics. Any thread. */
    public static long liveBytes() {
        return LIVE_BYTES.get();
    }

    /** Where the memory begins; 0 after {@link #close()}. */
    public long address() {
        return address;
    }

    /** Bytes; 0 after {@link #close()}. */
    public int capacity() {
        return capacity;
    }

    /** The whole capacity, little-endian; position and limit are free for the caller to set. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Grows to at least {@code required} bytes, doubling, and keeps the first {@code keepBytes}. The rest is undefined.
     *
     * @throws IllegalArgumentException if {@code required} is negative, which is what an int overflow looks like
     */
    public void ensureCapacity(int required, int keepBytes) {
        if (required >= 0 && required <= capacity) {
            return;
        }
        if (required < 0) {
            throw new IllegalArgumentException("a native buffer can't hold 2 GiB or more");
        }
        long doubled = Math.min(Integer.MAX_VALUE, 2L * capacity);
        replace((int) Math.max(required, doubled), keepBytes);
    }

    /**
     * Grows to {@code required} bytes and no more where that is at least an eighth more than there is, otherwise as
     * {@link #ensureCapacity}: for large pieces, which are then not given up to twice their memory. In the worst case what is kept is
     * copied nine times, however it grows.
     */
    public void ensureRoom(int required, int keepBytes) {
        if (required - capacity >= capacity / EXACT_FROM) {
            replace(required, keepBytes);
        } else {
            ensureCapacity(required, keepBytes);
        }
    }

    /** Gives memory back if the capacity is above {@code target} bytes. The content is lost when it does. */
    public void shrinkTo(int target) {
        if (capacity > target) {
            replace(target, 0);
        }
    }

    /** Frees the memory now. Closing twice is harmless. */
    @Override
    public void close() {
        if (buffer != null) {
            free(buffer, capacity);
            buffer = null;
            address = 0;
            capacity = 0;
        }
    }

    private void replace(int newCapacity, int keepBytes) {
        assert buffer != null : "closed";
        ByteBuffer old = buffer;
        long oldAddress = address;
        int oldCapacity = capacity;
        allocate(newCapacity);
        if (keepBytes > 0) {
            Memory.copy(oldAddress, address, keepBytes);
        }
        free(old, oldCapacity);
    }

    private void allocate(int size) {
        buffer = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
        address = UnsafeMemory.MEMORY.address(buffer);
        capacity = size;
        LIVE_BYTES.addAndGet(size);
    }

    private static void free(ByteBuffer buffer, int size) {
        CLEANER.clean(buffer);
        LIVE_BYTES.addAndGet(-size);
    }
}
