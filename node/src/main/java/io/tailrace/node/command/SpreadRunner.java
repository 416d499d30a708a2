package io.tailrace.node.command;

import io.tailrace.node.shard.CommandErrorException;
import io.tailrace.node.shard.KeySlot;
import io.tailrace.node.shard.KeyTracking;
import io.tailrace.node.shard.MemoryLimit;
import io.tailrace.node.shard.RefusedException;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardFailedException;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.node.shard.Spread;
import io.tailrace.node.shard.SpreadTransaction;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyTooLargeException;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/**
 * Runs commands whose keys are on several shards, and a MULTI of such, as one: the counterpart of {@link CommandRunner} on a thread that
 * holds all of these shards. Owned by that thread, which leads with its own shard: statistics and the slow log are its.
 *
 * <pre>
 *  the keys of a command are    it runs
 *  on one shard                 on that shard's transaction
 *  on several                   on all of them as one keyspace ({@link SpreadTransaction})
 *  all keys there are           on each shard, one after the other ({@link EveryShard})
 * </pre>
 */
public final class SpreadRunner implements AutoCloseable {
    private final CommandRunner home;
    private final Shard[] shards;
    private final int own;
    private final Spread spread;
    private final CommandContext context;
    private final RequestKeys requestKeys = new RequestKeys();
    private final ShardSets sets;
    private final ShardRoom room;
    private final EveryShard every;
    private final TrackedReads reads;
    private long held;
    private SpreadTransaction keys;

    /**
     * @param home of the shard that leads
     * @param shards all of the node
     * @param own the one that leads
     * @param databases that clients may select
     */
    public SpreadRunner(CommandRunner home, Shard[] shards, int own, int databases) {
        this.home = home;
        this.shards = shards;
        this.own = own;
        spread = new Spread(shards, own);
        context = new CommandContext(shards[own], shards.length, databases);
        context.scripts(home.scripts());
        every = new EveryShard(shards.length);
        reads = new TrackedReads(home.watch(), shards);
        sets = new ShardSets(shards.length, own);
        room = new ShardRoom(shards);
    }

    /** The shards that a command needs, as a set; empty for one that needs none in particular. */
    public long shardsOf(CommandSpec spec, Arguments arguments) {
        return sets.of(spec, arguments);
    }

    /** The shards that the last one has written to, as a set. */
    public long logged() {
        return spread.logged();
    }

    /**
     * Runs one command, known as for {@link CommandRunner#run}.
     *
     * @param set the shards that are held, all that it needs
     */
    public void run(long set, CommandSpec spec, int database, Arguments arguments, ReplyWriter reply) {
        int mark = reply.position();
        long startMicros = shards[own].clock().refreshSteadyMicros();
        boolean isScript = spec.has(CommandFlag.RUNS_SCRIPT);
        if (isScript) {
            home.scripts().prepare(set);
        }
        long full = isScript || spec.has(CommandFlag.DENYOOM) ? room.without(set) : 0;
        if (isScript) {
            home.scripts().memory(full != 0);
        }
        begin(set, database, home.watch().tracker());
        boolean isOver = false;
        try {
            String refusal = home.keyRefusal(spec, arguments);
            if (refusal == null) {
                runOne(context, spec, arguments, reply);
                refusal = !isScript && room.hasGrown(full) ? MemoryLimit.REFUSAL : null;
            }
            if (refusal != null) {
                throw new RefusedException(refusal);
            }
            spread.commit();
            isOver = true;
            home.settle(isScript, true);
            if (!isScript) {
                reads.after(spec, arguments);
            }
        } catch (ShardsNeededException e) {
            isOver = takeBack(isScript, reply, mark, null);
            throw e;
        } catch (RefusedException e) {
            isOver = takeBack(isScript, reply, mark, e.getMessage());
            home.refused(spec, reply, mark);
            return;
        } catch (CommandErrorException | ReplyTooLargeException e) {
            isOver = takeBack(isScript, reply, mark, CommandRunner.errorOf(e));
        } catch (ShardFailedException e) {
            isOver = true;
            throw e;
        } finally {
            end(isOver);
        }
        long micros = shards[own].clock().refreshSteadyMicros() - startMicros;
        home.counted(spec, micros, reply, mark);
        home.watch().ran(spec, arguments, micros);
    }

    private boolean takeBack(boolean hasScript, ReplyWriter reply, int mark, String error) {
        spread.abandon();
        home.settle(hasScript, false);
        reply.truncate(mark);
        if (error != null) {
            reply.error(error);
        }
        return true;
    }

    /** Shards are held from now on, and nothing is logged on any of them yet. */
    public void beginHold() {
        spread.beginHold();
    }

    /** @param writer who isn't told of what is written, if it wants that, or null */
    private void begin(long set, int database, KeyTracking.Tracker writer) {
        held = set | ShardHold.only(own);
        keys = spread.begin(held);
        keys.select(database);
        context.set(null, null, keys);
        for (int shard = 0; shard < shards.length; shard++) {
            if (isHeld(shard) && shards[shard].tracking().isActive()) {
                shards[shard].tracking().writer(writer);
            }
        }
    }

    /** @param isOver it was committed, or all of it was rolled back; else a fault of this node has ended it */
    private void end(boolean isOver) {
        if (!isOver) {
            spread.abandon();
        }
        for (int shard = 0; shard < shards.length; shard++) {
            if (isHeld(shard)) {
                shards[shard].tracking().writer(null);
            }
        }
        context.at(shards[own]);
        keys = null;
    }

    private boolean isHeld(int shard) {
        return (held & ShardHold.only(shard)) != 0;
    }

    /** Lets the command that is run next wait, or no more. */
    void mayWait(WaitingClient client, Waits in) {
        context.mayWait(client, in);
    }

    /** Serves a client that waits for keys of these shards, which are held. */
    ServeOutcome serve(long set, KeyWait wait, int key, ReplyWriter reply) {
        int mark = reply.position();
        begin(set, wait.database(), null);
        boolean isOver = false;
        try {
            context.set(wait.arguments(), reply, keys);
            keys.events().beginCommand();
            keys.prepare(wait.arguments().count());
            boolean isServed = wait.server().serve(context, key);
            spread.commit();
            isOver = true;
            return isServed ? ServeOutcome.SERVED : ServeOutcome.WAITS_ON;
        } catch (RefusedException e) {
            isOver = takeBack(false, reply, mark, null);
            return ServeOutcome.REFUSED;
        } catch (CommandErrorException | ReplyTooLargeException e) {
            isOver = takeBack(false, reply, mark, CommandRunner.errorOf(e));
            return ServeOutcome.SERVED;
        } catch (ShardFailedException e) {
            isOver = true;
            throw e;
        } finally {
            end(isOver);
        }
    }

    /** Runs one command of the transaction that is under way, in a context of the caller's. */
    void runOne(CommandContext in, CommandSpec spec, Arguments arguments, ReplyWriter reply) {
        switch (spec.routing()) {
            case FIRST_SHARD:
                runOn(0, in, spec, arguments, reply);
                break;
            case CURSOR:
                runOn(sets.ofCursor(arguments), in, spec, arguments, reply);
                break;
            case EVERY_SUM, EVERY_ARRAY, EVERY_OK, EVERY_ANY:
                every.run(
                        spec.routing(),
                        reply,
                        shard -> runOn(shard, in, spec, arguments, every.part()),
                        in.random().nextDouble());
                break;
            default:
                long needed = sets.of(requestKeys.of(spec, arguments), arguments);
                if (spec.has(CommandFlag.RUNS_SCRIPT)) {
                    runScript(in, spec, arguments, reply);
                } else if (Long.bitCount(needed) > 1) {
                    in.at(shards[own]);
                    runOn(keys, in, spec, arguments, reply);
                } else {
                    keys.lookAt(needed);
                    runOn(needed == 0 ? own : Long.numberOfTrailingZeros(needed), in, spec, arguments, reply);
                }
        }
    }

    private void runScript(CommandContext in, CommandSpec spec, Arguments arguments, ReplyWriter reply) {
        in.at(shards[own]);
        home.scripts().spreading(this);
        try {
            runOn(keys, in, spec, arguments, reply);
        } finally {
            home.scripts().spreading(null);
        }
    }

    /** Notes what clients read who cache it. */
    TrackedReads reads() {
        return reads;
    }

    /** The shards that are held, as a set. */
    long held() {
        return held;
    }

    /** Runs a command of the script that is under way. */
    void call(int database, CommandContext in, CommandSpec spec, Arguments arguments, ReplyWriter reply) {
        keys.select(database);
        try {
            runOne(in, spec, arguments, reply);
        } finally {
            in.at(shards[own]);
        }
    }

    private void runOn(int shard, CommandContext in, CommandSpec spec, Arguments arguments, ReplyWriter reply) {
        if (!isHeld(shard)) {
            throw new CommandErrorException(KeySlot.CROSS_SLOT);
        }
        in.at(shards[shard]);
        Transaction of = spread.of(shard);
        of.select(keys.database());
        runOn(of, in, spec, arguments, reply);
    }

    private void runOn(Transaction of, CommandContext in, CommandSpec spec, Arguments arguments, ReplyWriter reply) {
        of.lookups(home.lookups(spec));
        CommandRunner.prepare(of, spec, arguments);
        spec.keyCommand().run(in.set(arguments, reply, of));
    }

    /**
     * EXEC: runs all commands of a MULTI as one, as {@link MultiRunner#runAll} does.
     *
     * @param set the shards that are held, all that the commands need and all on which something is watched
     * @param watched by shard, each of them or null; or null
     */
    public void runAll(
            long set,
            List<CommandSpec> specs,
            List<Arguments> requests,
            WatchSet[] watched,
            int database,
            ReplyWriter reply,
            MultiRunner.SessionRunner sessionRunner) {
        boolean hasScript = MultiRunner.hasScript(specs);
        boolean needsRoom = needsRoom(specs);
        boolean isShort = (hasScript || needsRoom) && room.without(set) != 0;
        if (isShort && needsRoom) {
            reply.error("EXECABORT Transaction discarded because of: " + MemoryLimit.REFUSAL);
            return;
        }
        if (hasScript) {
            home.scripts().prepare(set);
            home.scripts().memory(isShort);
        }
        int mark = reply.position();
        begin(set, database, home.watch().tracker());
        boolean isOver = false;
        try {
            if (spread.isTouched(watched)) {
                spread.abandon();
                isOver = true;
                reply.nullArray();
                return;
            }
            reply.array(specs.size());
            int selected = database;
            for (int i = 0; i < specs.size(); i++) {
                selected = MultiRunner.selected(home, specs.get(i), requests.get(i), selected);
                keys.select(selected);
                runQueued(selected, specs.get(i), requests.get(i), reply, sessionRunner);
            }
            spread.commit();
            isOver = true;
            home.settle(hasScript, true);
        } catch (RefusedException | ReplyTooLargeException e) {
            String error = MultiRunner.withoutCode(e.getMessage());
            isOver = takeBack(hasScript, reply, mark, "EXECABORT Transaction discarded because: " + error);
        } catch (ShardFailedException e) {
            isOver = true;
            throw e;
        } finally {
            end(isOver);
        }
    }

    private static boolean needsRoom(List<CommandSpec> specs) {
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).has(CommandFlag.DENYOOM)) {
                return true;
            }
        }
        return false;
    }

    private void runQueued(
            int database,
            CommandSpec spec,
            Arguments request,
            ReplyWriter reply,
            MultiRunner.SessionRunner sessionRunner) {
        boolean isScript = spec.has(CommandFlag.RUNS_SCRIPT);
        if (isScript) {
            sessionRunner.called(database, spec, request);
        }
        String denied = DeniedCommand.errorOf(spec);
        String refusal = home.keyRefusal(spec, request);
        if (denied != null) {
            home.stats().error(denied);
            reply.error(denied);
        } else if (spec.routing() == Routing.SESSION) {
            sessionRunner.run(spec, request, reply);
        } else if (refusal != null) {
            reply.error(refusal);
        } else {
            runCounted(spec, request, reply);
        }
        if (!isScript) {
            sessionRunner.called(database, spec, request);
        }
    }

    /** A refusal of one command, such as a wrong type, is that command's reply; any other ends all of them. */
    private void runCounted(CommandSpec spec, Arguments request, ReplyWriter reply) {
        int mark = reply.position();
        long startMicros = shards[own].clock().refreshSteadyMicros();
        try {
            runOne(context, spec, request, reply);
        } catch (CommandErrorException e) {
            reply.truncate(mark);
            reply.error(e.getMessage());
        }
        if (!spec.has(CommandFlag.RUNS_SCRIPT)) {
            reads.within(spec, request);
        }
        long micros = shards[own].clock().refreshSteadyMicros() - startMicros;
        home.counted(spec, micros, reply, mark);
        home.watch().ran(spec, request, micros);
    }

    @Override
    public void close() {
        every.close();
    }
}
