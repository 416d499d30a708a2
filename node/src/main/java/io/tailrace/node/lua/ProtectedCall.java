package io.tailrace.node.lua;

/** Calls that errors end at: pcall, xpcall and the host's entry. A LuaAbort passes. */
final class ProtectedCall {
    private static final LuaString ERROR_IN_HANDLER = LuaString.of("error in error handling");

    private ProtectedCall() {}

    static boolean run(LuaThread t, int functionIndex, int results, Object handler) {
        int depth = t.depth;
        int hostCalls = t.hostCalls;
        Object value;
        try {
            Calls.call(t, functionIndex, results);
            return true;
        } catch (LuaError e) {
            value = handler == null ? e.value() : handle(t, handler, e.value());
        } catch (StackOverflowError e) {
            value = handler == null ? overflow(t) : handle(t, handler, overflow(t));
        } catch (OutOfMemoryError e) {
            value = LuaString.of("not enough memory");
        } catch (LuaAbort e) {
            t.unwind(depth, functionIndex, hostCalls);
            throw e;
        }
        t.unwind(depth, functionIndex, hostCalls);
        t.stack[functionIndex] = value;
        t.top = functionIndex + 1;
        return false;
    }

    private static Object overflow(LuaThread t) {
        return t.error("stack overflow").value();
    }

    /** All calls up to the error are still there. */
    private static Object handle(LuaThread t, Object handler, Object value) {
        try {
            if (!(handler instanceof LuaFunction)) {
                return ERROR_IN_HANDLER;
            }
            int at = Math.max(t.top, t.frame.closure != null ? t.frame.top : t.top);
            t.top = at;
            t.ensureStack(3);
            t.stack[at] = handler;
            t.stack[at + 1] = value;
            t.top = at + 2;
            Calls.call(t, at, 1);
            return t.stack[at];
        } catch (LuaError | StackOverflowError e) {
            return ERROR_IN_HANDLER;
        }
    }
}
