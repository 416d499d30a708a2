package io.tailrace.node.shard;

import io.tailrace.node.store.Databases;
import io.tailrace.node.store.DueSegments;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.node.store.Store;
import java.util.List;

/**
 * {@code volatile-ttl}: the keys whose deadlines come first of all in the store, which Redis approximates by samples. The
 * store knows for each segment a time before which none of its keys expires; the keys of the segment with the earliest go
 * as long as they expire before that time of every other segment.
 */
final class SoonestChoice implements EvictionChoice {
    private final EntryVisitor visitor = this::visit;
    private Store store;
    private EvictionBatch batch;
    private int place;
    private long afterBatch;

    @Override
    public Store choose(Databases databases) {
        List<Store> stores = databases.stores();
        Store soonest = null;
        long earliest = DueSegments.NEVER;
        for (int i = 0; i < stores.size(); i++) {
            Store each = stores.get(i);
            if (each.expiringKeys() > 0 && (soonest == null || each.due().earliestBut(DueSegments.NONE) < earliest)) {
                soonest = each;
                earliest = each.due().earliestBut(DueSegments.NONE);
            }
        }
        return soonest;
    }

    @Override
    public boolean choose(Store from, EvictionBatch into) {
        place = from.due().soonest();
        if (place == DueSegments.NONE) {
            return false;
        }
        store = from;
        batch = into;
        afterBatch = DueSegments.NEVER;
        from.due().scan(place, visitor);
        long othersFrom = from.due().earliestBut(place);
        int first = 0;
        while (first < into.count() && into.deadline(first) <= othersFrom) {
            first++;
        }
        if (first < into.count()) {
            afterBatch = into.deadline(first);
            into.truncate(first);
        }
        if (first == 0) {
            // the bound was too early: keys that had it are gone or were given another
            from.due().set(place, afterBatch);
        }
        return true;
    }

    private void visit(long keyAddress, int keyLength, Entry entry) {
        long deadline = entry.expireAtEpochMs();
        if (deadline == Entry.NO_EXPIRY) {
            return;
        }
        int at = batch.count();
        while (at > 0 && deadline < batch.deadline(at - 1)) {
            at--;
        }
        if (batch.count() == EvictionBatch.MAX) {
            afterBatch = Math.min(afterBatch, Math.max(deadline, batch.deadline(EvictionBatch.MAX - 1)));
        }
        if (at < EvictionBatch.MAX) {
            batch.insertAt(at);
            batch.set(at, keyAddress, keyLength, store.figures().cost(keyLength, entry), deadline);
        }
    }

    @Override
    public void evicted(Store from, EvictionBatch gone, int evicted) {
        from.due().set(place, evicted < gone.count() ? gone.deadline(evicted) : afterBatch);
    }
}
