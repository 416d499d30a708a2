package io.tailrace.node.store;

import io.tailrace.node.arena.Arena;
import io.tailrace.node.platform.Background;
import java.util.function.Function;

/**
 * Everything that a store holds between two FLUSHALLs: its map or maps, the values outside of them, the sums. Emptying a store
 * is beginning with other contents, so it costs the same however much there was. Owned by the reactor thread of the shard.
 */
final class Contents implements AutoCloseable {
    final Arena arena = new Arena();
    final Totals totals = new Totals(arena);
    final StoreMaps maps;
    final DueSegments due;
    final LargeValues largeValues;
    final AsideBlobs blobs = new AsideBlobs(arena);
    /** Large collections that were dropped and are not known to be freed. */
    long dropped;

    /**
     * @param sizing of a map of which nothing is known
     * @param now of the first one
     */
    Contents(StoreSizing sizing, StoreSizing now, Function<StoreSizing, StoreMap> maker, Background background) {
        maps = new StoreMaps(sizing, now, maker, background, totals);
        due = new DueSegments(maps, totals);
        largeValues = new LargeValues(totals);
    }

    StoreWalk beginWalk() {
        StoreWalk walk = maps.beginWalk();
        largeValues.beginWalk(walk);
        blobs.beginWalk(walk);
        return walk;
    }

    void endWalk() {
        maps.endWalk();
        largeValues.endWalk();
        blobs.endWalk();
    }

    /** Frees everything; takes a while, in any thread, once it is no longer used. */
    @Override
    public void close() {
        assert !maps.isWalked() : "a walk is under way";
        largeValues.dropAll();
        maps.close();
        arena.close();
    }
}
