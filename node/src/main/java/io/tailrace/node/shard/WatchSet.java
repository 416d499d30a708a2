package io.tailrace.node.shard;

import java.util.ArrayList;
import java.util.List;

/**
 * The keys one client watches on one shard, and whether one of them was changed since. Owned by the shard's thread; a
 * connection of another thread only passes it along.
 */
public final class WatchSet {
    final List<Watches.Watch> watches = new ArrayList<>();
    boolean isTouched;
}
