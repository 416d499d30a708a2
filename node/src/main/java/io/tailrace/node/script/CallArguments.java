package io.tailrace.node.script;

import io.tailrace.node.lua.LuaString;
import io.tailrace.node.lua.LuaThread;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;

/** The arguments of redis.call as those of a command. Reused; owned and closed by one thread. */
final class CallArguments implements AutoCloseable {
    private static final int CAPACITY = 1 << 10;
    private static final int RETAINED = 1 << 20;

    private final NativeBuffer memory = new NativeBuffer(CAPACITY);
    private final Arguments arguments = new Arguments();
    private byte[][] parts = new byte[16][];

    /** Lays them out, valid until the next call. An argument that is neither a string nor a number raises an error. */
    Arguments of(LuaThread thread) {
        int count = thread.argCount();
        if (count == 0) {
            throw LuaErrors.raised(thread, "Please specify at least one argument for this redis lib call");
        }
        if (parts.length < count) {
            parts = new byte[Math.max(count, 2 * parts.length)][];
        }
        long length = 0;
        for (int i = 0; i < count; i++) {
            Object value = thread.arg(i + 1);
            if (value instanceof LuaString) {
                parts[i] = ((LuaString) value).bytes();
            } else if (value instanceof Double) {
                parts[i] = NumberText.of((Double) value);
            } else {
                throw LuaErrors.raised(thread, "Lua redis lib command arguments must be strings or integers");
            }
            length += parts[i].length;
        }
        if (length > Integer.MAX_VALUE - CAPACITY) {
            throw LuaErrors.raised(thread, "the arguments of this command are too long");
        }
        return layOut(count, (int) length);
    }

    private Arguments layOut(int count, int length) {
        memory.shrinkTo(RETAINED);
        memory.ensureCapacity(Math.max(1, length), 0);
        arguments.reset();
        long at = memory.address();
        for (int i = 0; i < count; i++) {
            Memory.copyIn(parts[i], 0, at, parts[i].length);
            arguments.add(at, parts[i].length);
            at += parts[i].length;
            parts[i] = null;
        }
        return arguments;
    }

    @Override
    public void close() {
        memory.close();
    }
}
