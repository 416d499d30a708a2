package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ALLOW_BUSY;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.MAY_REPLICATE;
import static io.tailrace.node.command.CommandFlag.MOVABLEKEYS;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.NO_MANDATORY_KEYS;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.RUNS_SCRIPT;
import static io.tailrace.node.command.CommandFlag.SKIP_MONITOR;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.script.RunningScript;
import io.tailrace.node.script.Script;
import io.tailrace.node.script.ScriptCache;
import io.tailrace.node.script.ScriptException;
import io.tailrace.node.services.ClientSession;
import io.tailrace.wire.resp.Arguments;
import java.util.List;
import java.util.Locale;

/** EVAL and its variants, and SCRIPT. Scripts run on the shard of their keys; the cache of scripts is the node's. */
final class ScriptCommands implements CommandFamily {
    private static final String NO_SCRIPT = "NOSCRIPT No matching script. Please use EVAL.";
    private static final int SHA1_LENGTH = 40;
    private static final int FIRST_KEY = 3;

    private static final String[] HELP = {
        "DEBUG (YES|SYNC|NO)",
        "    Set the debug mode for subsequent scripts executed.",
        "EXISTS <sha1> [<sha1> ...]",
        "    Return information about the existence of the scripts in the script cache.",
        "FLUSH [ASYNC|SYNC]",
        "    Flush the Lua scripts cache. Very dangerous on replicas.",
        "    When called without the optional mode argument, the behavior is determined by the",
        "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
        "    * ASYNC: Asynchronously flush the scripts cache.",
        "    * SYNC: Synchronously flush the scripts cache.",
        "KILL",
        "    Kill the currently executing Lua script.",
        "LOAD <script>",
        "    Load a script into the scripts cache without executing it.",
    };

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                running("eval", context -> eval(context, false), MAY_REPLICATE),
                running("evalsha", context -> evalSha(context, false), MAY_REPLICATE),
                running("eval_ro", context -> eval(context, true), READONLY),
                running("evalsha_ro", context -> evalSha(context, true), READONLY),
                CommandSpec.container(
                        "script",
                        -2,
                        null,
                        List.of(
                                CommandSpec.keys(
                                        "script|load",
                                        3,
                                        KeyPositions.NONE,
                                        Routing.ONE_SHARD,
                                        ScriptCommands::load,
                                        NOSCRIPT,
                                        STALE),
                                CommandSpec.session("script|exists", -3, ScriptCommands::exists, NOSCRIPT),
                                CommandSpec.session("script|flush", -2, ScriptCommands::flush, NOSCRIPT),
                                CommandSpec.session(
                                        "script|kill",
                                        2,
                                        (session, arguments) -> kill(session, false),
                                        NOSCRIPT,
                                        ALLOW_BUSY),
                                CommandSpec.session("script|debug", 3, ScriptCommands::debug, NOSCRIPT),
                                CommandSpec.session(
                                        "script|help",
                                        2,
                                        (session, arguments) -> HelpReply.write(session.reply(), "SCRIPT", HELP),
                                        LOADING,
                                        STALE))));
    }

    static CommandSpec running(String name, KeyCommand command, CommandFlag... more) {
        CommandFlag[] flags = {NOSCRIPT, STALE, SKIP_MONITOR, NO_MANDATORY_KEYS, MOVABLEKEYS, RUNS_SCRIPT};
        CommandFlag[] all = new CommandFlag[flags.length + more.length];
        System.arraycopy(flags, 0, all, 0, flags.length);
        System.arraycopy(more, 0, all, flags.length, more.length);
        return CommandSpec.keys(name, -3, KeyPositions.NONE, Routing.ONE_SHARD, command, all);
    }

    private static void eval(CommandContext context, boolean isReadOnly) {
        int keys = keyCount(context, "ERR value is not an integer or out of range");
        if (keys < 0) {
            return;
        }
        try {
            Script script =
                    context.scripts().engine().script(context.arguments().bytes(1));
            context.scripts().eval(script, context, FIRST_KEY, keys, isReadOnly);
        } catch (ScriptException e) {
            context.reply().error(e.getMessage());
        }
    }

    private static void evalSha(CommandContext context, boolean isReadOnly) {
        Arguments arguments = context.arguments();
        if (arguments.length(1) != SHA1_LENGTH) {
            context.reply().error(NO_SCRIPT);
            return;
        }
        int keys = keyCount(context, "ERR value is not an integer or out of range");
        if (keys < 0) {
            return;
        }
        Script script = context.scripts().engine().find(arguments, 1);
        if (script == null) {
            context.reply().error(NO_SCRIPT);
        } else {
            context.scripts().eval(script, context, FIRST_KEY, keys, isReadOnly);
        }
    }

    /** How many keys the request says that it has, or -1 after an error was replied. */
    static int keyCount(CommandContext context, String notANumber) {
        Arguments arguments = context.arguments();
        String error = null;
        if (!arguments.isLong(2)) {
            error = notANumber;
        } else if (arguments.parseLong(2) > arguments.count() - FIRST_KEY) {
            error = "ERR Number of keys can't be greater than number of args";
        } else if (arguments.parseLong(2) < 0) {
            error = "ERR Number of keys can't be negative";
        }
        if (error != null) {
            context.reply().error(error);
            return -1;
        }
        return (int) arguments.parseLong(2);
    }

    private static void load(CommandContext context) {
        try {
            Script script =
                    context.scripts().engine().script(context.arguments().bytes(2));
            context.reply().bulk(script.sha1());
        } catch (ScriptException e) {
            context.reply().error(e.getMessage());
        }
    }

    private static void exists(ClientSession session, Arguments arguments) {
        ScriptCache cache = session.node().scripts().cache();
        session.reply().array(arguments.count() - 2);
        for (int i = 2; i < arguments.count(); i++) {
            boolean isThere = cache.find(arguments.ascii(i).toLowerCase(Locale.ROOT)) != null;
            session.reply().integer(isThere ? 1 : 0);
        }
    }

    private static void flush(ClientSession session, Arguments arguments) {
        boolean isMode = arguments.count() == 2
                || arguments.count() == 3 && (arguments.is(2, "SYNC") || arguments.is(2, "ASYNC"));
        if (isMode) {
            session.node().scripts().cache().flush();
            session.reply().ok();
        } else {
            session.reply().error("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
        }
    }

    private static void debug(ClientSession session, Arguments arguments) {
        if (arguments.is(2, "NO")) {
            session.reply().ok();
        } else if (arguments.is(2, "YES") || arguments.is(2, "SYNC")) {
            session.reply().error("ERR there is no script debugger");
        } else {
            session.reply().error("ERR Use SCRIPT DEBUG YES/SYNC/NO");
        }
    }

    /** SCRIPT KILL and FUNCTION KILL: one that runs somewhere, a late one before others. */
    static void kill(ClientSession session, boolean isFunction) {
        NodeScripts scripts = session.node().scripts();
        RunningScript.Killed worst = RunningScript.Killed.NOTHING_RUNS;
        for (int shard = 0; shard < scripts.shards() && worst != RunningScript.Killed.KILLED; shard++) {
            if (scripts.running(shard).isLate()) {
                RunningScript.Killed each = scripts.running(shard).kill(isFunction);
                worst = each.compareTo(worst) > 0 ? each : worst;
            }
        }
        switch (worst) {
            case KILLED -> session.reply().ok();
            case UNKILLABLE ->
                session.reply()
                        .error(
                                "UNKILLABLE Sorry the script already executed write commands against the dataset. You can"
                                        + " either wait the script termination or kill the server in a hard way using the"
                                        + " SHUTDOWN NOSAVE command.");
            case OTHER_KIND -> session.reply().error(isFunction ? NodeScripts.BUSY_SCRIPT : NodeScripts.BUSY_FUNCTION);
            default -> session.reply().error("NOTBUSY No scripts in execution right now.");
        }
    }
}
