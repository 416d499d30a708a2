package io.tailrace.node.shard;

import io.tailrace.node.store.DueSegments;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.node.store.Store;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.List;

/**
 * Removes keys past their deadline on a primary: logged as DEL, so that replicas lose them by the log alone. Owned and
 * closed by the shard's reactor thread.
 *
 * <p>The store knows by segment when its first key expires; one step visits up to {@value #MAX_SEGMENTS} segments with
 * something due and removes up to {@value #MAX_KEYS} keys, as one record.
 */
public final class ActiveExpiry implements AutoCloseable {
    private static final int MAX_KEYS = 128;
    private static final int MAX_SEGMENTS = 32;
    /** Of keys in one record, which must not become longer than the log takes: one key always fits. */
    private static final int MAX_BYTES = 32 << 10;

    private final Shard shard;
    private final NativeBuffer keys = new NativeBuffer(8 << 10);
    private final int[] lengths = new int[MAX_KEYS];
    private final int[] visited = new int[MAX_SEGMENTS];
    private final EntryVisitor visitor = this::visit;
    private int last;
    private int count;
    private int used;
    private boolean isFull;
    private long earliest;
    private long expired;
    private int seen;
    private int seenPast;
    private double staleShare;

    public ActiveExpiry(Shard shard) {
        this.shard = shard;
    }

    /** Whether a key may be past its deadline. */
    public boolean isDue() {
        return shard.isExpiringActively() && due(shard.clock().epochMs()) != null;
    }

    /** A store with something due, after the one that was looked at last, or null. */
    private Store due(long now) {
        List<Store> stores = shard.databases().stores();
        for (int i = 1; i <= stores.size(); i++) {
            int tried = (last + i) % stores.size();
            if (stores.get(tried).due().next(now) != DueSegments.NONE) {
                last = tried;
                return stores.get(tried);
            }
        }
        return null;
    }

    /** Removes some of the keys that are past their deadline; returns how much was done, 0 also when the log takes nothing. */
    public int step() {
        if (!shard.isExpiringActively()) {
            return 0;
        }
        long now = shard.clock().epochMs();
        Store store = due(now);
        if (store == null) {
            return 0;
        }
        DueSegments due = store.due();
        count = 0;
        used = 0;
        isFull = false;
        seen = 0;
        seenPast = 0;
        int segments = 0;
        for (int segment = due.next(now);
                segment != DueSegments.NONE && segments < MAX_SEGMENTS && !isFull;
                segment = due.next(now)) {
            earliest = DueSegments.NEVER;
            due.scan(segment, visitor);
            due.set(segment, isFull ? now : earliest);
            visited[segments++] = segment;
        }
        staleShare = seen == 0 ? 0 : (double) seenPast / seen;
        if (count > 0 && !remove(store.place())) {
            for (int i = 0; i < segments; i++) {
                due.set(visited[i], now);
            }
            return 0;
        }
        expired += count;
        return Math.max(count, segments);
    }

    private void visit(long keyAddress, int keyLength, Entry entry) {
        if (!entry.isExpired(shard.clock().epochMs())) {
            if (entry.expireAtEpochMs() != Entry.NO_EXPIRY) {
                earliest = Math.min(earliest, entry.expireAtEpochMs());
                seen++;
            }
            return;
        }
        seen++;
        seenPast++;
        if (count == MAX_KEYS || count > 0 && used + keyLength > MAX_BYTES) {
            isFull = true;
        } else {
            keys.ensureCapacity(used + keyLength, used);
            Memory.copy(keyAddress, keys.address() + used, keyLength);
            used += keyLength;
            lengths[count++] = keyLength;
        }
    }

    private boolean remove(int place) {
        if (shard.backlog().growth().refusal(MAX_BYTES) != null) {
            return false;
        }
        Transaction transaction = shard.begin(false);
        transaction.select(shard.databases().databaseAt(place));
        transaction.events().beginCommand();
        try {
            transaction.promise(count, used);
        } catch (RefusedException e) {
            // the log takes nothing now: the keys wait
            return false;
        }
        long key = keys.address();
        for (int i = 0; i < count; i++) {
            transaction.delete(key, lengths[i]);
            key += lengths[i];
        }
        shard.commit();
        return true;
    }

    /**
     * Of the keys with a deadline that were looked at last, the share that was past it, while there may be more of these; 0 when none is
     * left. Costs no look at keys.
     */
    public double staleShare() {
        return isDue() ? staleShare : 0;
    }

    public void resetStaleShare() {
        staleShare = 0;
    }

    /** Keys removed since the start. */
    public long expired() {
        return expired;
    }

    @Override
    public void close() {
        keys.close();
    }
}
