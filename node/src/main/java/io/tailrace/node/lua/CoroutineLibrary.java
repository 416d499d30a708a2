package io.tailrace.node.lua;

/** coroutine.*: a coroutine's calls are on its own stack of values, and it is resumed by running the interpreter on that. */
final class CoroutineLibrary {
    private CoroutineLibrary() {}

    static void install(LuaRuntime runtime) {
        Library.named(runtime, "coroutine")
                .add("create", t -> t.result(create(t)))
                .add("resume", CoroutineLibrary::resume)
                .add("running", t -> t.result(t == t.runtime.main() ? null : t))
                .add("status", t -> t.result(coroutine(t).state.text))
                .add("wrap", CoroutineLibrary::wrap)
                .add("yield", CoroutineLibrary::yield);
    }

    private static LuaThread create(LuaThread t) {
        Object body = t.arg(1);
        if (!(body instanceof LuaClosure)) {
            throw Args.error(t, 1, "Lua function expected");
        }
        LuaThread co = new LuaThread(t.runtime, t.globals);
        co.push(body);
        return co;
    }

    private static LuaThread coroutine(LuaThread t) {
        if (!(t.arg(1) instanceof LuaThread)) {
            throw Args.error(t, 1, "coroutine expected");
        }
        return (LuaThread) t.arg(1);
    }

    private static int resume(LuaThread t) {
        LuaThread co = coroutine(t);
        int base = t.frame.base;
        boolean ok = resume(t, co, base + 1);
        t.stack[base] = ok;
        return t.top - base;
    }

    private static int wrap(LuaThread t) {
        LuaThread co = create(t);
        HostFunction function = HostFunction.of("wrap", caller -> {
            int base = caller.frame.base;
            if (!resume(caller, co, base)) {
                Object value = caller.pop();
                LuaString text = Numbers.toStringOrNull(value);
                throw new LuaError(text == null ? value : Errors.where(caller, 1, text));
            }
            return caller.top - base;
        });
        function.environment = t.globals;
        return t.result(function);
    }

    private static int yield(LuaThread t) {
        if (t.hostCalls > t.hostCallsAtResume) {
            throw Errors.at(t, 0, "attempt to yield across metamethod/C-call boundary");
        }
        return Calls.YIELD;
    }

    /** Hands the values from an index up to the coroutine, and puts there what it yields, returns or fails with. */
    private static boolean resume(LuaThread t, LuaThread co, int from) {
        if (co.state != CoroutineState.SUSPENDED) {
            return fail(t, from, LuaString.of("cannot resume " + (co == t ? "running" : co.state.text) + " coroutine"));
        }
        if (t.hostCalls >= Calls.MAX_HOST_CALLS) {
            return fail(t, from, LuaString.of("C stack overflow"));
        }
        int count = t.top - from;
        co.ensureStack(count);
        System.arraycopy(t.stack, from, co.stack, co.top, count);
        co.top += count;
        t.top = from;
        co.hostCalls = t.hostCalls + 1;
        co.hostCallsAtResume = co.hostCalls;
        t.state = CoroutineState.NORMAL;
        co.state = CoroutineState.RUNNING;
        t.runtime.running = co;
        CoroutineState after = CoroutineState.DEAD;
        try {
            run(co, count);
            if (co.depth > 0) {
                after = CoroutineState.SUSPENDED;
            }
            return takeResults(t, co, co.depth > 0 ? co.frame.base : 1);
        } catch (LuaError e) {
            return fail(t, from, e.value());
        } catch (StackOverflowError e) {
            return fail(t, from, LuaString.of("stack overflow"));
        } finally {
            co.state = after;
            t.state = CoroutineState.RUNNING;
            t.runtime.running = t;
            if (after == CoroutineState.DEAD) {
                Calls.closeUpvalues(co, 1);
            }
        }
    }

    private static void run(LuaThread co, int count) {
        if (co.depth == 0) {
            if (Calls.enter(co, co.top - count - 1, Calls.ALL) == Calls.LUA) {
                Interpreter.execute(co, 1);
            }
            return;
        }
        boolean isOpen = Calls.leave(co, co.top - count);
        if (!isOpen) {
            co.top = co.frame.top;
        }
        Interpreter.execute(co, 1);
    }

    private static boolean takeResults(LuaThread t, LuaThread co, int from) {
        int count = co.top - from;
        t.ensureStack(count + 1);
        System.arraycopy(co.stack, from, t.stack, t.top, count);
        t.top += count;
        co.top = from;
        return true;
    }

    private static boolean fail(LuaThread t, int from, Object value) {
        t.top = from;
        t.push(value);
        return false;
    }
}
