package io.tailrace.node.shard;

import io.tailrace.node.config.EvictionPolicy;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.DueSegments;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.node.store.Store;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The policies by use, and {@code volatile-random}: of the keys of some segments picked at random those that were least used, each of
 * them the first of at least {@code maxmemory-samples}.
 */
final class SampledChoice implements EvictionChoice {
    /** Where few keys have a deadline most segments have none that may go. */
    private static final int MAX_SEGMENTS = 16;

    private final SplittableRandom random;
    private final EntryVisitor visitor = this::visit;
    private EvictionPolicy policy = EvictionPolicy.ALLKEYS_LRU;
    private int samples = 5;
    private Store store;
    private EvictionBatch batch;
    private int visited;

    SampledChoice(long seed) {
        random = new SplittableRandom(seed);
    }

    void policy(EvictionPolicy newPolicy) {
        policy = newPolicy;
    }

    void samples(int newSamples) {
        samples = newSamples;
    }

    /** One at random, each by how many of its keys may go. */
    @Override
    public Store choose(Databases databases) {
        List<Store> stores = databases.stores();
        if (databases.isOne()) {
            return stores.get(0);
        }
        long keys = policy.isVolatile() ? databases.expiringKeys() : databases.keys();
        long key = keys == 0 ? 0 : random.nextLong(keys);
        int i = 0;
        while (i < stores.size() - 1 && key >= candidates(stores.get(i))) {
            key -= candidates(stores.get(i++));
        }
        return stores.get(i);
    }

    private long candidates(Store each) {
        return policy.isVolatile() ? each.expiringKeys() : each.keys();
    }

    @Override
    public boolean choose(Store from, EvictionBatch into) {
        if (policy.isVolatile() && from.expiringKeys() == 0) {
            return false;
        }
        store = from;
        batch = into;
        visited = 0;
        for (int i = 0; i < MAX_SEGMENTS && visited < samples; i++) {
            int segment = from.nextWithKeys(random.nextInt(from.segments()));
            if (segment < 0) {
                return false;
            }
            from.scan(segment, visitor);
        }
        if (visited == 0) {
            // there are such keys, but few: this is where one of them is
            int place = from.due().soonest();
            if (place == DueSegments.NONE) {
                return false;
            }
            from.due().scan(place, visitor);
        }
        into.truncate(Math.min(into.count(), Math.max(1, visited / samples)));
        return true;
    }

    private void visit(long keyAddress, int keyLength, Entry entry) {
        if (policy.isVolatile() && entry.expireAtEpochMs() == Entry.NO_EXPIRY) {
            return;
        }
        visited++;
        long use = use(entry);
        int at = batch.count();
        while (at > 0 && use < batch.deadline(at - 1)) {
            at--;
        }
        if (at < EvictionBatch.MAX && !isIn(keyAddress)) {
            batch.insertAt(at);
            batch.set(at, keyAddress, keyLength, store.figures().cost(keyLength, entry), use);
        }
    }

    /** A segment may be picked twice. */
    private boolean isIn(long keyAddress) {
        for (int i = 0; i < batch.count(); i++) {
            if (batch.address(i) == keyAddress) {
                return true;
            }
        }
        return false;
    }

    /** The lower, the sooner it goes. */
    private long use(Entry entry) {
        if (policy == EvictionPolicy.VOLATILE_RANDOM) {
            return random.nextInt();
        }
        int access = entry.access();
        return policy.isByFrequency()
                ? store.access().frequency(access)
                : -store.access().idleSeconds(access);
    }

    @Override
    public void evicted(Store from, EvictionBatch gone, int evicted) {
        // a place without keys that expire is found to be one when they are looked for
    }
}
