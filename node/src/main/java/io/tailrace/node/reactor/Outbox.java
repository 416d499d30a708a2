package io.tailrace.node.reactor;

import java.util.ArrayDeque;

/**
 * What one reactor has for another. A full inbox never blocks the sender: what does not fit waits here, in order, and the
 * sender reads no more from clients while too much does. Owned by the sending reactor's thread.
 */
final class Outbox {
    private static final int CONGESTED = 1 << 10;

    private final EventLoop target;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

    Outbox(EventLoop target) {
        this.target = target;
    }

    void send(Runnable task) {
        if (!waiting.isEmpty() || !target.execute(task)) {
            waiting.add(task);
        }
    }

    /** Sends what waits, as far as it goes; returns how much went. */
    int drain() {
        int count = 0;
        while (!waiting.isEmpty() && target.execute(waiting.peek())) {
            waiting.remove();
            count++;
        }
        return count;
    }

    boolean isCongested() {
        return waiting.size() > CONGESTED;
    }
}
