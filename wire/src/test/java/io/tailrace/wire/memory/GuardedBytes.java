package io.tailrace.wire.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.core.UnsafeMemory;

/**
 * Room for bytes that end where the memory ends: reading or writing one byte behind them is an {@link InternalError}, at once or
 * a moment later, and not a look at whatever comes next. The page behind is mapped from a part of a file that is not there.
 */
public final class GuardedBytes {
    private static final int PAGE = 4096;

    private final MappedByteBuffer mapping;
    private final long end;
    private final int capacity;

    /** @param capacity bytes at most, rounded up to whole pages; the memory is given back with this object */
    public GuardedBytes(int capacity) {
        this.capacity = (capacity + PAGE - 1) / PAGE * PAGE;
        try {
            Path file = Files.createTempFile("guarded", ".bytes");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, this.capacity + PAGE);
                channel.truncate(this.capacity);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        end = UnsafeMemory.MEMORY.address(mapping) + this.capacity;
    }

    /** Puts bytes before the end, in place of what was there, and returns their address. */
    public long put(byte[] bytes, int offset, int length) {
        if (length > capacity) {
            throw new IllegalArgumentException(length + " bytes, there is room for " + capacity);
        }
        Memory.copyIn(bytes, offset, end - length, length);
        return end - length;
    }

    /** All of it, so that it stays mapped as long as the caller has it. */
    public int capacity() {
        return mapping.capacity() - PAGE;
    }
}
