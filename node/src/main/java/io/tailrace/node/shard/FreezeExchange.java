package io.tailrace.node.shard;

import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.node.value.FrozenValue;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * How a walk gets the large collections that it comes to: it never looks at them itself, but names them to the reactor, which
 * freezes each at the moment when it comes to it, and the walk writes what the reactor froze. The two take turns, one ends
 * before the other begins, so nothing here is volatile but what {@link #moved} adds at any time.
 *
 * <pre>
 *  whose turn  what it does
 *  walk        {@link #ask} names the large collections of a segment
 *  reactor     {@link #freeze} freezes the next keys, at most {@value #MAX_BYTES} bytes
 *  walk        {@link #write}, then the reactor's turn again while {@link #isAsking}
 * </pre>
 *
 * <p>A key that holds no large collection any more by then is left out: it was deleted after the walk had begun, so the log
 * from there on has all of what it holds now.
 *
 * <p>A key that was renamed by an effect of that name while the walk is on is frozen by the effect itself ({@link #moved}) and
 * written before everything that the walk comes to next: in a redo the effect needs its result, since its source may be
 * in the file no more.
 */
final class FreezeExchange {
    private static final long MAX_BYTES = 16 << 20;

    private final Databases databases;
    private final CollectionTypes types;
    private final StoredValue value;
    private final NativeBuffer keyBytes = new NativeBuffer(256);
    private final Queue<FrozenValue> moved = new ConcurrentLinkedQueue<>();
    private final Queue<FrozenValue> written = new ConcurrentLinkedQueue<>();
    private final Queue<FrozenValue> frozen = new ArrayDeque<>();
    private List<byte[]> keys = List.of();
    private int place;
    private int nextKey;

    FreezeExchange(Databases databases, CollectionTypes types) {
        this.databases = databases;
        this.types = types;
        value = new StoredValue(databases.of(0));
    }

    /** In the walk's turn: names large collections of the store in a place. */
    void ask(int placeOfSegment, List<byte[]> keysOfSegment) {
        place = placeOfSegment;
        keys = keysOfSegment;
        nextKey = 0;
    }

    /** Whether some of the named are neither frozen nor written. */
    boolean isAsking() {
        return nextKey < keys.size();
    }

    /** In the walk's turn: writes what is frozen. */
    void write(SnapshotOutput output) throws IOException {
        for (FrozenValue each = moved.poll(); each != null; each = moved.poll()) {
            write(each, output);
        }
        while (!frozen.isEmpty()) {
            write(frozen.poll(), output);
        }
    }

    private void write(FrozenValue each, SnapshotOutput output) throws IOException {
        try {
            output.collection(each);
        } finally {
            // from here on the reactor may thaw it
            written.add(each);
        }
    }

    /** Whether something was moved that is not written yet; any thread. */
    boolean hasMoved() {
        return !moved.isEmpty();
    }

    /** On the reactor thread, at any time: thaws what is written. */
    void thaw() {
        for (FrozenValue each = written.poll(); each != null; each = written.poll()) {
            each.close();
        }
    }

    /** In the reactor's turn: freezes the next keys, if there are any. */
    void freeze() {
        long bytes = 0;
        Store store = databases.at(place);
        value.use(store);
        while (nextKey < keys.size() && bytes < MAX_BYTES) {
            byte[] key = keys.get(nextKey++);
            keyBytes.ensureCapacity(Math.max(1, key.length), 0);
            Memory.copyIn(key, 0, keyBytes.address(), key.length);
            if (value.open(keyBytes.address(), key.length) && value.isTree()) {
                bytes += store.figures().cost(key.length, value.entry());
                frozen.add(types.freeze(value));
            }
        }
    }

    /** On the reactor thread: a large collection is another key's now, by an effect that a redo can't carry out by itself. */
    void moved(int place, long key, int keyLength) {
        value.use(databases.at(place));
        if (value.open(key, keyLength) && value.isTree()) {
            moved.add(types.freeze(value));
        }
    }

    /** On the reactor thread, after the walk's: thaws whatever is frozen. */
    void close() {
        frozen.forEach(FrozenValue::close);
        frozen.clear();
        thaw();
        moved.forEach(FrozenValue::close);
        moved.clear();
        keyBytes.close();
    }
}
