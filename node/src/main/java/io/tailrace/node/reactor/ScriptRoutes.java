package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.ShardsNeededException;
import io.tailrace.node.reactor.ScriptHabits.Habit;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.wire.resp.Arguments;

/**
 * Where the scripts of one reactor's clients run, on a node of several shards. Owned by the reactor's thread.
 *
 * <p>A script may use keys that it does not declare, as in Redis, and only its run tells. One that asks for a key of a shard that it was
 * not started with is rolled back and started again with all shards.
 *
 * <pre>
 *  declares keys of     and is known as       it runs
 *  this shard, or none  new or closed         here, with this shard alone
 *  another shard        new here              here, with both: what the client sends next is not to overtake it
 *  another shard        closed                there, like any command
 *  several              new or closed         here, with those
 *  any                  open                  here, with all shards
 * </pre>
 *
 * <p>A closed script that turns out to be open, when it runs on another shard, starts again here: that one time it may be overtaken by
 * commands with other keys that its client sent after it without waiting for its reply.
 */
final class ScriptRoutes {
    /** How a request can be run. */
    interface Ways {
        /** On one shard, on its thread. */
        void on(int shard);

        /** Here, on all of these. */
        void spread(long shards);

        /** Postpones it until nothing is owed to its connection, and returns whether that is so. */
        boolean postpones();
    }

    private final CommandRunner runner;
    private final int own;
    private final long all;
    private final ScriptHabits habits = new ScriptHabits();

    ScriptRoutes(CommandRunner runner, int own, int shards) {
        this.runner = runner;
        this.own = own;
        all = ShardHold.all(shards);
    }

    /**
     * Runs a script, now or when nothing is owed to its connection.
     *
     * @param declared shards of the keys that it declares, as a set
     */
    void route(CommandSpec spec, Arguments arguments, long declared, Ways ways) {
        long script = ScriptHabits.nameOf(spec, arguments);
        Habit habit = habits.of(script);
        boolean isHere = (declared & ~ShardHold.only(own)) == 0;
        if (isHere && habit != Habit.OPEN) {
            run(script, habit, declared, true, ways);
        } else if (habit == Habit.CLOSED && Long.bitCount(declared) == 1) {
            ways.on(Long.numberOfTrailingZeros(declared));
        } else if (!ways.postpones()) {
            run(script, habit, habit == Habit.OPEN ? all : declared, false, ways);
        }
    }

    private void run(long script, Habit habit, long shards, boolean isHere, Ways ways) {
        boolean isNew = habit == Habit.NEW;
        runner.learnKeysOfScripts(isNew);
        try {
            if (isHere) {
                ways.on(own);
            } else {
                ways.spread(shards);
            }
            if (isNew) {
                habits.note(script, runner.hasScriptStrayed() ? Habit.OPEN : Habit.CLOSED);
            }
        } catch (ShardsNeededException e) {
            habits.note(script, Habit.OPEN);
            if (!isHere || !ways.postpones()) {
                ways.spread(all);
            }
        } finally {
            runner.learnKeysOfScripts(false);
        }
    }

    /** Notes that a script was begun on another shard and was rolled back there. */
    void opened(CommandSpec spec, Arguments arguments) {
        habits.note(ScriptHabits.nameOf(spec, arguments), Habit.OPEN);
    }
}
