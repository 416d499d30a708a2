package io.tailrace.tools.export;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The keys that were written to databases which are emptied later, but that keys were copied out of before: what was written to
 * such a database can't be left out, so it is removed again where the log empties it. Memory follows their keys. One thread.
 */
final class FlushedKeys {
    private final Map<Integer, Set<ByteBuffer>> byPlace = new HashMap<>();

    /** Takes a key, or leaves it for the next time. */
    interface Visitor {
        boolean isTaken(long address, int length) throws IOException;
    }

    /** The database in a place is one of them. */
    void keep(int place) {
        byPlace.put(place, new HashSet<>());
    }

    boolean isKept(int place) {
        return byPlace.containsKey(place);
    }

    /** A key was written. */
    void written(int place, long address, int length) {
        Set<ByteBuffer> keys = byPlace.get(place);
        if (keys != null) {
            keys.add(ByteBuffer.wrap(Memory.toBytes(address, length)));
        }
    }

    /** Visits the keys that were written and not taken since. */
    void take(int place, Visitor visitor) throws IOException {
        Set<ByteBuffer> left = new HashSet<>();
        for (ByteBuffer key : byPlace.get(place)) {
            try (NativeBuffer bytes = new NativeBuffer(Math.max(1, key.capacity()))) {
                Memory.copyIn(key.array(), 0, bytes.address(), key.capacity());
                if (!visitor.isTaken(bytes.address(), key.capacity())) {
                    left.add(key);
                }
            }
        }
        byPlace.put(place, left);
    }
}
