package io.tailrace.node.script;

import io.tailrace.node.lua.Chunks;
import io.tailrace.node.lua.LuaAbort;
import io.tailrace.node.lua.LuaClosure;
import io.tailrace.node.lua.LuaFunction;
import io.tailrace.node.lua.LuaRuntime;
import io.tailrace.node.lua.LuaString;
import io.tailrace.node.lua.LuaTable;
import io.tailrace.node.lua.LuaThread;
import io.tailrace.node.lua.StandardLibraries;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import java.util.function.LongSupplier;

/** A runtime with the table {@code redis}, and the calls from outside into it. Owned and closed by the shard's thread. */
final class LuaWorld implements AutoCloseable {
    /** After this many steps it is asked what time it is: far below a millisecond. */
    private static final int STEPS = 10_000;

    private final LuaRuntime runtime;
    private final RedisTable redis;
    private final LuaTable redisTable;
    private Object result;
    private String place;

    LuaWorld(ScriptDoor door, String version, long memoryLimit, LongSupplier clockNanos) {
        runtime = StandardLibraries.newRuntime(memoryLimit, clockNanos);
        LuaSetup.restrict(runtime);
        redis = new RedisTable(door, version);
        redisTable = redis.install(runtime);
        LuaSetup.protect(runtime.stringMetatable());
    }

    LuaRuntime runtime() {
        return runtime;
    }

    RedisTable redis() {
        return redis;
    }

    LuaTable redisTable() {
        return redisTable;
    }

    LuaClosure load(byte[] source, String chunkName) {
        return Chunks.load(runtime, source, chunkName);
    }

    /** Lets a script be asked after every interval whether it may continue. */
    void onInterval(Runnable hook) {
        runtime.budget().hook(STEPS, thread -> {
            try {
                hook.run();
            } catch (LuaAbort e) {
                place = text(thread.sourceAt(0)) + ":" + thread.lineAt(0);
                throw e;
            }
        });
    }

    private static String text(LuaString source) {
        return source == null ? "?" : source.toString();
    }

    /** Where a script was when it was made to end. */
    String place() {
        return place;
    }

    LuaThread thread() {
        return runtime.main();
    }

    /** Arguments of a request as a table. */
    LuaTable table(Arguments request, int from, int count) {
        LuaTable table = runtime.newTable(count, 0);
        LuaThread thread = runtime.main();
        for (int i = 0; i < count; i++) {
            table.put(i + 1, thread.string(Memory.toBytes(request.address(from + i), request.length(from + i))));
        }
        return table;
    }

    /**
     * Calls a function; {@link #result} is its first result or its error.
     *
     * @return whether it ended well
     * @throws LuaAbort when it was made to end
     */
    boolean call(LuaFunction function, Object... arguments) {
        LuaThread thread = runtime.main();
        runtime.budget().restart();
        thread.push(function);
        for (Object argument : arguments) {
            thread.push(argument);
        }
        boolean isOk = thread.protectedCall(arguments.length, 1, LuaErrors.HANDLER);
        result = thread.pop();
        return isOk;
    }

    /** Of the last call; forgotten when it is asked for. */
    Object result() {
        Object taken = result;
        result = null;
        return taken;
    }

    @Override
    public void close() {
        redis.close();
    }
}
