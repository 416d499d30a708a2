package io.tailrace.node.command;

import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.security.User;
import io.tailrace.node.services.CommandStats;
import io.tailrace.node.shard.CommandErrorException;
import io.tailrace.node.shard.MemoryLimit;
import io.tailrace.node.shard.RefusedException;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.Store;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyTooLargeException;
import io.tailrace.wire.resp.ReplyWriter;

/**
 * Runs commands on one shard: checks keys, lets the command speak, commits what it wants, takes the reply back when that
 * is refused. Owned by the shard's reactor thread.
 *
 * <p>The caller ends the reply, and then has those served who wait for what the command made: {@link #blocked}.
 */
public final class CommandRunner {
    private static final int MAX_MOVED = 8;
    private static final long REFUSED = -1;

    private final Shard shard;
    private final int databases;
    private final CommandContext context;
    private final RequestKeys requestKeys = new RequestKeys();
    private final BlockedClients blocked;
    private final CommandWatch watch;
    private final CommandCounts counts;
    private final TrackedReads reads;
    private final ScriptRunner scripts;
    private final WriteIntent intent;

    /** With the usual number of databases, and without scripts. */
    public CommandRunner(Shard shard, int shardCount) {
        this(shard, shardCount, DatabaseIndex.USUAL_COUNT);
    }

    /** @param databases that clients may select */
    public CommandRunner(Shard shard, int shardCount, int databases) {
        this(shard, shardCount, databases, null);
    }

    /**
     * @param databases that clients may select
     * @param host around the shard's scripts, or null for a shard without any
     */
    public CommandRunner(Shard shard, int shardCount, int databases, ScriptHost host) {
        this.shard = shard;
        this.databases = databases;
        context = new CommandContext(shard, shardCount, databases);
        blocked = new BlockedClients(shard, context);
        watch = new CommandWatch(shard.clock());
        counts = new CommandCounts(watch);
        reads = new TrackedReads(watch, shard);
        scripts = host == null ? null : new ScriptRunner(this, shard, shardCount, databases, host);
        context.scripts(scripts);
        intent = new WriteIntent(scripts);
    }

    /** Whether a request may write: what a pause of writes holds back. */
    public boolean mayWrite(CommandSpec spec, Arguments request) {
        return intent.mayWrite(spec, request);
    }

    /** Whether a command may have its client wait for keys. */
    public boolean mayBlock(CommandSpec spec, Arguments request) {
        return spec.has(CommandFlag.BLOCKING)
                && (!spec.has(CommandFlag.BLOCKS_BY_OPTION) || StreamReadOptions.hasBlock(request));
    }

    /** Says who calls the scripts that are run next: whom they may do as much as. */
    public void caller(User user) {
        if (scripts != null) {
            scripts.caller(user);
        }
    }

    /** Looks, from here on or no more, whether scripts use other keys than they declare. */
    public void learnKeysOfScripts(boolean isOn) {
        scripts.used().learn(isOn);
    }

    /** Whether one has, since that was asked for. */
    public boolean hasScriptStrayed() {
        return scripts.used().hasStrayed();
    }

    /** Once a second. */
    public void onSecond() {
        if (scripts != null) {
            scripts.onSecond();
        }
    }

    /** What is counted of the commands that are run here. */
    public CommandStats stats() {
        return counts.stats();
    }

    /** Takes settings over. */
    public void config(NodeConfig config) {
        watch.config(config);
        shard.transactions().batchBytes((int) config.number(Setting.BATCH_SIZE));
    }

    /** How long commands take here. */
    public CommandWatch watch() {
        return watch;
    }

    /** How a command looks keys up. */
    int lookups(CommandSpec spec) {
        return counts.known(spec).lookups();
    }

    /** Counts a command that was run across shards, which this one leads. */
    void counted(CommandSpec spec, long micros, ReplyWriter reply, int start) {
        count(counts.known(spec), spec.has(CommandFlag.RUNS_SCRIPT), micros, reply, start);
    }

    /** The same of one that was refused. */
    void refused(CommandSpec spec, ReplyWriter reply, int start) {
        counts.stats().refused(counts.known(spec).row(), reply, start);
    }

    /** What is counted of them, and of those that scripts call. */
    CommandCounts counts() {
        return counts;
    }

    /** Counts a command that runs within EXEC and not on a shard. */
    public void count(CommandSpec spec, Arguments arguments, ReplyWriter reply, Runnable command) {
        int start = reply.position();
        long startMicros = shard.clock().refreshSteadyMicros();
        command.run();
        long micros = shard.clock().refreshSteadyMicros() - startMicros;
        counts.ran(counts.known(spec), micros, reply, start);
        watch.ran(spec, arguments, micros);
    }

    /** Notes what clients read who cache it. */
    TrackedReads reads() {
        return reads;
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
    public boolean runOrWait(
            CommandSpec spec, int database, Arguments arguments, ReplyWriter reply, WaitingClient client) {
        boolean isWaiting;
        long micros;
        context.mayWait(client, blocked);
        try {
            micros = runNow(spec, database, arguments, reply);
        } finally {
            isWaiting = context.takeWaiting();
        }
        if (isWaiting) {
            client.began(micros);
        } else if (micros >= 0) {
            watch.ran(spec, arguments, micros);
        }
        return isWaiting;
    }

    /** The same in database 0. */
    public void run(CommandSpec spec, Arguments arguments, ReplyWriter reply) {
        run(spec, 0, arguments, reply);
    }

    /**
     * Runs one command, which is known to have the right number of arguments and to be allowed now. The steady time of the shard's clock is
     * that of its beginning.
     *
     * @param database of its keys
     */
    public void run(CommandSpec spec, int database, Arguments arguments, ReplyWriter reply) {
        long micros = runNow(spec, database, arguments, reply);
        if (micros >= 0) {
            watch.ran(spec, arguments, micros);
        }
    }

    /** Gives how long it took, or {@link #REFUSED}. */
    private long runNow(CommandSpec spec, int database, Arguments arguments, ReplyWriter reply) {
        int mark = reply.position();
        CommandCounts.Known of = counts.known(spec);
        // the caller has just read it, or the command before has as it ended
        long startMicros = shard.clock().steadyMicros();
        boolean isScript = spec.has(CommandFlag.RUNS_SCRIPT);
        if (isScript) {
            scripts.prepare(ShardHold.only(shard.id()));
        }
        boolean isShort = (isScript || spec.has(CommandFlag.DENYOOM)) && lacksRoom();
        if (isScript) {
            scripts.memory(isShort);
        }
        boolean isFull = isShort && !isScript;
        // one that needs no more room than there was is let pass, which only its end tells
        // function libraries are shown to other threads as soon as they are committed
        boolean joins = !isFull && !isScript && spec.routing() != Routing.FIRST_SHARD;
        Transaction keys = joins ? shard.beginNext() : shard.begin(isFull || isScript);
        keys.select(database);
        keys.lookups(of.lookups());
        boolean isTracking = shard.tracking().isActive();
        if (isTracking) {
            shard.tracking().writer(watch.tracker());
        }
        try {
            carryOut(spec, arguments, reply, keys, isFull, joins);
            settle(isScript, true);
            if (isTracking && !isScript) {
                reads.after(spec, arguments);
            }
        } catch (ShardsNeededException e) {
            shard.abandon();
            reply.truncate(mark);
            settle(isScript, false);
            throw e;
        } catch (RefusedException e) {
            if (joins && shard.transactions().isBatchOpen()) {
                // there may be room for it in a record of its own
                shard.abandon();
                reply.truncate(mark);
                shard.transactions().closeBatch();
                return runNow(spec, database, arguments, reply);
            }
            rollBack(reply, mark, e.getMessage());
            settle(isScript, false);
            counts.stats().refused(of.row(), reply, mark);
            return REFUSED;
        } catch (CommandErrorException | ReplyTooLargeException e) {
            rollBack(reply, mark, errorOf(e));
            settle(isScript, false);
        } finally {
            shard.tracking().writer(null);
        }
        long micros = shard.clock().refreshSteadyMicros() - startMicros;
        count(of, isScript, micros, reply, mark);
        return micros;
    }

    /** Up to the commit. */
    private void carryOut(
            CommandSpec spec, Arguments arguments, ReplyWriter reply, Transaction keys, boolean isFull, boolean joins) {
        String refusal = keyRefusal(spec, arguments);
        if (refusal == null) {
            prepare(keys, spec, arguments);
            spec.keyCommand().run(context.set(arguments, reply, keys));
            refusal = isFull && (shard.transactions().hasGrown() || spec.routing() == Routing.FIRST_SHARD)
                    ? MemoryLimit.REFUSAL
                    : null;
        }
        if (refusal != null) {
            throw new RefusedException(refusal);
        }
        if (joins) {
            shard.commitNext();
        } else {
            shard.commit();
        }
    }

    private boolean lacksRoom() {
        return shard.memory().isOver() && !shard.memory().makeRoom();
    }

    static String errorOf(RuntimeException e) {
        return e instanceof ReplyTooLargeException ? "ERR " + e.getMessage() : e.getMessage();
    }

    private void rollBack(ReplyWriter reply, int mark, String error) {
        shard.abandon();
        reply.truncate(mark);
        reply.error(error);
    }

    private void count(CommandCounts.Known of, boolean isScript, long micros, ReplyWriter reply, int start) {
        if (isScript) {
            counts.ran(of, micros, reply, start, scripts.takeErrorOfCommand());
        } else {
            counts.ran(of, micros, reply, start);
        }
    }

    void settle(boolean hasScript, boolean isCommitted) {
        if (hasScript) {
            scripts.settle(isCommitted);
        }
    }

    static void prepare(Transaction keys, CommandSpec spec, Arguments arguments) {
        if (keys.events().isOn()) {
            EventNames.begin(keys.events(), spec, arguments);
        }
        if (spec.isWrite()) {
            // one that memory is not short for, such as a DEL of many keys, adds few
            keys.prepare(spec.has(CommandFlag.DENYOOM) ? arguments.count() : Math.min(arguments.count(), MAX_MOVED));
        }
    }

    /** On the shard's thread, when no more comes. */
    public void close() {
        if (scripts != null) {
            scripts.close();
        }
    }

    /** Runs one command of several that are committed as one; what it refuses, such as a wrong type, is its own reply. */
    void runWithin(CommandSpec spec, Arguments request, ReplyWriter reply, Transaction keys) {
        int mark = reply.position();
        CommandCounts.Known of = counts.known(spec);
        long startMicros = shard.clock().steadyMicros();
        keys.lookups(of.lookups());
        prepare(keys, spec, request);
        try {
            spec.keyCommand().run(context.set(request, reply, keys));
        } catch (CommandErrorException e) {
            reply.truncate(mark);
            reply.error(e.getMessage());
        }
        if (!spec.has(CommandFlag.RUNS_SCRIPT)) {
            reads.within(spec, request);
        }
        long micros = shard.clock().refreshSteadyMicros() - startMicros;
        count(of, spec.has(CommandFlag.RUNS_SCRIPT), micros, reply, mark);
        watch.ran(spec, request, micros);
    }

    Shard shard() {
        return shard;
    }

    /** How many databases clients may select. */
    int databases() {
        return databases;
    }

    /** What runs scripts, or null for a shard without any. */
    ScriptRunner scripts() {
        return scripts;
    }

    /** Why a command can't be run with its keys, or null. */
    String keyRefusal(CommandSpec spec, Arguments arguments) {
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
