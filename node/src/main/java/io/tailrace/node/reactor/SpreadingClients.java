package io.tailrace.node.reactor;

import io.tailrace.node.command.BlockedClients;
import io.tailrace.node.command.SpreadWait;
import io.tailrace.node.command.WaitingClient;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The clients of one reactor that wait for keys of several shards, by when their thread has to end that. Owned by the reactor's thread.
 *
 * <pre>
 *  what has come                      due            what it is replied
 *  nothing                            its timeout    null
 *  CLIENT UNBLOCK                     at once        null, or an error
 *  its connection is closed           at once        nothing
 *  the node is a primary no more      at once        an error, and its connection is closed
 *  the shards could not be taken      in 1 ms        as before
 *  another shard's thread served it   never          what is on its way
 * </pre>
 */
final class SpreadingClients {
    private static final long NEVER = Long.MAX_VALUE;

    /** One of them. */
    static final class Spreading {
        private final SpreadWait wait;
        private final WaitingClient client;
        private long dueSteadyMs;
        private boolean isGone;
        private boolean isServed;
        private boolean isUnblocked;
        private boolean isLast;
        private String error;

        private Spreading(SpreadWait wait, WaitingClient client) {
            this.wait = wait;
            this.client = client;
            dueSteadyMs = wait.deadlineSteadyMs();
        }

        SpreadWait spreadWait() {
            return wait;
        }

        long id() {
            return client.id();
        }

        private long dueSteadyMs() {
            return dueSteadyMs;
        }

        /** Replies that it waits no more, now that its wait is ended. */
        private void tellEnd() {
            if (isGone) {
                return;
            }
            if (error == null) {
                client.begin().nullArray();
            } else {
                client.begin().error(error);
            }
            client.end(isLast);
        }
    }

    private final Map<Long, Spreading> byClient = new HashMap<>();
    private final TreeSet<Spreading> byDue =
            new TreeSet<>(Comparator.comparingLong(Spreading::dueSteadyMs).thenComparingLong(Spreading::id));

    boolean isEmpty() {
        return byClient.isEmpty();
    }

    void add(SpreadWait wait, WaitingClient client) {
        Spreading added = new Spreading(wait, client);
        byClient.put(client.id(), added);
        byDue.add(added);
    }

    void remove(long client) {
        Spreading removed = byClient.remove(client);
        if (removed != null) {
            byDue.remove(removed);
        }
    }

    /** Its connection is closed. */
    void gone(long client) {
        Spreading gone = byClient.get(client);
        if (gone != null) {
            gone.isGone = true;
            dueNow(gone);
        }
    }

    boolean has(long client) {
        return byClient.containsKey(client);
    }

    /** CLIENT UNBLOCK of one that there is; returns whether it is the first. */
    boolean unblock(long client, boolean isError) {
        Spreading waits = byClient.get(client);
        boolean isFirst = !waits.isUnblocked;
        waits.isUnblocked = true;
        waits.error = isError ? BlockedClients.UNBLOCKED : null;
        dueNow(waits);
        return isFirst;
    }

    /** The node is a primary no more. */
    void demoted() {
        for (Spreading each : List.copyOf(byClient.values())) {
            each.isLast = true;
            each.error = BlockedClients.OTHER_ROLE;
            dueNow(each);
        }
    }

    private void dueNow(Spreading of) {
        if (!of.isServed) {
            reorder(of, 0);
        }
    }

    private void reorder(Spreading of, long dueSteadyMs) {
        byDue.remove(of);
        of.dueSteadyMs = dueSteadyMs;
        byDue.add(of);
    }

    /** The next one whose wait is to be ended, which one of the methods below must follow; or null. */
    Spreading next(long nowSteadyMs) {
        Spreading first = byDue.isEmpty() ? null : byDue.first();
        return first != null && first.dueSteadyMs <= nowSteadyMs ? first : null;
    }

    /** Its wait is ended. */
    void ended(Spreading of) {
        remove(of.id());
        of.tellEnd();
    }

    /** Its shards could not be taken. */
    void again(Spreading of, long nowSteadyMs) {
        reorder(of, nowSteadyMs + 1);
    }

    /** Its reply is on its way. */
    void served(Spreading of) {
        of.isServed = true;
        reorder(of, NEVER);
    }

    /** When the next one is due. */
    long nextDueSteadyMs() {
        return byDue.isEmpty() ? NEVER : byDue.first().dueSteadyMs;
    }
}
