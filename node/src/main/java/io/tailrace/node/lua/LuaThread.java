package io.tailrace.node.lua;

import java.util.Arrays;

/**
 * A thread of execution of Lua (the main one or a coroutine): a stack of values and the calls in progress. It is what host
 * functions are handed: {@link #arg} 1..{@link #argCount}, {@link #push} for results. Coroutines are such objects too and use no
 * thread of the operating system. Owned by the runtime's thread.
 */
public final class LuaThread implements LuaValue {
    static final int MIN_HOST_STACK = 20;
    private static final int MAX_STACK = 1_000_000;

    final LuaRuntime runtime;
    final LuaBudget budget;
    LuaTable globals;
    Object[] stack = new Object[64];
    int top;
    Frame[] frames = new Frame[8];
    int depth;
    Frame frame = new Frame();
    Upvalue openUpvalues;
    /** Calls from the host in progress, those of the threads that resumed this one included. */
    int hostCalls;

    int hostCallsAtResume;
    CoroutineState state = CoroutineState.SUSPENDED;
    /** The walk that has met this thread last. */
    int mark;

    private int highest;

    LuaThread(LuaRuntime runtime, LuaTable globals) {
        this.runtime = runtime;
        this.budget = runtime.budget();
        this.globals = globals;
        runtime.memory().charge(LuaMemory.THREAD_BYTES);
        frames[0] = frame;
        top = 1;
        frame.base = 1;
        frame.top = 1 + MIN_HOST_STACK;
    }

    public LuaRuntime runtime() {
        return runtime;
    }

    // arguments and results of the running host function

    public int argCount() {
        return top - frame.base;
    }

    /** The nth argument from 1; nil if there are fewer. */
    public Object arg(int n) {
        int index = frame.base + n - 1;
        return index < top ? stack[index] : null;
    }

    public boolean hasArg(int n) {
        return frame.base + n - 1 < top;
    }

    public void push(Object value) {
        if (top == stack.length) {
            ensureStack(1);
        }
        stack[top++] = value;
    }

    public void push(double number) {
        push((Double) number);
    }

    /** For the end of a host function: one result. */
    public int result(Object value) {
        push(value);
        return 1;
    }

    public int result(double number) {
        push((Double) number);
        return 1;
    }

    public int result(boolean value) {
        push((Boolean) value);
        return 1;
    }

    /** Pushes a string of bytes that are not changed from now on, as the only result. */
    public int result(byte[] bytes) {
        return result(string(bytes));
    }

    /** Takes the topmost value off. */
    public Object pop() {
        Object value = stack[--top];
        stack[top] = null;
        return value;
    }

    /** A string of bytes that aren't to be changed from now on, charged to the budget. */
    public LuaString string(byte[] bytes) {
        runtime.memory().chargeString(bytes.length);
        return LuaString.wrap(bytes);
    }

    /** A table with room for this many elements and fields, charged to the memory's budget. */
    public LuaTable newTable(int arraySize, int hashSize) {
        return new LuaTable(runtime.memory(), arraySize, hashSize);
    }

    public LuaTable globals() {
        return globals;
    }

    // calls from the host

    /** Calls the function below the topmost values, its arguments; they are replaced by that many results (-1: all). */
    public void call(int arguments, int results) {
        Calls.call(this, top - arguments - 1, results);
    }

    /**
     * As {@link #call}, but a {@link LuaError} leaves its value as the only result, handed through the handler (unless null), which
     * is called where the error was raised, so that {@link #lineAt} and {@link #sourceAt} tell of that place.
     *
     * @return whether there was no error
     */
    public boolean protectedCall(int arguments, int results, Object handler) {
        return ProtectedCall.run(this, top - arguments - 1, results, handler);
    }

    // where the script is

    /** The function at a level: 0 is the running one, 1 its caller; null if there is none. */
    public LuaFunction functionAt(int level) {
        Frame at = Errors.frameAt(this, level);
        return at == null ? null : at.function;
    }

    /** The current line of the function at a level, -1 if it is none of Lua. */
    public int lineAt(int level) {
        return Errors.currentLine(Errors.frameAt(this, level));
    }

    /** The chunk name that the function at a level was loaded with, with its first sign; "=[C]" for the host's, null for none. */
    public LuaString sourceAt(int level) {
        Frame at = Errors.frameAt(this, level);
        if (at == null) {
            return null;
        }
        return at.closure == null ? Errors.HOST_SOURCE : at.closure.prototype.source;
    }

    /** An error with the position of the function that is running, if it is one of Lua, else that called it, before the message. */
    public LuaError error(String message) {
        return Errors.at(this, frame.closure != null ? 0 : 1, message);
    }

    // the stack

    void ensureStack(int more) {
        int needed = top + more + 5;
        if (needed > stack.length) {
            growStack(needed);
        }
        if (needed > highest) {
            highest = needed;
        }
    }

    private void growStack(int needed) {
        if (needed > MAX_STACK) {
            throw Errors.at(this, 0, "stack overflow");
        }
        int size = Math.max(needed, Math.min(stack.length * 2, MAX_STACK));
        runtime.memory().charge((size - stack.length) * 8L);
        Object[] old = stack;
        stack = Arrays.copyOf(old, size);
        for (Upvalue up = openUpvalues; up != null; up = up.below) {
            up.slots = stack;
        }
    }

    /** Drops what finished calls have left above the top. */
    void clearAbove() {
        int end = Math.min(highest, stack.length);
        if (end > top) {
            Arrays.fill(stack, top, end, null);
        }
        highest = top;
    }

    /** Ends all calls above a depth, as an error does. */
    void unwind(int toDepth, int toTop, int toHostCalls) {
        Calls.closeUpvalues(this, toTop);
        depth = toDepth;
        frame = frames[toDepth];
        top = toTop;
        hostCalls = toHostCalls;
        if (frames.length > Calls.MAX_FRAMES) {
            frames = Arrays.copyOf(frames, Calls.MAX_FRAMES);
        }
    }

    @Override
    public String typeName() {
        return "thread";
    }
}
