package io.tailrace.node.lua;

import java.util.function.LongSupplier;

/**
 * One world of Lua 5.1: globals, libraries and budgets, without any way to files, processes or Java. A host loads source into
 * functions, keeps them, and calls them; what it offers to scripts are {@link HostFunction}s.
 *
 * <p>Everything of a runtime, its values included, belongs to one thread at a time. Nothing in it has to be closed.
 */
public final class LuaRuntime {
    private final LuaBudget budget = new LuaBudget();
    private final LuaMemory memory;
    private int walks;
    private final LuaTable globals;
    private final LuaThread main;
    private final LuaTable registry;
    private LuaTable stringMetatable;
    private final LuaRandom random = new LuaRandom();
    private final LongSupplier cpuNanos;
    LuaThread running;

    /** One without libraries: {@link StandardLibraries#newRuntime} makes one with all. */
    LuaRuntime(long memoryLimit, LongSupplier cpuNanos) {
        this.memory = new LuaMemory(memoryLimit, budget::owe, this::liveBytes);
        this.cpuNanos = cpuNanos;
        this.globals = new LuaTable(memory);
        this.registry = new LuaTable(memory);
        this.main = new LuaThread(this, globals);
        main.state = CoroutineState.RUNNING;
        running = main;
    }

    public LuaTable globals() {
        return globals;
    }

    /** What the host keeps for itself: values in it count as live. */
    public LuaTable registry() {
        return registry;
    }

    public LuaMemory memory() {
        return memory;
    }

    public LuaBudget budget() {
        return budget;
    }

    public LuaThread main() {
        return main;
    }

    /** The thread that runs now: the main one or a coroutine. */
    public LuaThread running() {
        return running;
    }

    public LuaRandom random() {
        return random;
    }

    /** A table with room for this many elements and fields, charged to the memory's budget. */
    public LuaTable newTable(int arraySize, int hashSize) {
        return new LuaTable(memory, arraySize, hashSize);
    }

    /**
     * Calls a function on the main thread from outside of any script.
     *
     * @return its results
     * @throws LuaError what the script raised
     * @throws LuaAbort what the budget's hook raised
     */
    public Object[] call(LuaFunction function, Object... arguments) {
        LuaThread t = main;
        int base = t.top;
        t.push(function);
        for (Object argument : arguments) {
            t.push(argument);
        }
        try {
            if (!t.protectedCall(arguments.length, Calls.ALL, null)) {
                throw new LuaError(t.stack[base]);
            }
            Object[] results = new Object[t.top - base];
            System.arraycopy(t.stack, base, results, 0, results.length);
            return results;
        } finally {
            t.top = base;
            running = main;
            t.clearAbove();
        }
    }

    public void stringMetatable(LuaTable table) {
        stringMetatable = table;
    }

    public LuaTable stringMetatable() {
        return stringMetatable;
    }

    /** What a value's metatable has for an event, or null. */
    Object metamethod(Metamethod event, Object value) {
        return event.in(metatableOf(value));
    }

    LuaTable metatableOf(Object value) {
        if (value instanceof LuaTable) {
            return ((LuaTable) value).metatable();
        }
        if (value instanceof LuaString) {
            return stringMetatable;
        }
        return value instanceof LuaUserdata ? ((LuaUserdata) value).metatable : null;
    }

    long cpuNanos() {
        return cpuNanos.getAsLong();
    }

    private long liveBytes() {
        LiveBytes walk = new LiveBytes(++walks);
        long bytes = walk.of(this);
        budget.owe(walk.visited());
        return bytes;
    }
}
