package io.tailrace.tools.export;

import io.tailrace.wire.memory.Memory;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The keys that the log touches while a snapshot is being written, and which of these writes the snapshot's entry contains. As many as
 * the log has between the snapshot's begin and its end. One thread.
 */
final class KeyVersions {
    private static final Version NONE = new Version(-1, 0);

    /** The write that an entry is of. */
    private record Version(long index, int ordinal) {}

    private final Map<ByteBuffer, Version> versions = new HashMap<>();

    private static ByteBuffer copy(long address, int length) {
        return ByteBuffer.wrap(Memory.toBytes(address, length));
    }

    /** The key is written by the log. */
    void touched(long address, int length) {
        versions.putIfAbsent(copy(address, length), NONE);
    }

    /** The snapshot has the key, as of this write. */
    void held(long address, int length, long index, int ordinal) {
        versions.computeIfPresent(copy(address, length), (key, none) -> new Version(index, ordinal));
    }

    /** Whether the log touches the key and the snapshot has an entry of it. */
    boolean isHeld(long address, int length) {
        return versions.getOrDefault(copy(address, length), NONE) != NONE;
    }

    /** Whether the snapshot's entry has been written by this write or a later one. */
    boolean contains(long address, int length, long index, int ordinal) {
        Version held = versions.getOrDefault(copy(address, length), NONE);
        return held.index > index || held.index == index && Integer.compareUnsigned(held.ordinal, ordinal) >= 0;
    }
}
