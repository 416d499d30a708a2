package io.tailrace.node.lua;

import java.util.Arrays;

/** Entering and leaving functions on a thread's stack, with the limits of Lua 5.1 on depth. */
final class Calls {
    static final int ALL = -1;

    /** Calls within one thread; beyond it, an error handler still has some. */
    static final int MAX_FRAMES = 20_000;

    private static final int ERROR_FRAMES = 1_000;

    /** Nested calls from the host, which use the Java stack. */
    static final int MAX_HOST_CALLS = 200;

    /** Returned by a host function that has yielded. */
    static final int YIELD = -1;

    /** What {@link #enter} has done. */
    static final int LUA = 0;

    static final int HOST = 1;
    static final int YIELDED = 2;

    private Calls() {}

    /** Calls what is at an index, with all above it as arguments. The results replace it; the top is after the last of them. */
    static void call(LuaThread t, int functionIndex, int wanted) {
        if (++t.hostCalls >= MAX_HOST_CALLS) {
            tooManyHostCalls(t);
        }
        if (enter(t, functionIndex, wanted) == LUA) {
            Interpreter.execute(t, t.depth);
        }
        t.hostCalls--;
    }

    private static void tooManyHostCalls(LuaThread t) {
        if (t.hostCalls == MAX_HOST_CALLS) {
            throw Errors.at(t, 0, "C stack overflow");
        }
        if (t.hostCalls >= MAX_HOST_CALLS + (MAX_HOST_CALLS >> 3)) {
            throw new LuaError("error in error handling");
        }
    }

    /** Calls a function with two arguments for one result, which is taken off the stack. */
    static Object invoke(LuaThread t, Object function, Object a, Object b) {
        int at = t.top;
        t.ensureStack(4);
        t.stack[at] = function;
        t.stack[at + 1] = a;
        t.stack[at + 2] = b;
        t.top = at + 3;
        call(t, at, 1);
        t.top = at;
        return t.stack[at];
    }

    static Object invoke(LuaThread t, Object function, Object a) {
        int at = t.top;
        t.ensureStack(3);
        t.stack[at] = function;
        t.stack[at + 1] = a;
        t.top = at + 2;
        call(t, at, 1);
        t.top = at;
        return t.stack[at];
    }

    /** Calls a function with three arguments for none. */
    static void invoke(LuaThread t, Object function, Object a, Object b, Object c) {
        int at = t.top;
        t.ensureStack(5);
        t.stack[at] = function;
        t.stack[at + 1] = a;
        t.stack[at + 2] = b;
        t.stack[at + 3] = c;
        t.top = at + 4;
        call(t, at, 0);
        t.top = at;
    }

    /** A function of Lua is ready to be executed after it; one of the host has been. */
    static int enter(LuaThread t, int functionIndex, int wanted) {
        Object callee = t.stack[functionIndex];
        if (callee instanceof LuaClosure) {
            enterLua(t, (LuaClosure) callee, functionIndex, wanted);
            return LUA;
        }
        if (callee instanceof HostFunction) {
            return callHost(t, (HostFunction) callee, functionIndex, wanted);
        }
        insertCallMetamethod(t, functionIndex);
        return enter(t, functionIndex, wanted);
    }

    private static void insertCallMetamethod(LuaThread t, int functionIndex) {
        Object callee = t.stack[functionIndex];
        Object handler = t.runtime.metamethod(Metamethod.CALL, callee);
        if (!(handler instanceof LuaFunction)) {
            throw Errors.type(t, callee, functionIndex - t.frame.base, "call");
        }
        t.ensureStack(1);
        System.arraycopy(t.stack, functionIndex, t.stack, functionIndex + 1, t.top - functionIndex);
        t.top++;
        t.stack[functionIndex] = handler;
    }

    private static void enterLua(LuaThread t, LuaClosure closure, int functionIndex, int wanted) {
        Prototype p = closure.prototype;
        t.ensureStack(p.maxStack + p.parameterCount + 1);
        int base;
        if (p.varargFlags == 0) {
            base = functionIndex + 1;
            if (t.top > base + p.parameterCount) {
                t.top = base + p.parameterCount;
            }
        } else {
            base = adjustVarargs(t, p, t.top - functionIndex - 1);
        }
        Frame frame = push(t);
        frame.function = closure;
        frame.closure = closure;
        frame.functionIndex = functionIndex;
        frame.base = base;
        frame.top = base + p.maxStack;
        frame.pc = 0;
        frame.wanted = wanted;
        frame.tailCalls = 0;
        if (t.top < frame.top) {
            Arrays.fill(t.stack, t.top, frame.top, null);
        }
        t.top = frame.top;
    }

    private static int adjustVarargs(LuaThread t, Prototype p, int given) {
        int fixed = p.parameterCount;
        t.budget.owe(given >> 3);
        int actual = given;
        for (; actual < fixed; actual++) {
            t.stack[t.top++] = null;
        }
        LuaTable arg = null;
        if ((p.varargFlags & Prototype.NEEDS_ARG) != 0) {
            int extra = actual - fixed;
            arg = new LuaTable(t.runtime.memory(), extra, 1);
            for (int i = 0; i < extra; i++) {
                arg.put(i + 1, t.stack[t.top - extra + i]);
            }
            arg.put("n", (double) extra);
        }
        int first = t.top - actual;
        int base = t.top;
        for (int i = 0; i < fixed; i++) {
            t.stack[t.top++] = t.stack[first + i];
            t.stack[first + i] = null;
        }
        if (arg != null) {
            t.stack[t.top++] = arg;
        }
        return base;
    }

    private static int callHost(LuaThread t, HostFunction function, int functionIndex, int wanted) {
        t.ensureStack(LuaThread.MIN_HOST_STACK);
        Frame frame = push(t);
        frame.function = function;
        frame.closure = null;
        frame.functionIndex = functionIndex;
        frame.base = functionIndex + 1;
        frame.top = t.top + LuaThread.MIN_HOST_STACK;
        frame.wanted = wanted;
        frame.tailCalls = 0;
        int results = function.call(t);
        if (results == YIELD) {
            return YIELDED;
        }
        leave(t, t.top - results);
        return HOST;
    }

    private static Frame push(LuaThread t) {
        int depth = t.depth + 1;
        if (depth >= t.frames.length) {
            growFrames(t, depth);
        }
        Frame frame = t.frames[depth];
        if (frame == null) {
            frame = new Frame();
            t.frames[depth] = frame;
        }
        t.depth = depth;
        t.frame = frame;
        return frame;
    }

    private static void growFrames(LuaThread t, int depth) {
        if (depth >= MAX_FRAMES + ERROR_FRAMES) {
            throw new LuaError("error in error handling");
        }
        if (depth >= MAX_FRAMES) {
            t.frames = Arrays.copyOf(t.frames, MAX_FRAMES + ERROR_FRAMES);
            throw Errors.at(t, 0, "stack overflow");
        }
        int size = Math.min(MAX_FRAMES, depth * 2);
        t.runtime.memory().charge((long) (size - depth) * 56);
        t.frames = Arrays.copyOf(t.frames, size);
    }

    /** The callee, just entered by a tail call, takes the place of the frame below it. */
    static void replaceCaller(LuaThread t) {
        Frame callee = t.frame;
        Frame caller = t.frames[t.depth - 1];
        if (t.openUpvalues != null) {
            closeUpvalues(t, caller.base);
        }
        int to = caller.functionIndex;
        int from = callee.functionIndex;
        int shift = from - to;
        System.arraycopy(t.stack, from, t.stack, to, t.top - from);
        caller.function = callee.function;
        caller.closure = callee.closure;
        caller.base = callee.base - shift;
        t.top -= shift;
        caller.top = t.top;
        caller.pc = 0;
        caller.tailCalls++;
        t.depth--;
        t.frame = caller;
    }

    /** Ends the current frame: its results, from an index up to the top, go to where the function was. True if all were wanted. */
    static boolean leave(LuaThread t, int firstResult) {
        Frame frame = t.frame;
        int to = frame.functionIndex;
        int wanted = frame.wanted;
        t.frame = t.frames[--t.depth];
        Object[] stack = t.stack;
        int from = firstResult;
        int end = t.top;
        int left = wanted;
        while (left != 0 && from < end) {
            stack[to++] = stack[from++];
            left--;
        }
        while (left-- > 0) {
            stack[to++] = null;
        }
        t.top = to;
        return wanted == ALL;
    }

    /** Closes every variable of the stack at an index and above. */
    static void closeUpvalues(LuaThread t, int from) {
        Upvalue open = t.openUpvalues;
        while (open != null && open.index >= from) {
            Upvalue below = open.below;
            open.close();
            open = below;
        }
        t.openUpvalues = open;
    }

    static Upvalue findUpvalue(LuaThread t, int index) {
        Upvalue above = null;
        Upvalue at = t.openUpvalues;
        while (at != null && at.index > index) {
            above = at;
            at = at.below;
        }
        if (at != null && at.index == index) {
            return at;
        }
        Upvalue created = new Upvalue(t.stack, index, at);
        if (above == null) {
            t.openUpvalues = created;
        } else {
            above.below = created;
        }
        return created;
    }
}
