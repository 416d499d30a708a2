package io.tailrace.node.shard;

import io.tailrace.wire.memory.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who watches which key of a shard (WATCH). Owned by the shard's thread. Costs one check a write while nobody watches. */
final class Watches {
    /** A key's bytes, and whether it was past its deadline when the watch began. */
    static final class Key {
        private final byte[] bytes;
        final boolean wasExpired;

        Key(byte[] bytes, boolean wasExpired) {
            this.bytes = bytes;
            this.wasExpired = wasExpired;
        }

        byte[] bytes() {
            return bytes;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key && Arrays.equals(bytes, ((Key) other).bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private final Map<Key, List<WatchSet>> watchers = new HashMap<>();

    void watch(WatchSet set, byte[] bytes, boolean isExpired) {
        Key key = new Key(bytes, isExpired);
        List<WatchSet> sets = watchers.computeIfAbsent(key, k -> new ArrayList<>(1));
        if (!sets.contains(set)) {
            sets.add(set);
            set.keys.add(key);
        }
    }

    void unwatch(WatchSet set) {
        for (Key key : set.keys) {
            List<WatchSet> sets = watchers.get(key);
            if (sets != null && sets.remove(set) && sets.isEmpty()) {
                watchers.remove(key);
            }
        }
        set.keys.clear();
    }

    boolean isEmpty() {
        return watchers.isEmpty();
    }

    void touch(long address, int length) {
        if (watchers.isEmpty()) {
            return;
        }
        List<WatchSet> sets = watchers.get(new Key(Memory.toBytes(address, length), false));
        if (sets != null) {
            sets.forEach(set -> set.isTouched = true);
        }
    }

    void touchAll() {
        watchers.values().forEach(sets -> sets.forEach(set -> set.isTouched = true));
    }
}
