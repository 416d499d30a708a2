package io.tailrace.node.command;

import io.tailrace.node.script.FunctionEngine;
import io.tailrace.node.script.LoadedFunction;
import io.tailrace.node.script.Script;
import io.tailrace.node.script.ScriptEngine;
import io.tailrace.node.script.ScriptException;
import io.tailrace.node.script.ScriptFlags;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.wire.resp.Arguments;
import java.util.Locale;

/**
 * Whether a request may write, before it is run: what a pause of writes holds back. Owned by the shard's thread.
 *
 * <pre>
 *  a command      by its flags
 *  a script       by what its first line says, if it says anything; known or not
 *  a function     by the flags it was registered with
 * </pre>
 */
final class WriteIntent {
    private static final int SHA1_LENGTH = 40;
    private static final int UNKNOWN = ScriptFlags.COMPATIBLE;

    private final ScriptRunner scripts;

    /** @param scripts or null where there are none */
    WriteIntent(ScriptRunner scripts) {
        this.scripts = scripts;
    }

    boolean mayWrite(CommandSpec spec, Arguments request) {
        if (spec.has(CommandFlag.RUNS_SCRIPT) && scripts != null) {
            int flags = flags(spec, request);
            if ((flags & ScriptFlags.COMPATIBLE) == 0) {
                return ScriptFlags.mayWrite(flags);
            }
        }
        return spec.isWrite() || spec.has(CommandFlag.MAY_REPLICATE);
    }

    private int flags(CommandSpec spec, Arguments request) {
        ScriptEngine engine = scripts.engine();
        if (spec.name().startsWith("fcall")) {
            return functionFlags(engine, request.ascii(1));
        }
        if (!spec.name().startsWith("evalsha")) {
            return scriptFlags(engine, request.bytes(1));
        }
        Script script = request.length(1) == SHA1_LENGTH ? engine.find(request, 1) : null;
        return script == null ? UNKNOWN : script.flags();
    }

    private int functionFlags(ScriptEngine engine, String name) {
        LibrarySet libraries = scripts.libraries();
        if (libraries.isEmpty()) {
            return UNKNOWN;
        }
        FunctionEngine functions = engine.functions();
        functions.use(libraries);
        LoadedFunction function = functions.find(name.toLowerCase(Locale.ROOT));
        return function == null ? UNKNOWN : function.flags();
    }

    private static int scriptFlags(ScriptEngine engine, byte[] body) {
        try {
            return Script.of(engine.sha1(body), body).flags();
        } catch (ScriptException e) {
            return UNKNOWN;
        }
    }
}
