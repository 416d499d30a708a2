package io.tailrace.node.lua;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Walks from a runtime's roots and adds up what it meets. */
final class LiveBytes {
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final ArrayDeque<Object> toVisit = new ArrayDeque<>();
    private long bytes;

    long of(LuaRuntime runtime) {
        meet(runtime.globals());
        meet(runtime.registry());
        meet(runtime.stringMetatable());
        meet(runtime.main());
        meet(runtime.running());
        while (!toVisit.isEmpty()) {
            visit(toVisit.poll());
        }
        return bytes;
    }

    private void meet(Object value) {
        if (value == null || value instanceof Double || value instanceof Boolean) {
            return;
        }
        if (seen.add(value)) {
            toVisit.add(value);
        }
    }

    private void visit(Object value) {
        if (value instanceof LuaString) {
            bytes += LuaMemory.STRING_BYTES + ((LuaString) value).length();
        } else if (value instanceof LuaTable) {
            visitTable((LuaTable) value);
        } else if (value instanceof LuaClosure) {
            visitClosure((LuaClosure) value);
        } else if (value instanceof HostFunction) {
            meet(((HostFunction) value).environment);
        } else if (value instanceof LuaThread) {
            visitThread((LuaThread) value);
        } else if (value instanceof LuaUserdata) {
            meet(((LuaUserdata) value).metatable);
        }
    }

    private void visitTable(LuaTable table) {
        bytes += table.ownBytes();
        meet(table.metatable());
        for (Object value : table.array) {
            meet(value);
        }
        for (Object value : table.slots) {
            meet(value);
        }
    }

    private void visitClosure(LuaClosure closure) {
        bytes += LuaMemory.CLOSURE_BYTES + closure.upvalues.length * 32L;
        meet(closure.environment);
        for (Upvalue upvalue : closure.upvalues) {
            if (upvalue != null) {
                meet(upvalue.get());
            }
        }
        for (Object constant : closure.prototype.constants) {
            meet(constant);
        }
    }

    private void visitThread(LuaThread thread) {
        bytes += LuaMemory.THREAD_BYTES + thread.stack.length * 8L;
        meet(thread.globals);
        int end = Math.min(thread.stack.length, Math.max(thread.top, thread.frame.top));
        for (int i = 0; i < end; i++) {
            meet(thread.stack[i]);
        }
    }
}
