package io.tailrace.node.replication;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** Who waits until replicas have applied a record (WAIT). Owned by the shard's reactor thread. */
final class AckWaiters {
    private record Waiter(long index, int wanted, long deadlineMillis, BooleanSupplier isGone, IntConsumer count) {}

    private final List<Waiter> waiters = new ArrayList<>();

    /** @param deadlineMillis epoch milliseconds, Long.MAX_VALUE for none */
    void add(long index, int wanted, long deadlineMillis, BooleanSupplier isGone, IntConsumer count) {
        waiters.add(new Waiter(index, wanted, deadlineMillis, isGone, count));
    }

    boolean isEmpty() {
        return waiters.isEmpty();
    }

    /** Answers those whose count is reached or whose time is over. */
    int poll(Collection<ReplicaSession> sessions, long nowMillis) {
        int answered = 0;
        for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
            Waiter waiter = each.next();
            int count = countAt(sessions, waiter.index);
            if (count >= waiter.wanted || nowMillis >= waiter.deadlineMillis || waiter.isGone.getAsBoolean()) {
                each.remove();
                waiter.count.accept(count);
                answered++;
            }
        }
        return answered;
    }

    /** Answers all of them as it is now: whoever waits on a node that becomes a replica would wait for ever. */
    void answerAll(Collection<ReplicaSession> sessions) {
        List<Waiter> all = List.copyOf(waiters);
        waiters.clear();
        all.forEach(waiter -> waiter.count.accept(countAt(sessions, waiter.index)));
    }

    static int countAt(Collection<ReplicaSession> sessions, long index) {
        int count = 0;
        for (ReplicaSession session : sessions) {
            if (session.state() == SessionState.STREAMING && session.appliedIndex() >= index) {
                count++;
            }
        }
        return count;
    }
}
