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

    /** A key of the database in a place. */
    private record Key(int place, ByteBuffer bytes) {}

    private final Map<Key, Version> versions = new HashMap<>();

    private static Key copy(int place, long address, int length) {
        return new Key(place, ByteBuffer.wrap(Memory.toBytes(address, length)));
    }

    /** The key is written by the log. */
    void touched(int place, long address, int length) {
        versions.putIfAbsent(copy(place, address, length), NONE);
    }

    /** The snapshot has the key, as of this write. */
    void held(int place, long address, int length, long index, int ordinal) {
        versions.computeIfPresent(copy(place, address, length), (key, none) -> new Version(index, ordinal));
    }

    /** Whether the log touches the key and the snapshot has an entry of it. */
    boolean isHeld(int place, long address, int length) {
        return versions.getOrDefault(copy(place, address, length), NONE) != NONE;
    }

    /** Whether the snapshot's entry has been written by this write or a later one. */
    boolean contains(int place, long address, int length, long index, int ordinal) {
        Version held = versions.getOrDefault(copy(place, address, length), NONE);
        return held.index > index || held.index == index && Integer.compareUnsigned(held.ordinal, ordinal) >= 0;
    }
}
