package io.tailrace.node.command;

import io.tailrace.node.shard.EffectsTooLargeException;
import io.tailrace.node.shard.MemoryLimit;
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
 */
public final class CommandRunner {
    private final Shard shard;
    private final CommandContext context;

    public CommandRunner(Shard shard, int shardCount) {
        this.shard = shard;
        context = new CommandContext(shard, shardCount);
    }

    /** Runs one command, which is known to have the right number of arguments and to be allowed now. */
    public void run(CommandSpec spec, Arguments arguments, ReplyWriter reply) {
        int mark = reply.position();
        boolean isFull = shard.memory().isOver()
                && spec.has(CommandFlag.DENYOOM)
                && !shard.memory().makeRoom();
        Transaction keys = shard.begin(false);
        try {
            String refusal = keyRefusal(spec, arguments);
            if (refusal == null) {
                spec.keyCommand().run(context.set(arguments, reply, keys));
                refusal = isFull && keys.needsRoom() ? MemoryLimit.REFUSAL : shard.commit();
            }
            if (refusal != null) {
                reply.truncate(mark);
                reply.error(refusal);
            }
        } catch (EffectsTooLargeException | ReplyTooLargeException e) {
            reply.truncate(mark);
            reply.error("ERR " + e.getMessage());
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
            reply.nullArray();
            return;
        }
        int mark = reply.position();
        try {
            reply.array(specs.size());
            for (int i = 0; i < specs.size(); i++) {
                String refusal = keyRefusal(specs.get(i), requests.get(i));
                if (specs.get(i).routing() == Routing.SESSION) {
                    sessionRunner.run(specs.get(i), requests.get(i), reply);
                } else if (refusal == null) {
                    specs.get(i).keyCommand().run(context.set(requests.get(i), reply, keys));
                } else {
                    reply.error(refusal);
                }
            }
            String refusal = shard.commit();
            if (refusal != null) {
                reply.truncate(mark);
                reply.error("EXECABORT Transaction discarded because: " + refusal);
            }
        } catch (EffectsTooLargeException | ReplyTooLargeException e) {
            reply.truncate(mark);
            reply.error("EXECABORT Transaction discarded because: " + e.getMessage());
        }
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

    private static String keyRefusal(CommandSpec spec, Arguments arguments) {
        KeyPositions keys = spec.keys();
        for (int key = keys.first(); key <= keys.end(arguments); key += keys.step()) {
            if (arguments.length(key) > Store.MAX_KEY_LENGTH) {
                return "ERR key of " + arguments.length(key) + " bytes is longer than a key may be ("
                        + Store.MAX_KEY_LENGTH + " bytes)";
            }
        }
        return null;
    }
}
