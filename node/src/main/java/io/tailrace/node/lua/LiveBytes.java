package io.tailrace.node.lua;

import java.util.ArrayDeque;

/** One walk from a runtime's roots, which adds up what it meets. What it has met bears its number. */
final class LiveBytes {
    private static final int INSTRUCTION_BYTES = 8;

    private final int walk;
    private final ArrayDeque<Object> toVisit = new ArrayDeque<>();
    private long bytes;
    private long visited;

    LiveBytes(int walk) {
        this.walk = walk;
    }

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

    /** Values looked at. */
    long visited() {
        return visited;
    }

    private void meet(Object value) {
        if (value instanceof LuaString) {
            meetString((LuaString) value);
        } else if (value instanceof LuaTable) {
            LuaTable table = (LuaTable) value;
            if (table.mark != walk) {
                table.mark = walk;
                toVisit.add(table);
            }
        } else if (value instanceof LuaFunction) {
            LuaFunction function = (LuaFunction) value;
            if (function.mark != walk) {
                function.mark = walk;
                toVisit.add(function);
            }
        } else if (value instanceof LuaThread) {
            LuaThread thread = (LuaThread) value;
            if (thread.mark != walk) {
                thread.mark = walk;
                toVisit.add(thread);
            }
        } else if (value instanceof LuaUserdata) {
            meetUserdata((LuaUserdata) value);
        }
    }

    private void meetString(LuaString text) {
        if (text.mark != walk) {
            text.mark = walk;
            bytes += LuaMemory.STRING_BYTES + text.length();
            visited++;
        }
    }

    private void meetUserdata(LuaUserdata userdata) {
        if (userdata.mark != walk) {
            userdata.mark = walk;
            bytes += LuaMemory.TABLE_BYTES;
            meet(userdata.metatable);
        }
    }

    private void visit(Object value) {
        if (value instanceof LuaTable) {
            visitTable((LuaTable) value);
        } else if (value instanceof LuaClosure) {
            visitClosure((LuaClosure) value);
        } else if (value instanceof HostFunction) {
            bytes += LuaMemory.CLOSURE_BYTES;
            meet(((HostFunction) value).environment);
        } else {
            visitThread((LuaThread) value);
        }
    }

    private void visitTable(LuaTable table) {
        bytes += LuaMemory.TABLE_BYTES
                + table.array.length * LuaMemory.SLOT_BYTES
                + table.nodeCount() * LuaMemory.NODE_BYTES;
        meet(table.metatable());
        meetAll(table.array, table.array.length);
        meetAll(table.slots, table.slots.length);
    }

    private void meetAll(Object[] values, int count) {
        visited += count;
        for (int i = 0; i < count; i++) {
            meet(values[i]);
        }
    }

    private void visitClosure(LuaClosure closure) {
        bytes += LuaMemory.CLOSURE_BYTES + closure.upvalues.length * LuaMemory.UPVALUE_BYTES;
        meet(closure.environment);
        for (Upvalue upvalue : closure.upvalues) {
            if (upvalue != null) {
                meet(upvalue.get());
            }
        }
        visited += closure.upvalues.length;
        visitPrototype(closure.prototype);
    }

    private void visitPrototype(Prototype prototype) {
        if (prototype.mark != walk) {
            prototype.mark = walk;
            bytes += LuaMemory.PROTOTYPE_BYTES + (long) prototype.code.length * INSTRUCTION_BYTES;
            meetAll(prototype.constants, prototype.constants.length);
            for (Prototype child : prototype.children) {
                visitPrototype(child);
            }
        }
    }

    private void visitThread(LuaThread thread) {
        bytes += LuaMemory.THREAD_BYTES + thread.stack.length * 8L;
        meet(thread.globals);
        meetAll(thread.stack, Math.min(thread.stack.length, Math.max(thread.top, thread.frame.top)));
    }
}
