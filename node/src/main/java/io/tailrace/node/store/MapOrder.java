package io.tailrace.node.store;

import io.tailrace.node.platform.Background;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * A map that another thread makes, because making a large one takes up to some hundred milliseconds. Placed, looked at
 * and cancelled by the reactor thread.
 */
final class MapOrder {
    private static final Object CANCELLED = new Object();

    /** Null while it is being made, then the map, the Throwable that prevented it, or {@link #CANCELLED}. */
    private final AtomicReference<Object> outcome = new AtomicReference<>();

    private MapOrder() {}

    /** @param wake called by the other thread when there is an outcome */
    static MapOrder place(
            StoreSizing sizing, Function<StoreSizing, StoreMap> maker, Background background, Runnable wake) {
        MapOrder order = new MapOrder();
        background.run("store-grow", () -> {
            order.make(sizing, maker);
            wake.run();
        });
        return order;
    }

    private void make(StoreSizing sizing, Function<StoreSizing, StoreMap> maker) {
        Object made;
        try {
            made = maker.apply(sizing);
        } catch (Throwable e) {
            // no memory, most likely: the store stays as it is
            made = e;
        }
        if (!outcome.compareAndSet(null, made) && made instanceof StoreMap unwanted) {
            unwanted.close();
        }
    }

    /** The map, once it is there, else null. */
    StoreMap map() {
        return outcome.get() instanceof StoreMap map ? map : null;
    }

    /** What prevented it, else null. */
    Throwable failure() {
        return outcome.get() instanceof Throwable failure ? failure : null;
    }

    /** It is not wanted any more. */
    void cancel() {
        if (outcome.getAndSet(CANCELLED) instanceof StoreMap unwanted) {
            unwanted.close();
        }
    }
}
