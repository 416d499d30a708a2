package io.tailrace.node.store;

import java.util.ArrayList;
import java.util.List;

/**
 * One pass over the entries of all databases of a shard that there are at its start, store by store, each as a {@link StoreWalk}
 * does it. What is written to a place that has no store yet is left out: all of it is later than the start.
 */
public final class DatabaseWalk {
    private final List<Store> stores;
    private final List<StoreWalk> walks = new ArrayList<>();
    private int current;
    private int firstOfCurrent;

    DatabaseWalk(List<Store> stores) {
        this.stores = stores;
        for (Store store : stores) {
            walks.add(store.beginWalk());
        }
    }

    /** Of all stores; the same during all of the walk. */
    public int segments() {
        int segments = 0;
        for (StoreWalk walk : walks) {
            segments += walk.segments();
        }
        return segments;
    }

    /** Visits every entry of one segment; segments are visited in order, from 0 on. */
    public void segment(int segment, EntryVisitor visitor) {
        while (segment >= firstOfCurrent + walks.get(current).segments()) {
            firstOfCurrent += walks.get(current++).segments();
        }
        walks.get(current).segment(segment - firstOfCurrent, visitor);
    }

    /** Of the segment that was visited last: the store that it is of. */
    public Store store() {
        return stores.get(current);
    }

    /** Of the segment that was visited last: where its store is. */
    public int place() {
        return store().place();
    }
}
