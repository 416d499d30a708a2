package io.tailrace.node.script;

import io.tailrace.node.lua.LuaAbort;
import io.tailrace.node.lua.LuaClosure;
import io.tailrace.node.lua.LuaError;
import io.tailrace.node.lua.LuaFunction;
import io.tailrace.node.lua.LuaTable;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What runs scripts and functions on one shard: a world of Lua for each of both, made when it is first needed. Owned and closed by the
 * shard's thread. Not re-entrant: a script can't run a script.
 */
public final class ScriptEngine implements AutoCloseable {
    private static final String CHUNK = "@user_script";
    private static final long MIN_MEMORY = 16L << 20;
    private static final int MEMORY_SHARE = 8;

    private final int shard;
    private final NodeScripts node;
    private final ScriptDoor door;
    private final String version;
    private final LongSupplier clockNanos;
    private final ScriptRun run;
    private final ValueWriter values = new ValueWriter();
    private final Sha1 sha1 = new Sha1();
    private final Map<String, LuaClosure> compiled = new HashMap<>();
    private int epoch;
    private boolean hasErrorOfCommand;
    private LuaWorld scripts;
    private FunctionEngine functions;

    /**
     * Makes an engine, which is nothing yet but this object.
     *
     * @param thresholdMs after which a script is late; 0 for never
     */
    public ScriptEngine(
            int shard,
            NodeScripts node,
            ScriptDoor door,
            String version,
            LongSupplier clockNanos,
            LongSupplier thresholdMs) {
        this.shard = shard;
        this.node = node;
        this.door = door;
        this.version = version;
        this.clockNanos = clockNanos;
        run = new ScriptRun(door, node, shard, clockNanos, thresholdMs);
    }

    private LuaWorld newWorld() {
        long limit = Math.max(MIN_MEMORY, Runtime.getRuntime().maxMemory() / MEMORY_SHARE / node.shards());
        return new LuaWorld(door, version, limit, clockNanos);
    }

    private LuaWorld scripts() {
        int now = node.cache().epoch();
        if (scripts != null && epoch != now) {
            scripts.close();
            scripts = null;
            compiled.clear();
        }
        epoch = now;
        if (scripts == null) {
            scripts = newWorld();
            scripts.redis().addOldCalls(scripts.redisTable());
            LuaTable globals = scripts.runtime().globals();
            globals.put("__redis__err__handler", LuaErrors.HANDLER);
            LuaSetup.failOnUnknown(scripts.runtime(), globals);
            LuaSetup.protect(globals);
        }
        return scripts;
    }

    /** The functions of libraries. */
    public FunctionEngine functions() {
        if (functions == null) {
            functions = new FunctionEngine(newWorld(), clockNanos);
        }
        return functions;
    }

    /** The hash of a script's source. */
    public String sha1(byte[] body) {
        return sha1.hex(body);
    }

    /** The cached script whose hash an argument is, in any case, or null. */
    public Script find(Arguments request, int argument) {
        return node.cache().find(request.ascii(argument).toLowerCase(Locale.ROOT));
    }

    /** A script by its source: one that is cached, or it is compiled and cached. */
    public Script script(byte[] body) throws ScriptException {
        String hash = sha1.hex(body);
        Script cached = node.cache().find(hash);
        if (cached != null) {
            return cached;
        }
        Script script = Script.of(hash, body);
        compile(script);
        return node.cache().add(script);
    }

    private LuaClosure compile(Script script) throws ScriptException {
        LuaWorld world = scripts();
        LuaClosure closure = compiled.get(script.sha1());
        if (closure == null) {
            try {
                closure = world.load(script.code(), CHUNK);
            } catch (LuaError e) {
                throw new ScriptException("ERR Error compiling script (new function): " + LuaErrors.plain(e.value()));
            }
            compiled.put(script.sha1(), closure);
        }
        return closure;
    }

    /**
     * Runs a script and writes its reply.
     *
     * @param firstKey argument of the request
     */
    public void eval(Script script, Arguments request, int firstKey, int keys, ReplyWriter reply) {
        LuaClosure closure;
        try {
            closure = compile(script);
        } catch (ScriptException e) {
            reply.error(e.getMessage());
            return;
        }
        LuaWorld world = scripts();
        int argument = firstKey + keys;
        LuaTable globals = world.runtime().globals();
        globals.put("KEYS", world.table(request, firstKey, keys));
        globals.put("ARGV", world.table(request, argument, request.count() - argument));
        run(world, closure, script.sha1(), request, false, reply);
    }

    /** Runs a function and writes its reply. */
    public void call(LoadedFunction function, Arguments request, int firstKey, int keys, ReplyWriter reply) {
        LuaWorld world = functions().world();
        int argument = firstKey + keys;
        LuaTable keyTable = world.table(request, firstKey, keys);
        LuaTable arguments = world.table(request, argument, request.count() - argument);
        run(world, function.callback(), function.name(), request, true, reply, keyTable, arguments);
    }

    private void run(
            LuaWorld world,
            LuaFunction function,
            String name,
            Arguments request,
            boolean isFunction,
            ReplyWriter reply,
            Object... arguments) {
        world.onInterval(run::onInterval);
        world.redis().begin();
        run.begin(name, request, isFunction);
        int mark = reply.position();
        try {
            boolean hasReturned = world.call(function, arguments);
            Object result = world.result();
            hasErrorOfCommand = LuaErrors.isOfCommand(result);
            if (hasReturned) {
                values.write(result, reply, world.redis().protocol());
            } else {
                reply.error(LuaErrors.reply(result, name));
            }
        } catch (LuaAbort e) {
            if (e.value() instanceof RuntimeException) {
                throw (RuntimeException) e.value();
            }
            reply.truncate(mark);
            reply.error("ERR " + e.getMessage() + " script: " + name + ", on " + world.place() + ".");
        } finally {
            run.end();
            world.redis().end();
        }
    }

    /** Whether a script has ended with the error of a command that it called, since this was asked last. */
    public boolean takeErrorOfCommand() {
        boolean had = hasErrorOfCommand;
        hasErrorOfCommand = false;
        return had;
    }

    /** A command of the script has written. */
    public void wrote() {
        node.running(shard).wrote();
    }

    /** Runs libraries that came meanwhile, and tells what all takes. */
    public void refresh(LibrarySet libraries) {
        if (functions != null || !libraries.isEmpty()) {
            functions().use(libraries);
        }
        node.usage(
                shard,
                scripts == null ? 0 : scripts.runtime().memory().used(),
                functions == null ? 0 : functions.world().runtime().memory().used(),
                functions == null ? 0 : functions.count());
    }

    @Override
    public void close() {
        if (scripts != null) {
            scripts.close();
        }
        if (functions != null) {
            functions.world().close();
        }
    }
}
