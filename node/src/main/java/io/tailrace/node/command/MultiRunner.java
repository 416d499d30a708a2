package io.tailrace.node.command;

import io.tailrace.node.shard.MemoryLimit;
import io.tailrace.node.shard.RefusedException;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyTooLargeException;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** Runs the commands of a MULTI on one shard, all or none of them. Owned by the shard's reactor thread. */
public final class MultiRunner {
    private final CommandRunner runner;
    private final Shard shard;

    public MultiRunner(CommandRunner runner) {
        this.runner = runner;
        shard = runner.shard();
    }

    /** How a session command within a MULTI is run. */
    @FunctionalInterface
    public interface SessionRunner {
        void run(CommandSpec spec, Arguments arguments, ReplyWriter reply);

        /** Any command was called; one that runs scripts is about to be. */
        default void called(int database, CommandSpec spec, Arguments arguments) {
            // not looked at
        }
    }

    /**
     * EXEC: runs all commands of a MULTI as one, if there is memory and no watched key was touched: one record in the log, one
     * array in reply.
     *
     * @param watched or null
     * @param database of the keys, until one of the commands selects another
     */
    public void runAll(
            List<CommandSpec> specs,
            List<Arguments> requests,
            WatchSet watched,
            int database,
            ReplyWriter reply,
            SessionRunner sessionRunner) {
        if (hasNoRoomFor(specs)) {
            reply.error("EXECABORT Transaction discarded because of: " + MemoryLimit.REFUSAL);
            return;
        }
        boolean hasScript = hasScript(specs);
        if (hasScript) {
            runner.scripts().prepare(ShardHold.only(shard.id()));
            runner.scripts().memory(shard.memory().isOver() && !shard.memory().makeRoom());
        }
        Transaction keys = shard.begin(true);
        if (watched != null && shard.isTouched(watched)) {
            shard.abandon();
            reply.nullArray();
            return;
        }
        int mark = reply.position();
        if (shard.tracking().isActive()) {
            shard.tracking().writer(runner.watch().tracker());
        }
        try {
            reply.array(specs.size());
            int selected = database;
            for (int i = 0; i < specs.size(); i++) {
                selected = selected(runner, specs.get(i), requests.get(i), selected);
                keys.select(selected);
                boolean isScript = specs.get(i).has(CommandFlag.RUNS_SCRIPT);
                if (isScript) {
                    sessionRunner.called(selected, specs.get(i), requests.get(i));
                }
                runQueued(specs.get(i), requests.get(i), reply, sessionRunner, keys);
                if (!isScript) {
                    sessionRunner.called(selected, specs.get(i), requests.get(i));
                }
            }
            shard.commit();
            settle(hasScript, true);
        } catch (RefusedException | ReplyTooLargeException e) {
            shard.abandon();
            settle(hasScript, false);
            reply.truncate(mark);
            reply.error("EXECABORT Transaction discarded because: " + withoutCode(e.getMessage()));
        } finally {
            shard.tracking().writer(null);
        }
    }

    /** Of the keys of a command and of those after it. The connection itself is told by the command. */
    static int selected(CommandRunner runner, CommandSpec spec, Arguments request, int before) {
        boolean isSelecting =
                spec.name().equals("select") && DatabaseIndex.problem(request, 1, runner.databases(), null) == null;
        return isSelecting ? (int) request.parseLong(1) : before;
    }

    /** A refusal of one command, such as a wrong type, is that command's reply; any other ends all of them. */
    private void runQueued(
            CommandSpec spec, Arguments request, ReplyWriter reply, SessionRunner sessionRunner, Transaction keys) {
        String denied = DeniedCommand.errorOf(spec);
        String refusal = runner.keyRefusal(spec, request);
        if (denied != null) {
            runner.stats().error(denied);
            reply.error(denied);
        } else if (spec.routing() == Routing.SESSION) {
            sessionRunner.run(spec, request, reply);
        } else if (refusal != null) {
            reply.error(refusal);
        } else {
            runner.runWithin(spec, request, reply, keys);
        }
    }

    private void settle(boolean hasScript, boolean isCommitted) {
        if (hasScript) {
            runner.scripts().settle(isCommitted);
        }
    }

    /** Whether one of these commands runs a script. */
    public static boolean hasScript(List<CommandSpec> specs) {
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).has(CommandFlag.RUNS_SCRIPT)) {
                return true;
            }
        }
        return false;
    }

    static String withoutCode(String error) {
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
}
