package io.tailrace.node.services;

import java.util.concurrent.atomic.AtomicReference;

/** A replica's promise to take over, for all its shards: pending until it is confirmed, or ends. Any thread. */
public final class PendingPromotion {
    private enum State {
        /** The shards have begun the new history; clients still see a replica. */
        PENDING,
        /** The node is the primary. */
        CONFIRMED,
        /** It never will be by this. */
        OVER
    }

    private final String history;
    private final AtomicReference<State> state = new AtomicReference<>(State.PENDING);

    /** @param history the one that the shards begin */
    public PendingPromotion(String history) {
        this.history = history;
    }

    public String history() {
        return history;
    }

    public boolean isPending() {
        return state.get() == State.PENDING;
    }

    public boolean isConfirmed() {
        return state.get() == State.CONFIRMED;
    }

    /** Whether it was pending and is confirmed now. */
    public boolean confirm() {
        return state.compareAndSet(State.PENDING, State.CONFIRMED);
    }

    /** Whether it was pending and is over now. */
    public boolean end() {
        return state.compareAndSet(State.PENDING, State.OVER);
    }
}
