package io.tailrace.node.shard;

import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.node.store.Store;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;

/**
 * Removes keys past their deadline on a primary: logged as DEL, so that replicas lose them by the log alone. Owned and
 * closed by the shard's reactor thread.
 *
 * <p>The store knows by segment when its first key expires; one call visits one segment and removes at most
 * {@value #MOST} keys, as one record.
 */
public final class ActiveExpiry implements AutoCloseable {
    private static final int MOST = 128;
    /** Of keys in one record, which must not become longer than the log takes: one key always fits. */
    private static final int MOST_BYTES = 32 << 10;

    private final Shard shard;
    private final NativeBuffer keys = new NativeBuffer(8 << 10);
    private final int[] lengths = new int[MOST];
    private final EntryVisitor visitor = this::visit;
    private int count;
    private int used;
    private boolean hasMore;
    private long earliest;
    private long expired;

    public ActiveExpiry(Shard shard) {
        this.shard = shard;
    }

    /** Removes some of the keys that are due; returns how many. */
    public int expireSome() {
        Store store = shard.store();
        long now = shard.clock().millis();
        int segment = store.due().next(now);
        if (segment < 0) {
            return 0;
        }
        count = 0;
        used = 0;
        hasMore = false;
        earliest = Long.MAX_VALUE;
        store.due().scan(segment, visitor);
        boolean isCommitted = count == 0 || remove();
        if (!isCommitted) {
            return 0;
        }
        store.due().set(segment, hasMore ? now : earliest);
        expired += count;
        return Math.max(count, 1);
    }

    private void visit(long keyAddress, int keyLength, Entry entry) {
        if (!entry.isExpired(shard.clock().millis())) {
            if (entry.expireAtMillis() != Entry.NO_EXPIRY) {
                earliest = Math.min(earliest, entry.expireAtMillis());
            }
        } else if (count == MOST || count > 0 && used + keyLength > MOST_BYTES) {
            hasMore = true;
        } else {
            keys.ensureCapacity(used + keyLength, used);
            Memory.copy(keyAddress, keys.address() + used, keyLength);
            used += keyLength;
            lengths[count++] = keyLength;
        }
    }

    private boolean remove() {
        if (shard.backlog().growth().refusal(MOST_BYTES) != null) {
            return false;
        }
        Transaction transaction = shard.begin(false);
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

    /** Keys removed since the start. */
    public long expired() {
        return expired;
    }

    @Override
    public void close() {
        keys.close();
    }
}
