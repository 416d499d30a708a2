package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ALLOW_BUSY;
import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.MAY_REPLICATE;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.STALE;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.script.FunctionEngine;
import io.tailrace.node.script.LibraryDump;
import io.tailrace.node.script.LoadedFunction;
import io.tailrace.node.script.LoadedLibrary;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.script.RunningScript;
import io.tailrace.node.script.ScriptException;
import io.tailrace.node.script.ScriptFlags;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.store.Library;
import io.tailrace.node.store.LibraryHeader;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * FUNCTION and FCALL. Libraries are the node's: shard 0 keeps and logs them, so FUNCTION runs there; FCALL runs on the shard of its
 * keys, with the libraries that are committed.
 */
final class FunctionCommands implements CommandFamily {
    private static final String ENGINE = "LUA";

    private static final String[] HELP = {
        "LOAD [REPLACE] <FUNCTION CODE>",
        "    Create a new library with the given library name and code.",
        "DELETE <LIBRARY NAME>",
        "    Delete the given library.",
        "LIST [LIBRARYNAME PATTERN] [WITHCODE]",
        "    Return general information on all the libraries:",
        "    * Library name",
        "    * The engine used to run the Library",
        "    * Library description",
        "    * Functions list",
        "    * Library code (if WITHCODE is given)",
        "    It also possible to get only function that matches a pattern using LIBRARYNAME argument.",
        "STATS",
        "    Return information about the current function running:",
        "    * Function name",
        "    * Command used to run the function",
        "    * Duration in MS that the function is running",
        "    If no function is running, return nil",
        "    In addition, returns a list of available engines.",
        "KILL",
        "    Kill the current running function.",
        "FLUSH [ASYNC|SYNC]",
        "    Delete all the libraries.",
        "    When called without the optional mode argument, the behavior is determined by the",
        "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
        "    * ASYNC: Asynchronously flush the libraries.",
        "    * SYNC: Synchronously flush the libraries.",
        "DUMP",
        "    Return a serialized payload representing the current libraries, can be restored using FUNCTION RESTORE command",
        "RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]",
        "    Restore the libraries represented by the given payload, it is possible to give a restore policy to",
        "    control how to handle existing libraries (default APPEND):",
        "    * FLUSH: delete all existing libraries.",
        "    * APPEND: appends the restored libraries to the existing libraries. On collision, abort.",
        "    * REPLACE: appends the restored libraries to the existing libraries, On collision, replace the old",
        "      libraries with the new libraries (notice that even on this option there is a chance of failure",
        "      in case of functions name collision with another library).",
    };

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                ScriptCommands.running("fcall", context -> call(context, false), MAY_REPLICATE),
                ScriptCommands.running("fcall_ro", context -> call(context, true), READONLY),
                CommandSpec.container(
                        "function",
                        -2,
                        null,
                        List.of(
                                onFirst("load", -3, FunctionCommands::load, WRITE, DENYOOM, NOSCRIPT),
                                onFirst("delete", 3, FunctionCommands::delete, WRITE, NOSCRIPT),
                                onFirst("flush", -2, FunctionCommands::flush, WRITE, NOSCRIPT),
                                onFirst("restore", -3, FunctionCommands::restore, WRITE, DENYOOM, NOSCRIPT),
                                onFirst("list", -2, FunctionCommands::list, NOSCRIPT),
                                onFirst("dump", 2, FunctionCommands::dump, NOSCRIPT),
                                CommandSpec.session("function|stats", 2, FunctionCommands::stats, NOSCRIPT, ALLOW_BUSY),
                                CommandSpec.session(
                                        "function|kill",
                                        2,
                                        (session, arguments) -> ScriptCommands.kill(session, true),
                                        NOSCRIPT,
                                        ALLOW_BUSY),
                                CommandSpec.session(
                                        "function|help",
                                        2,
                                        (session, arguments) -> HelpReply.write(session.reply(), "FUNCTION", HELP),
                                        LOADING,
                                        STALE))));
    }

    private static CommandSpec onFirst(String name, int arity, KeyCommand command, CommandFlag... flags) {
        return CommandSpec.keys("function|" + name, arity, KeyPositions.NONE, Routing.FIRST_SHARD, command, flags);
    }

    private static void call(CommandContext context, boolean isReadOnly) {
        FunctionEngine engine = context.scripts().engine().functions();
        engine.use(context.libraries());
        LoadedFunction function = engine.find(context.arguments().ascii(1));
        if (function == null) {
            context.reply().error("ERR Function not found");
            return;
        }
        int keys = ScriptCommands.keyCount(context, "ERR Bad number of keys provided");
        if (keys >= 0) {
            context.scripts().call(function, context, 3, keys, isReadOnly);
        }
    }

    private static void load(CommandContext context) {
        Arguments arguments = context.arguments();
        boolean isReplacing = false;
        int at = 2;
        for (; at < arguments.count() - 1; at++) {
            if (!arguments.is(at, "REPLACE")) {
                context.reply().error("ERR Unknown option given: " + arguments.ascii(at));
                return;
            }
            isReplacing = true;
        }
        try {
            NewLibraries added = new NewLibraries(context.scripts().engine().functions(), context.libraries());
            String name = added.add(arguments.bytes(at), isReplacing);
            added.apply(context.keys());
            context.scripts().engine().refresh(context.libraries());
            context.reply().bulk(name);
        } catch (ScriptException e) {
            context.reply().error(e.getMessage());
        }
    }

    private static void delete(CommandContext context) {
        String name = context.arguments().ascii(2);
        if (context.libraries().find(name) == null) {
            context.reply().error("ERR Library not found");
        } else {
            context.keys().libraries().delete(name);
            context.scripts().engine().refresh(context.libraries());
            context.reply().ok();
        }
    }

    private static void flush(CommandContext context) {
        Arguments arguments = context.arguments();
        if (arguments.count() > 3) {
            syntaxError(context);
        } else if (arguments.count() == 3 && !arguments.is(2, "SYNC") && !arguments.is(2, "ASYNC")) {
            context.reply().error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
        } else {
            if (!context.libraries().isEmpty()) {
                context.keys().libraries().flush();
                context.scripts().engine().refresh(context.libraries());
            }
            context.reply().ok();
        }
    }

    private static void syntaxError(CommandContext context) {
        context.reply()
                .error("ERR unknown subcommand or wrong number of arguments for '"
                        + context.arguments().ascii(1) + "'. Try FUNCTION HELP.");
    }

    private static void restore(CommandContext context) {
        Arguments arguments = context.arguments();
        if (arguments.count() > 4) {
            syntaxError(context);
            return;
        }
        boolean isFlushing = arguments.count() == 4 && arguments.is(3, "FLUSH");
        boolean isReplacing = arguments.count() == 4 && arguments.is(3, "REPLACE");
        if (arguments.count() == 4 && !isFlushing && !isReplacing && !arguments.is(3, "APPEND")) {
            context.reply().error("ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
            return;
        }
        try {
            List<byte[]> codes = LibraryDump.read(arguments.bytes(2));
            FunctionEngine engine = context.scripts().engine().functions();
            NewLibraries added = new NewLibraries(engine, isFlushing ? LibrarySet.EMPTY : context.libraries());
            added.addAll(codes, isReplacing);
            if (isFlushing && !context.libraries().isEmpty()) {
                context.keys().libraries().promise(codes);
                context.keys().libraries().flush();
            }
            added.apply(context.keys());
            context.scripts().engine().refresh(context.libraries());
            context.reply().ok();
        } catch (ScriptException e) {
            context.reply().error(e.getMessage());
        }
    }

    private static void dump(CommandContext context) {
        context.reply().bulk(LibraryDump.of(context.libraries()));
    }

    private static void list(CommandContext context) {
        Arguments arguments = context.arguments();
        int code = 0;
        int pattern = 0;
        for (int i = 2; i < arguments.count(); i++) {
            if (code == 0 && arguments.is(i, "WITHCODE")) {
                code = i;
            } else if (pattern == 0 && arguments.is(i, "LIBRARYNAME")) {
                if (i == arguments.count() - 1) {
                    context.reply().error("ERR library name argument was not given");
                    return;
                }
                pattern = ++i;
            } else {
                context.reply().error("ERR Unknown argument " + arguments.ascii(i));
                return;
            }
        }
        list(context, pattern, code > 0);
    }

    private static void list(CommandContext context, int pattern, boolean hasCode) {
        FunctionEngine engine = context.scripts().engine().functions();
        engine.use(context.libraries());
        List<Library> shown = new ArrayList<>(context.libraries().all());
        if (pattern > 0) {
            int longest = shown.stream()
                    .mapToInt(library -> library.name().length())
                    .max()
                    .orElse(0);
            try (NamePattern names = new NamePattern(context.arguments(), pattern, longest)) {
                shown.removeIf(library -> !names.matches(library.name().toLowerCase(Locale.ROOT)));
            }
        }
        context.reply().array(shown.size());
        shown.forEach(library -> describe(library, engine.of(library), hasCode, context.reply()));
    }

    private static void describe(Library library, LoadedLibrary loaded, boolean hasCode, ReplyWriter reply) {
        reply.map(hasCode ? 4 : 3);
        reply.bulk("library_name");
        reply.bulk(library.name());
        reply.bulk("engine");
        reply.bulk(ENGINE);
        reply.bulk("functions");
        reply.array(loaded.functions().size());
        for (LoadedFunction function : loaded.functions()) {
            reply.map(3);
            reply.bulk("name");
            reply.bulk(function.name());
            reply.bulk("description");
            if (function.description() == null) {
                reply.nullBulk();
            } else {
                reply.bulk(LibraryHeader.bytes(function.description()));
            }
            reply.bulk("flags");
            List<String> flags = ScriptFlags.names(function.flags());
            reply.set(flags.size());
            flags.forEach(reply::simple);
        }
        if (hasCode) {
            reply.bulk("library_code");
            reply.bulk(library.code());
        }
    }

    private static void stats(ClientSession session, Arguments arguments) {
        NodeScripts scripts = session.node().scripts();
        RunningScript running = null;
        for (int shard = 0; shard < scripts.shards(); shard++) {
            running = scripts.running(shard).isLate() ? scripts.running(shard) : running;
        }
        ReplyWriter reply = session.reply();
        if (running != null && !running.isFunction()) {
            reply.error(NodeScripts.BUSY_SCRIPT);
            return;
        }
        reply.map(2);
        reply.bulk("running_script");
        String name = running == null ? null : running.name();
        if (name == null) {
            reply.nullBulk();
        } else {
            reply.map(3);
            reply.bulk("name");
            reply.bulk(name);
            reply.bulk("command");
            List<byte[]> command = running.command();
            reply.array(command.size());
            command.forEach(reply::bulk);
            reply.bulk("duration_ms");
            reply.integer(TimeUnit.NANOSECONDS.toMillis(scripts.steadyNanos().getAsLong() - running.startNanos()));
        }
        reply.bulk("engines");
        reply.map(1);
        reply.bulk(ENGINE);
        reply.map(2);
        reply.bulk("libraries_count");
        reply.integer(scripts.libraries().count());
        reply.bulk("functions_count");
        reply.integer(scripts.functionCount());
    }
}
