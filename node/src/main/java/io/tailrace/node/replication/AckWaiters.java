package io.tailrace.node.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Who waits for acknowledgements (WAIT and similar commands). Owned by the shard's reactor thread. */
final class AckWaiters {
    private record Waiter(BooleanSupplier isMet, long deadlineSteadyMs, BooleanSupplier isGone, Runnable answer) {}

    private final List<Waiter> waiters = new ArrayList<>();

    /** @param deadlineSteadyMs by the steady clock, Long.MAX_VALUE for none */
    void add(BooleanSupplier isMet, long deadlineSteadyMs, BooleanSupplier isGone, Runnable answer) {
        waiters.add(new Waiter(isMet, deadlineSteadyMs, isGone, answer));
    }

    boolean isEmpty() {
        return waiters.isEmpty();
    }

    /** Answers those that have what they waited for, or whose time is over. */
    int poll(long nowSteadyMs) {
        int answered = 0;
        for (int i = waiters.size() - 1; i >= 0; i--) {
            Waiter waiter = waiters.get(i);
            if (waiter.isMet.getAsBoolean() || nowSteadyMs >= waiter.deadlineSteadyMs || waiter.isGone.getAsBoolean()) {
                waiters.set(i, waiters.get(waiters.size() - 1));
                waiters.remove(waiters.size() - 1);
                waiter.answer.run();
                answered++;
            }
        }
        return answered;
    }

    /** Answers all of them as it is now: a client that waits on a node that becomes a replica would wait forever. */
    void answerAll() {
        List<Waiter> all = List.copyOf(waiters);
        waiters.clear();
        all.forEach(waiter -> waiter.answer.run());
    }
}
