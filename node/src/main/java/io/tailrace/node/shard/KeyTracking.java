package io.tailrace.node.shard;

import io.tailrace.wire.memory.Memory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which clients cache which keys of a shard (CLIENT TRACKING), so that they can be told when one changes. Owned by the shard's
 * thread; the clients may be any reactor's. Nothing is remembered, and one number looked at per write, while no client tracks.
 *
 * <pre>
 *  default     the keys that a client has read, each until it is told of it once
 *  broadcast   prefixes; the keys of one transaction in one message for each prefix
 * </pre>
 *
 * <p>A key is told of once what changed it is logged. What a client is told it forgets, so telling it too much does no harm. What is read
 * within a transaction is told of for what the transaction changes after that, not before: see {@link #readWithin}.
 */
public final class KeyTracking {
    /** A client that tracks; any thread may ask, its own tells it. */
    public interface Tracker {
        /** Whether it still tracks by the keys it has read. */
        boolean isByKey();

        /** Whether it isn't told of what it changes itself. */
        boolean isNoLoop();
    }

    /** Brings messages to clients, wherever they are. */
    @FunctionalInterface
    public interface Sender {
        /** @param keys null for all of them */
        void send(Tracker tracker, List<byte[]> keys);
    }

    /** A read in the transaction that is under way, which had changed this many keys when it came. */
    private record Read(Tracker tracker, byte[] key, int changes) {}

    private static final Set<Tracker> NOBODY = Set.of();
    /** Keys that are told of at once when there are too many. */
    private static final int MAX_FORGOTTEN = 128;

    private final Map<ByteBuffer, Set<Tracker>> byKey = new LinkedHashMap<>();
    private final Map<ByteBuffer, Set<Tracker>> byPrefix = new TreeMap<>();
    private final Set<Tracker> all = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<byte[]> changed = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private Sender sender = (tracker, keys) -> {};
    private Tracker writer;
    private boolean isFlushed;
    private boolean isFirst;
    private long mostKeys = Long.MAX_VALUE;
    private long items;

    /** @param isFirstShard whether this shard reports FLUSHALL though no client has read a key of it */
    public void sender(Sender sending, boolean isFirstShard) {
        sender = sending;
        isFirst = isFirstShard;
    }

    /** Has clients notified of the oldest keys above that number; 0 for any. Called often: it notifies of some each time. */
    public void limit(long keys) {
        mostKeys = keys == 0 ? Long.MAX_VALUE : keys;
        forgetOldest();
    }

    private void forgetOldest() {
        for (int i = 0; i < MAX_FORGOTTEN && byKey.size() > mostKeys; i++) {
            tellOf(byKey.keySet().iterator().next().array(), null);
        }
    }

    /** Whether a client tracks. */
    public boolean isActive() {
        return !all.isEmpty();
    }

    /** @param prefixes for broadcast; none when it tracks what it reads */
    public void add(Tracker tracker, List<byte[]> prefixes) {
        all.add(tracker);
        for (byte[] prefix : prefixes) {
            byPrefix.computeIfAbsent(ByteBuffer.wrap(prefix), any -> identitySet())
                    .add(tracker);
        }
    }

    private static Set<Tracker> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>(2));
    }

    /** It tracks no more. What it has read is forgotten as it changes, or when no client tracks any more. */
    public void remove(Tracker tracker) {
        all.remove(tracker);
        for (Iterator<Set<Tracker>> sets = byPrefix.values().iterator(); sets.hasNext(); ) {
            Set<Tracker> of = sets.next();
            of.remove(tracker);
            if (of.isEmpty()) {
                sets.remove();
            }
        }
        if (all.isEmpty()) {
            byKey.clear();
            items = 0;
        }
    }

    /** Whose command is run now, or null. */
    public void writer(Tracker tracker) {
        writer = tracker;
    }

    /** A client has read a key, there or not, and no transaction is under way. */
    public void read(Tracker tracker, long key, int length) {
        if (all.contains(tracker)) {
            add(tracker, Memory.toBytes(key, length));
            forgetOldest();
        }
    }

    /**
     * The same in a transaction.
     *
     * @param changes how many keys the transaction has changed before it
     */
    public void readWithin(Tracker tracker, long key, int length, int changes) {
        if (all.contains(tracker)) {
            reads.add(new Read(tracker, Memory.toBytes(key, length), changes));
        }
    }

    private void add(Tracker tracker, byte[] key) {
        if (byKey.computeIfAbsent(ByteBuffer.wrap(key), any -> identitySet()).add(tracker)) {
            items++;
        }
    }

    /** Adds what was read before this change, from this one of the reads on; returns the first that was not. */
    private int addReads(int from, int change) {
        int read = from;
        for (; read < reads.size() && reads.get(read).changes <= change; read++) {
            add(reads.get(read).tracker, reads.get(read).key);
        }
        return read;
    }

    /** A key is written or removed: {@link #publish} tells. */
    void touch(long key, int length) {
        changed.add(Memory.toBytes(key, length));
    }

    /** All keys are removed: {@link #publish} tells. */
    public void flushed() {
        isFlushed = isActive();
        reads.clear();
    }

    /** What was written was rolled back. */
    void forget() {
        isFlushed = false;
        changed.clear();
        reads.clear();
    }

    /** Tells of what was written, which can be seen now. */
    void publish() {
        if (isFlushed) {
            isFlushed = false;
            if (isFirst || !byKey.isEmpty() || !byPrefix.isEmpty()) {
                all.forEach(tracker -> sender.send(tracker, null));
            }
            byKey.clear();
            items = 0;
        }
        if (changed.isEmpty() && reads.isEmpty()) {
            return;
        }
        int read = 0;
        for (int i = 0; i < changed.size(); i++) {
            read = addReads(read, i);
            tellOf(changed.get(i), writer);
        }
        addReads(read, Integer.MAX_VALUE);
        reads.clear();
        forgetOldest();
        if (!changed.isEmpty() && !byPrefix.isEmpty()) {
            broadcast();
        }
        changed.clear();
    }

    private void tellOf(byte[] key, Tracker by) {
        Set<Tracker> readers = byKey.remove(ByteBuffer.wrap(key));
        if (readers == null) {
            return;
        }
        items -= readers.size();
        for (Tracker reader : readers) {
            boolean isOwn = reader == by && reader.isNoLoop();
            if (reader.isByKey() && !isOwn) {
                sender.send(reader, List.of(key));
            }
        }
    }

    private void broadcast() {
        List<byte[]> keys = new ArrayList<>(changed);
        keys.sort(Arrays::compareUnsigned);
        byPrefix.forEach((prefix, trackers) -> {
            List<byte[]> matching = matching(keys, prefix.array());
            for (Tracker tracker : matching.isEmpty() ? NOBODY : trackers) {
                boolean isOwn = tracker == writer && tracker.isNoLoop();
                if (!isOwn) {
                    sender.send(tracker, matching);
                }
            }
        });
    }

    private static List<byte[]> matching(List<byte[]> sorted, byte[] prefix) {
        List<byte[]> matching = new ArrayList<>();
        byte[] last = null;
        for (byte[] key : sorted) {
            boolean isMatch = key.length >= prefix.length
                    && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length)
                    && !Arrays.equals(key, last);
            if (isMatch) {
                matching.add(key);
                last = key;
            }
        }
        return List.copyOf(matching);
    }

    /** Keys that clients have read. */
    public long keys() {
        return byKey.size();
    }

    /** The same, each as often as there are clients who did. */
    public long items() {
        return items;
    }

    public int prefixes() {
        return byPrefix.size();
    }
}
