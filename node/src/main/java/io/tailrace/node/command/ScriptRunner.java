package io.tailrace.node.command;

import io.tailrace.node.lua.LuaAbort;
import io.tailrace.node.platform.CycleCause;
import io.tailrace.node.script.LoadedFunction;
import io.tailrace.node.script.Script;
import io.tailrace.node.script.ScriptDoor;
import io.tailrace.node.script.ScriptEngine;
import io.tailrace.node.script.ScriptFlags;
import io.tailrace.node.security.User;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.shard.CommandErrorException;
import io.tailrace.node.shard.MemoryLimit;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.node.store.Store;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scripts of one shard: what they may call, and in which transaction. Owned and closed by the shard's thread; made when the first
 * script comes.
 *
 * <p>All commands of a script share its transaction, so what it writes is one record. An error that a command replies with, or one that
 * the script raises, leaves what was written before it, as in Redis. A refusal of the shard, as by a record that grows too large,
 * takes all of the script back: it is thrown through the engine, past every pcall.
 */
final class ScriptRunner implements ScriptCalls, ScriptDoor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("io.tailrace.script");
    private static final String READ_ONLY_SCRIPT = "ERR Write commands are not allowed from read-only scripts.";

    private final Shard shard;
    private final int shardCount;
    private final ScriptHost host;
    private final CommandContext context;
    private final ScriptEngine engine;
    private final ScriptSession session;
    private final CommandRunner commands;
    private final RequestKeys requestKeys = new RequestKeys();
    private final ShardSets sets;
    private final ScriptKeys used = new ScriptKeys();
    private User caller;
    private Transaction keys;
    /** Of the transaction that is under way, if it is one over several shards. */
    private SpreadRunner spread;
    /** The caller's; a SELECT of the script is the script's. */
    private int database;

    private boolean isReadOnly;
    private boolean mayExceedMemory;
    private boolean isMemoryShort;
    private boolean hasWritten;

    ScriptRunner(CommandRunner commands, Shard shard, int shardCount, int databases, ScriptHost host) {
        this.commands = commands;
        this.shard = shard;
        this.shardCount = shardCount;
        this.host = host;
        sets = new ShardSets(shardCount, shard.id());
        context = new CommandContext(shard, shardCount, databases).forScripts();
        session = new ScriptSession(host, shard.clock());
        engine = new ScriptEngine(
                shard.id(),
                host.scripts(),
                this,
                NodeServices.REDIS_VERSION,
                host.scripts().steadyNanos(),
                host::busyReplyThreshold);
    }

    @Override
    public ScriptEngine engine() {
        return engine;
    }

    @Override
    public LibrarySet libraries() {
        return host.scripts().libraries();
    }

    /** @param user who calls the scripts to come, or null for one who may do everything */
    void caller(User user) {
        caller = user;
    }

    /** Before a transaction with scripts begins on these shards: the limits are those of now. */
    void prepare(long shards) {
        shard.clock().meter().note(CycleCause.SCRIPT);
        host.writeRefusal(shards);
    }

    /** @param isShort whether a store holds more than it may and nothing can be evicted, as a transaction begins */
    void memory(boolean isShort) {
        isMemoryShort = isShort;
    }

    /** @param runner of the transaction that the scripts to come are part of, or null for one on this shard alone */
    void spreading(SpreadRunner runner) {
        spread = runner;
    }

    /** What the scripts to come use of what they don't declare. */
    ScriptKeys used() {
        return used;
    }

    private long held() {
        return spread == null ? ShardHold.only(shard.id()) : spread.held();
    }

    @Override
    public void eval(Script script, CommandContext of, int firstKey, int keyCount, boolean isReadOnlyCommand) {
        if (isAdmitted(script.flags(), of.reply(), isReadOnlyCommand)) {
            used.begin(of.arguments(), firstKey, keyCount);
            begin(of, script.flags(), isReadOnlyCommand);
            try {
                engine.eval(script, of.arguments(), firstKey, keyCount, of.reply());
            } finally {
                end();
            }
        }
    }

    @Override
    public void call(
            LoadedFunction function, CommandContext of, int firstKey, int keyCount, boolean isReadOnlyCommand) {
        if (isAdmitted(function.flags(), of.reply(), isReadOnlyCommand)) {
            used.begin(of.arguments(), firstKey, keyCount);
            begin(of, function.flags(), isReadOnlyCommand);
            try {
                engine.call(function, of.arguments(), firstKey, keyCount, of.reply());
            } finally {
                end();
            }
        }
    }

    private void begin(CommandContext of, int flags, boolean isReadOnlyCommand) {
        keys = of.keys();
        hasWritten = false;
        boolean isFlagged = (flags & ScriptFlags.COMPATIBLE) == 0;
        isReadOnly = isReadOnlyCommand || isFlagged && !ScriptFlags.mayWrite(flags);
        mayExceedMemory = isFlagged && (flags & ScriptFlags.ALLOW_OOM) != 0;
        database = keys.database();
        session.begin(of.reply().protocol());
        session.info().database(database);
        host.scripts().running(shard.id()).holds(held());
    }

    private void end() {
        keys.select(database);
        keys = null;
    }

    /** Whether a script may run that says what it does; one that says nothing is judged command by command. */
    private boolean isAdmitted(int flags, ReplyWriter reply, boolean isReadOnlyCommand) {
        String refusal = null;
        boolean isFlagged = (flags & ScriptFlags.COMPATIBLE) == 0;
        if (isFlagged && isMemoryShort && !ScriptFlags.runsWithoutMemory(flags)) {
            refusal = MemoryLimit.REFUSAL;
        } else if (isFlagged && ScriptFlags.mayWrite(flags)) {
            refusal = host.writeRefusal(held());
            if (refusal == null && isReadOnlyCommand) {
                refusal = "ERR Can not execute a script with write flag using *_ro command.";
            }
        }
        if (refusal != null) {
            reply.error(refusal);
        }
        return refusal == null;
    }

    @Override
    public String call(Arguments request, ReplyWriter reply) {
        CommandSpec spec = host.commands().find(request);
        String refusal = refusal(spec, request);
        if (refusal != null) {
            commands.counts().refusedWithin(spec, refusal);
            return refusal;
        }
        if (spec.isWrite()) {
            hasWritten = true;
            engine.wrote();
        }
        try {
            run(spec, request, reply);
        } catch (RuntimeException e) {
            throw new LuaAbort(e);
        }
        return null;
    }

    private void run(CommandSpec spec, Arguments request, ReplyWriter reply) {
        int start = reply.position();
        long startMicros = shard.clock().refreshSteadyMicros();
        try {
            execute(spec, request, reply);
        } catch (CommandErrorException e) {
            reply.truncate(start);
            reply.error(e.getMessage());
        }
        (spread == null ? commands.reads() : spread.reads()).called(spec, used);
        long micros = shard.clock().refreshSteadyMicros() - startMicros;
        commands.counts().ranWithin(spec, request, session.info(), micros, reply, start);
        host.called(session.info().database(), spec, request);
    }

    private void execute(CommandSpec spec, Arguments request, ReplyWriter reply) {
        if (spec.routing() == Routing.SESSION) {
            session.run(spec, request, reply);
        } else if (spread != null) {
            spread.call(session.info().database(), context, spec, request, reply);
        } else {
            keys.select(session.info().database());
            if (keys.events().isOn()) {
                EventNames.begin(keys.events(), spec, request);
            }
            if (spec.isWrite()) {
                keys.prepare(request.count());
            }
            keys.lookups(commands.lookups(spec));
            spec.keyCommand().run(context.set(request, reply, keys));
        }
    }

    private String refusal(CommandSpec spec, Arguments request) {
        if (spec == null) {
            return "ERR Unknown Redis command called from script";
        }
        if (!spec.isArity(request.count()) || spec.keyCommand() == null && spec.sessionCommand() == null) {
            return "ERR Wrong number of args calling Redis command from script";
        }
        boolean isDenied = spec.has(CommandFlag.NOSCRIPT) && !host.scripts().isAllAllowed();
        if (isDenied || spec.has(CommandFlag.RUNS_SCRIPT)) {
            return "ERR This Redis command is not allowed from script";
        }
        String denied = caller == null || caller.isUnlimited() ? null : denial(spec, request);
        if (denied != null) {
            return denied;
        }
        if (isReadOnly && (spec.isWrite() || spec.has(CommandFlag.MAY_REPLICATE))) {
            return READ_ONLY_SCRIPT;
        }
        String refusal = hasWritten || !spec.isWrite() ? null : host.writeRefusal(held());
        if (refusal == null && isOutOfMemory(spec)) {
            return MemoryLimit.REFUSAL;
        }
        return refusal == null ? keyRefusal(spec, request) : refusal;
    }

    private boolean isOutOfMemory(CommandSpec spec) {
        return isMemoryShort && !mayExceedMemory && !hasWritten && spec.has(CommandFlag.DENYOOM);
    }

    private String denial(CommandSpec spec, Arguments request) {
        AccessCheck.Denial denial = AccessCheck.denial(caller, spec, request);
        if (denial == null) {
            return AccessCheck.sortRefusal(caller, spec, request);
        }
        String object = denial.argument() == 0 ? spec.name() : request.ascii(denial.argument());
        host.denied(denial.reason(), object, caller.name(), commands.watch().client());
        return "ERR The user executing the script can't "
                + switch (denial.reason()) {
                    case KEY -> "access at least one of the keys mentioned in the command arguments";
                    case CHANNEL -> "publish to the channel mentioned in the command";
                    default -> "run this command or subcommand";
                };
    }

    /** Keys of a shard that is not held end the script, which is started again. */
    private String keyRefusal(CommandSpec spec, Arguments request) {
        if (spec.routing() == Routing.SESSION) {
            return null;
        }
        RequestKeys all = requestKeys.of(spec, request);
        for (int i = 0; i < all.count(); i++) {
            int length = request.length(all.argument(i));
            if (length > Store.MAX_KEY_LENGTH) {
                return "ERR key of " + length + " bytes is longer than a key may be (" + Store.MAX_KEY_LENGTH
                        + " bytes)";
            }
        }
        if (shardCount > 1) {
            used.use(spec, all, request);
            if ((sets.of(spec, request) & ~held()) != 0) {
                throw new LuaAbort(new ShardsNeededException());
            }
        }
        return null;
    }

    @Override
    public Access allows(Arguments request) {
        CommandSpec spec = host.commands().find(request);
        if (spec == null) {
            return Access.NO_SUCH_COMMAND;
        }
        boolean isDenied = caller != null && AccessCheck.refusal(caller, spec, request) != null;
        return isDenied ? Access.DENIED : Access.ALLOWED;
    }

    @Override
    public void log(int level, String text) {
        switch (level) {
            case 0 -> LOG.trace(text);
            case 1 -> LOG.debug(text);
            case 2 -> LOG.info(text);
            default -> LOG.warn(text);
        }
    }

    @Override
    public void late() {
        host.late();
    }

    @Override
    public void over() {
        host.over();
    }

    /** What the transaction has done is logged, or all of it was rolled back: then none of it is told. */
    void settle(boolean isCommitted) {
        session.settle(isCommitted);
    }

    /** Whether the script that was asked for has ended with the error of a command that it called, which is counted with that one. */
    boolean takeErrorOfCommand() {
        return engine.takeErrorOfCommand();
    }

    void onSecond() {
        engine.refresh(host.scripts().libraries());
    }

    @Override
    public void close() {
        engine.close();
    }
}
