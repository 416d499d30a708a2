package io.tailrace.node.shard;

import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.node.store.Store;
import java.util.List;
import java.util.SplittableRandom;

/** {@code allkeys-random}: some keys of a segment picked at random, each of which is as likely to be among them. */
final class RandomChoice implements EvictionChoice {
    private final SplittableRandom random;
    private final EntryVisitor visitor = this::visit;
    private Store store;
    private EvictionBatch batch;
    private int visited;

    RandomChoice(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Each key of all of them is as likely to go. */
    @Override
    public Store choose(Databases databases) {
        List<Store> stores = databases.stores();
        if (databases.isOne()) {
            return stores.get(0);
        }
        long keys = databases.keys();
        long key = keys == 0 ? 0 : random.nextLong(keys);
        int i = 0;
        while (i < stores.size() - 1 && key >= stores.get(i).keys()) {
            key -= stores.get(i++).keys();
        }
        return stores.get(i);
    }

    @Override
    public boolean choose(Store from, EvictionBatch into) {
        int segment = from.nextWithKeys(random.nextInt(from.segments()));
        if (segment < 0) {
            return false;
        }
        store = from;
        batch = into;
        visited = 0;
        from.scan(segment, visitor);
        shuffle();
        return true;
    }

    private void visit(long keyAddress, int keyLength, Entry entry) {
        int at = visited < EvictionBatch.MAX ? visited : random.nextInt(visited + 1);
        visited++;
        if (at < EvictionBatch.MAX) {
            batch.set(at, keyAddress, keyLength, store.figures().cost(keyLength, entry), Entry.NO_EXPIRY);
        }
    }

    /** Those that were visited first are still first, and perhaps only the first ones go. */
    private void shuffle() {
        for (int i = batch.count() - 1; i > 0; i--) {
            batch.swap(i, random.nextInt(i + 1));
        }
    }

    @Override
    public void evicted(Store from, EvictionBatch gone, int evicted) {
        // nothing was noted
    }
}
