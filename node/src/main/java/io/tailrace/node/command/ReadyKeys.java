package io.tailrace.node.command;

import java.util.ArrayDeque;

/** The keys that clients wait for and where there is something, in the order in which it came. Owned by a shard's thread. */
final class ReadyKeys {
    private final ArrayDeque<KeyQueue> ready = new ArrayDeque<>();
    /** The last one first. */
    private final ArrayDeque<KeyQueue> refused = new ArrayDeque<>();

    boolean isEmpty() {
        return ready.isEmpty();
    }

    /**
     * Adds one, unless it is there.
     *
     * @param queue null for a key that nobody waits for
     */
    void add(KeyQueue queue) {
        if (queue != null && !queue.isReady) {
            queue.isReady = true;
            ready.add(queue);
        }
    }

    /** Takes the first one out. */
    KeyQueue next() {
        KeyQueue queue = ready.remove();
        queue.isReady = false;
        return queue;
    }

    /** A log took nothing for its clients: it is out until {@link #again}. */
    void refused(KeyQueue queue) {
        refused.addFirst(queue);
    }

    void clear() {
        ready.clear();
    }

    /** Those that were refused are ready again, before all others. */
    void again() {
        for (KeyQueue queue = refused.poll(); queue != null; queue = refused.poll()) {
            if (!queue.isReady) {
                queue.isReady = true;
                ready.addFirst(queue);
            }
        }
    }
}
