package io.tailrace.node.command;

import io.tailrace.node.services.CommandStats;
import io.tailrace.node.shard.CommandErrorException;
import io.tailrace.node.shard.MemoryLimit;
import io.tailrace.node.shard.RefusedException;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.node.store.Store;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyTooLargeException;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs commands on one shard: checks keys, lets the command speak, commits what it wants, takes the reply back when that
 * is refused. Owned by the shard's reactor thread.
 *
 * <p>The caller ends the reply, and then has those served who wait for what the command made: {@link #blocked}.
 */
public final class CommandRunner {
    private static final int MOST_MOVED = 8;

    private final Shard shard;
    private final CommandContext context;
    private final RequestKeys requestKeys = new RequestKeys();
    private final BlockedClients blocked;
    private final CommandStats stats = new CommandStats();
    private final Map<CommandSpec, Known> known = new IdentityHashMap<>();

    /** What is looked up once of each command. */
    private record Known(CommandStats.Row row, int lookups) {}

    public CommandRunner(Shard shard, int shardCount) {
        this.shard = shard;
        context = new CommandContext(shard, shardCount);
        blocked = new BlockedClients(shard, context);
    }

    /** What is counted of the commands that are run here. */
    public CommandStats stats() {
        return stats;
    }

    private Known known(CommandSpec spec) {
        Known found = known.get(spec);
        if (found == null) {
            found = new Known(stats.row(spec, spec.name()), LookupKinds.of(spec));
            known.put(spec, found);
        }
        return found;
    }

    /** Counts a command that runs within EXEC and not on a shard. */
    public void count(CommandSpec spec, ReplyWriter reply, Runnable command) {
        int start = reply.position();
        long startMicros = shard.clock().refreshSteadyMicros();
        command.run();
        stats.ran(known(spec).row, shard.clock().refreshSteadyMicros() - startMicros, reply, start);
    }

    /** Who waits for keys of the shard. */
    public BlockedClients blocked() {
        return blocked;
    }

    /**
     * Runs one command that may wait, known as for {@link #run}.
     *
     * @param client who waits then
     * @return whether it waits: then nothing is replied now
     */
    public boolean runOrWait(CommandSpec spec, Arguments arguments, ReplyWriter reply, WaitingClient client) {
        boolean isWaiting;
        context.mayWait(client, blocked);
        try {
            run(spec, arguments, reply);
        } finally {
            isWaiting = context.takeWaiting();
        }
        return isWaiting;
    }

    /** Runs one command, which is known to have the right number of arguments and to be allowed now. */
    public void run(CommandSpec spec, Arguments arguments, ReplyWriter reply) {
        int mark = reply.position();
        Known of = known(spec);
        long startMicros = shard.clock().refreshSteadyMicros();
        boolean isFull = shard.memory().isOver()
                && spec.has(CommandFlag.DENYOOM)
                && !shard.memory().makeRoom();
        // one that needs no more room than there was is let pass, which only its end tells
        Transaction keys = shard.begin(isFull);
        keys.lookups(of.lookups);
        try {
            String refusal = keyRefusal(spec, arguments);
            if (refusal == null) {
                prepare(keys, spec, arguments);
                spec.keyCommand().run(context.set(arguments, reply, keys));
                refusal = isFull && shard.hasGrown() ? MemoryLimit.REFUSAL : null;
            }
            if (refusal != null) {
                throw new RefusedException(refusal);
            }
            shard.commit();
        } catch (RefusedException e) {
            takeBack(reply, mark, e.getMessage());
            stats.refused(of.row, reply, mark);
            return;
        } catch (CommandErrorException | ReplyTooLargeException e) {
            takeBack(reply, mark, e instanceof ReplyTooLargeException ? "ERR " + e.getMessage() : e.getMessage());
        }
        stats.ran(of.row, shard.clock().refreshSteadyMicros() - startMicros, reply, mark);
    }

    private void takeBack(ReplyWriter reply, int mark, String error) {
        shard.abandon();
        reply.truncate(mark);
        reply.error(error);
    }

    private static void prepare(Transaction keys, CommandSpec spec, Arguments arguments) {
        if (spec.isWrite()) {
            // one that memory is not short for, such as a DEL of many keys, adds few
            keys.prepare(spec.has(CommandFlag.DENYOOM) ? arguments.count() : Math.min(arguments.count(), MOST_MOVED));
        }
    }

    /** How a session command within a MULTI is run. */
    @FunctionalInterface
    public interface SessionRunner {
        void run(CommandSpec spec, Arguments arguments, ReplyWriter reply);
    }

    /**
     * EXEC: runs all commands of a MULTI as one, if there is memory and no watched key was touched: one record in the log, one
     * array in reply.
     *
     * @param watched or null
     */
    public void runAll(
            List<CommandSpec> specs,
            List<Arguments> requests,
            WatchSet watched,
            ReplyWriter reply,
            SessionRunner sessionRunner) {
        if (hasNoRoomFor(specs)) {
            reply.error("EXECABORT Transaction discarded because of: " + MemoryLimit.REFUSAL);
            return;
        }
        Transaction keys = shard.begin(true);
        if (watched != null && shard.isTouched(watched)) {
            shard.abandon();
            reply.nullArray();
            return;
        }
        int mark = reply.position();
        try {
            reply.array(specs.size());
            for (int i = 0; i < specs.size(); i++) {
                runQueued(specs.get(i), requests.get(i), reply, sessionRunner, keys);
            }
            shard.commit();
        } catch (RefusedException | ReplyTooLargeException e) {
            shard.abandon();
            reply.truncate(mark);
            reply.error("EXECABORT Transaction discarded because: " + withoutCode(e.getMessage()));
        }
    }

    /** A refusal of one command, such as a wrong type, is that command's reply; any other ends all of them. */
    private void runQueued(
            CommandSpec spec, Arguments request, ReplyWriter reply, SessionRunner sessionRunner, Transaction keys) {
        String refusal = keyRefusal(spec, request);
        if (spec.routing() == Routing.SESSION) {
            sessionRunner.run(spec, request, reply);
        } else if (refusal != null) {
            reply.error(refusal);
        } else {
            int mark = reply.position();
            Known of = known(spec);
            long startMicros = shard.clock().refreshSteadyMicros();
            keys.lookups(of.lookups);
            prepare(keys, spec, request);
            try {
                spec.keyCommand().run(context.set(request, reply, keys));
            } catch (CommandErrorException e) {
                reply.truncate(mark);
                reply.error(e.getMessage());
            }
            stats.ran(of.row, shard.clock().refreshSteadyMicros() - startMicros, reply, mark);
        }
    }

    private static String withoutCode(String error) {
        return error.startsWith("ERR ") ? error.substring(4) : error;
    }

    /**
     * Asked before all commands of a MULTI are run, and before what is watched is looked at, as keys may be evicted for them.
     * As in Redis however little room they need.
     */
    private boolean hasNoRoomFor(List<CommandSpec> specs) {
        return shard.memory().isOver()
                && specs.stream().anyMatch(spec -> spec.has(CommandFlag.DENYOOM))
                && !shard.memory().makeRoom();
    }

    private String keyRefusal(CommandSpec spec, Arguments arguments) {
        requestKeys.of(spec, arguments);
        for (int i = 0; i < requestKeys.count(); i++) {
            int key = requestKeys.argument(i);
            if (arguments.length(key) > Store.MAX_KEY_LENGTH) {
                return "ERR key of " + arguments.length(key) + " bytes is longer than a key may be ("
                        + Store.MAX_KEY_LENGTH + " bytes)";
            }
        }
        return null;
    }
}
