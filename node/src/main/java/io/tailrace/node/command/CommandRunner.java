package io.tailrace.node.command;

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
import java.util.List;

/**
 * Runs commands on one shard: checks keys, lets the command speak, commits what it wants, takes the reply back when that
 * is refused. Owned by the shard's reactor thread.
 *
 * <p>The caller ends the reply, and then has those served who wait for what the command made: {@link #blocked}.
 */
public final class CommandRunner {
    private final Shard shard;
    private final CommandContext context;
    private final RequestKeys requestKeys = new RequestKeys();
    private final BlockedClients blocked;
    private final CommandWatch watch;

    public CommandRunner(Shard shard, int shardCount) {
        this.shard = shard;
        context = new CommandContext(shard, shardCount);
        blocked = new BlockedClients(shard, context);
        watch = new CommandWatch(shard.clock());
    }

    /** How long commands take here. */
    public CommandWatch watch() {
        return watch;
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
        long begin = watch.begin();
        context.mayWait(client, blocked);
        try {
            runUnwatched(spec, arguments, reply);
        } finally {
            isWaiting = context.takeWaiting();
        }
        if (!isWaiting) {
            watch.ran(spec, arguments, begin);
        }
        return isWaiting;
    }

    /** Runs one command, which is known to have the right number of arguments and to be allowed now. */
    public void run(CommandSpec spec, Arguments arguments, ReplyWriter reply) {
        long begin = watch.begin();
        runUnwatched(spec, arguments, reply);
        watch.ran(spec, arguments, begin);
    }

    private void runUnwatched(CommandSpec spec, Arguments arguments, ReplyWriter reply) {
        int mark = reply.position();
        boolean isFull = shard.memory().isOver()
                && spec.has(CommandFlag.DENYOOM)
                && !shard.memory().makeRoom();
        // one that needs no more room than there was is let pass, which only its end tells
        Transaction keys = shard.begin(isFull);
        boolean isTracking = shard.tracking().isActive();
        if (isTracking) {
            shard.tracking().writer(watch.tracker());
        }
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
            if (isTracking && watch.remembers() && spec.has(CommandFlag.READONLY)) {
                remember(spec, arguments);
            }
        } catch (RefusedException | CommandErrorException | ReplyTooLargeException e) {
            shard.abandon();
            reply.truncate(mark);
            reply.error(e instanceof ReplyTooLargeException ? "ERR " + e.getMessage() : e.getMessage());
        } finally {
            shard.tracking().writer(null);
        }
    }

    private void remember(CommandSpec spec, Arguments arguments) {
        requestKeys.of(spec, arguments);
        for (int i = 0; i < requestKeys.count(); i++) {
            int key = requestKeys.argument(i);
            shard.tracking().read(watch.tracker(), arguments.address(key), arguments.length(key));
        }
    }

    private static void prepare(Transaction keys, CommandSpec spec, Arguments arguments) {
        if (keys.events().isOn()) {
            EventNames.begin(keys.events(), spec, arguments);
        }
        if (spec.isWrite()) {
            keys.prepare(arguments.count());
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
        if (shard.tracking().isActive()) {
            shard.tracking().writer(watch.tracker());
        }
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
        } finally {
            shard.tracking().writer(null);
        }
    }

    /** A refusal of one command, such as a wrong type, is that command's reply; any other ends all of them. */
    private void runQueued(
            CommandSpec spec, Arguments request, ReplyWriter reply, SessionRunner sessionRunner, Transaction keys) {
        String refusal = keyRefusal(spec, request);
        long begin = watch.begin();
        if (spec.routing() == Routing.SESSION) {
            sessionRunner.run(spec, request, reply);
            watch.ran(spec, request, begin);
        } else if (refusal != null) {
            reply.error(refusal);
        } else {
            int mark = reply.position();
            prepare(keys, spec, request);
            try {
                spec.keyCommand().run(context.set(request, reply, keys));
            } catch (CommandErrorException e) {
                reply.truncate(mark);
                reply.error(e.getMessage());
            }
            if (watch.remembers() && spec.has(CommandFlag.READONLY)) {
                remember(spec, request);
            }
            watch.ran(spec, request, begin);
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
