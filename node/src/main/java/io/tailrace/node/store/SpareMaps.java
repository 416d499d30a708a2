package io.tailrace.node.store;

import io.tailrace.node.platform.Background;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Empty maps of the sizes that FLUSHALL and the first write to a database begin with, made ahead by another thread: making one takes
 * the reactor thread milliseconds, taking one that is there nothing. A spare map's pages are not touched, so it takes address space and
 * hardly any memory. Owned and closed by the shard's reactor thread; maps are asked for by any.
 *
 * <pre>
 *  spare    a map is           {@link #apply} of its size           {@link #prepare}      {@link #close}
 *  NONE     not there          makes one in the calling thread      is being made         -
 *  MAKING   being made         makes one in the calling thread      -                     is closed once it is made
 *  READY    there              gives it away: NONE                  -                     is closed
 * </pre>
 */
final class SpareMaps implements Function<StoreSizing, StoreMap>, AutoCloseable {
    private static final Object MAKING = new Object();
    private static final Object CLOSED = new Object();

    private final Background background;
    private final Function<StoreSizing, StoreMap> maker;
    private final Spare[] spares;

    private record Spare(StoreSizing sizing, AtomicReference<Object> place) {}

    /**
     * @param maker makes maps, in any thread
     * @param sizings of the maps that there are spare ones of
     */
    SpareMaps(Background background, Function<StoreSizing, StoreMap> maker, StoreSizing... sizings) {
        this.background = background;
        this.maker = maker;
        spares = new Spare[sizings.length];
        for (int i = 0; i < sizings.length; i++) {
            spares[i] = new Spare(sizings[i], new AtomicReference<>());
        }
    }

    /** Has a spare map made of each size of which there is none. */
    void prepare() {
        for (Spare spare : spares) {
            if (spare.place.compareAndSet(null, MAKING)) {
                background.run("store-spare", () -> make(spare));
            }
        }
    }

    private void make(Spare spare) {
        StoreMap made = null;
        try {
            made = maker.apply(spare.sizing);
        } catch (RuntimeException | OutOfMemoryError e) {
            // there is none then: a store that needs one makes it itself, and tells what it fails for
        }
        if (!spare.place.compareAndSet(MAKING, made) && made != null) {
            made.close();
        }
    }

    /** A new map, in any thread. */
    @Override
    public StoreMap apply(StoreSizing sizing) {
        for (Spare spare : spares) {
            if (spare.place.get() instanceof StoreMap map
                    && spare.sizing.equals(sizing)
                    && spare.place.compareAndSet(map, null)) {
                return map;
            }
        }
        return maker.apply(sizing);
    }

    @Override
    public void close() {
        for (Spare spare : spares) {
            if (spare.place.getAndSet(CLOSED) instanceof StoreMap map) {
                map.close();
            }
        }
    }
}
