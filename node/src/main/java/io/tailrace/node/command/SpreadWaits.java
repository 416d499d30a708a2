package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;

/**
 * Commands of one thread that may wait for keys of several shards. Each method is called while all shards of its command are held, so
 * that looking and beginning to wait are one, as are looking again and ending. Owned by the thread.
 */
public final class SpreadWaits {
    private final SpreadRunner runner;
    private final BlockedClients[] blocked;
    /** Of the command that runs. */
    private long shards;

    private SpreadWait begun;

    /** @param blocked of all shards */
    public SpreadWaits(SpreadRunner runner, BlockedClients[] blocked) {
        this.runner = runner;
        this.blocked = blocked;
    }

    /**
     * Runs a command, as {@link SpreadRunner#run}.
     *
     * @return what its client waits for now, having replied nothing, or null
     */
    public SpreadWait runOrWait(
            long set, CommandSpec spec, int database, Arguments request, ReplyWriter reply, WaitingClient client) {
        shards = set;
        begun = null;
        runner.mayWait(client, this::add);
        try {
            runner.run(set, spec, database, request, reply);
        } finally {
            runner.mayWait(null, null);
        }
        return begun;
    }

    private void add(
            WaitingClient client,
            KeyServer server,
            int database,
            Arguments request,
            int firstKey,
            int keys,
            long deadlineSteadyMs) {
        KeyWait whole = new KeyWait(client, server, request, firstKey, keys, deadlineSteadyMs, 0);
        whole.database(database);
        begun = new SpreadWait(shards, whole);
        for (long rest = shards; rest != 0; rest &= rest - 1) {
            blocked[Long.numberOfTrailingZeros(rest)].add(begun);
        }
    }

    /** Serves a client if a key has become what it waits for; it has ended when it is. */
    public ServeOutcome serve(SpreadWait wait, byte[] key, ReplyWriter reply) {
        if (wait.isOver()) {
            return ServeOutcome.WAITS_ON;
        }
        ServeOutcome outcome =
                runner.serve(wait.shards(), wait.whole(), wait.whole().argumentOf(key), reply);
        if (outcome == ServeOutcome.SERVED) {
            end(wait);
        }
        return outcome;
    }

    /** Ends a wait; returns whether it had not ended before. */
    public boolean end(SpreadWait wait) {
        if (wait.isOver()) {
            return false;
        }
        for (long rest = wait.shards(); rest != 0; rest &= rest - 1) {
            blocked[Long.numberOfTrailingZeros(rest)].forget(wait.client().id());
        }
        wait.end();
        return true;
    }
}
