package io.tailrace.node.shard;

import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who watches which key of a shard (WATCH), by Redis's rules. Owned and closed by the shard's thread. Costs one check per
 * write while no key is watched.
 *
 * <pre>
 *  when WATCH ran, the key was     what happens before EXEC                               EXEC is refused
 *  there, or absent                a write, or its removal, by a client or the server     yes
 *  there                           its deadline passes                                    yes, found by {@link #isTouched}
 *  past its deadline, stored       its removal: nothing changes, it counts as absent      no
 *  past its deadline, stored       a write                                                yes
 *  absent                          FLUSHALL, or a swap to data without it                 no
 *  there, or absent                SWAPDB with a database that has it                     yes
 * </pre>
 */
final class Watches implements AutoCloseable {
    private static final int SCRATCH_BYTES = 256;

    /** A key of a database as its own bytes. */
    private record Key(int database, byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && database == key.database && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(bytes) + database;
        }
    }

    /** One client's watch of one key. */
    static final class Watch {
        private final WatchSet set;
        private final Key key;
        private boolean wasExpired;

        private Watch(WatchSet set, Key key, boolean wasExpired) {
            this.set = set;
            this.key = key;
            this.wasExpired = wasExpired;
        }
    }

    private final Map<Key, List<Watch>> watches = new HashMap<>();
    private final KeyTracking tracking = new KeyTracking();
    private final Entry entry = new Entry();
    private NativeBuffer scratch;

    /** Adds a key to a client's watch; one that it watches already stays as it was. */
    void watch(WatchSet set, int database, long address, int length, Databases databases, long nowEpochMs) {
        Key key = new Key(database, Memory.toBytes(address, length));
        List<Watch> ofKey = watches.computeIfAbsent(key, k -> new ArrayList<>(1));
        if (ofKey.stream().noneMatch(watch -> watch.set == set)) {
            boolean isExpired = databases.of(database).find(address, length, entry) && entry.isExpired(nowEpochMs);
            Watch watch = new Watch(set, key, isExpired);
            ofKey.add(watch);
            set.add(watch, length);
        }
    }

    void unwatch(WatchSet set) {
        for (Watch watch : set.watches) {
            List<Watch> ofKey = watches.get(watch.key);
            ofKey.remove(watch);
            if (ofKey.isEmpty()) {
                watches.remove(watch.key);
            }
        }
        set.watches.clear();
    }

    boolean isEmpty() {
        return watches.isEmpty() && !tracking.isActive();
    }

    /** Clients that are told of what is written, who are not watching by WATCH. */
    KeyTracking tracking() {
        return tracking;
    }

    /** Whether EXEC is to be refused. */
    boolean isTouched(WatchSet set, Databases databases, long nowEpochMs) {
        boolean isTouched = set.isTouched;
        for (int i = 0; i < set.watches.size() && !isTouched; i++) {
            Watch watch = set.watches.get(i);
            isTouched = !watch.wasExpired && isExpired(databases.of(watch.key.database), watch.key, nowEpochMs);
        }
        return isTouched;
    }

    /** A key is about to be written. */
    void touch(int database, long address, int length) {
        if (tracking.isActive()) {
            tracking.touch(address, length);
        }
        if (watches.isEmpty()) {
            return;
        }
        for (Watch watch : of(database, address, length)) {
            watch.set.isTouched = true;
        }
    }

    /** A key is about to be removed, by a command or by the server. */
    void remove(int database, long address, int length) {
        if (tracking.isActive()) {
            tracking.touch(address, length);
        }
        if (watches.isEmpty()) {
            return;
        }
        for (Watch watch : of(database, address, length)) {
            remove(watch);
        }
    }

    private static void remove(Watch watch) {
        if (watch.wasExpired) {
            watch.wasExpired = false;
        } else {
            watch.set.isTouched = true;
        }
    }

    private List<Watch> of(int database, long address, int length) {
        return watches.getOrDefault(new Key(database, Memory.toBytes(address, length)), List.of());
    }

    /** Every key of every database is about to be removed. */
    void removeAll(Databases databases) {
        tracking.flushed();
        watches.forEach((key, ofKey) -> {
            if (find(databases.of(key.database), key)) {
                ofKey.forEach(Watches::remove);
            }
        });
    }

    /** Every key of a database is about to be removed. */
    void removeAll(int database, Databases databases) {
        tracking.flushed();
        watches.forEach((key, ofKey) -> {
            if (key.database == database && find(databases.of(database), key)) {
                ofKey.forEach(Watches::remove);
            }
        });
    }

    /** Other data takes the place of some: a full sync, or a rewind, is complete. */
    void replace(Databases before, Databases after, long nowEpochMs) {
        tracking.flushed();
        tracking.publish();
        watches.forEach(
                (key, ofKey) -> replace(key, ofKey, before.of(key.database), after.of(key.database), nowEpochMs));
    }

    /** Two databases are about to be swapped. */
    void swap(int one, int other, Databases databases, long nowEpochMs) {
        if (one == other) {
            return;
        }
        watches.forEach((key, ofKey) -> {
            if (key.database == one || key.database == other) {
                Store after = databases.of(key.database == one ? other : one);
                replace(key, ofKey, databases.of(key.database), after, nowEpochMs);
            }
        });
    }

    private void replace(Key key, List<Watch> ofKey, Store before, Store after, long nowEpochMs) {
        boolean wasStored = find(before, key);
        boolean isExpired = isExpired(after, key, nowEpochMs);
        boolean isStored = find(after, key);
        if (wasStored || isStored) {
            ofKey.forEach(watch -> replace(watch, wasStored, isStored, isExpired));
        }
    }

    private static void replace(Watch watch, boolean wasStored, boolean isStored, boolean isExpired) {
        boolean wasThere = wasStored && !watch.wasExpired;
        boolean isThere = isStored && !isExpired;
        if (wasThere || isThere) {
            watch.set.isTouched = true;
        }
        watch.wasExpired = isExpired;
    }

    private boolean isExpired(Store store, Key key, long nowEpochMs) {
        return find(store, key) && entry.isExpired(nowEpochMs);
    }

    private boolean find(Store store, Key key) {
        int length = key.bytes.length;
        if (scratch == null) {
            scratch = new NativeBuffer(SCRATCH_BYTES);
        }
        scratch.ensureCapacity(length, 0);
        Memory.copyIn(key.bytes, 0, scratch.address(), length);
        return store.find(scratch.address(), length, entry);
    }

    @Override
    public void close() {
        if (scratch != null) {
            scratch.close();
            scratch = null;
        }
    }
}
