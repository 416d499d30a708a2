package io.tailrace.node.lua;

/**
 * Counts what a script does: a turn of a loop, a call, and the steps of library functions whose work isn't bounded by a call
 * (patterns, sorting, joining). Code without a loop or a call is bounded by its source. After every interval the hook is asked;
 * it may throw a {@link LuaAbort}, or a {@link LuaError}, which the script may catch.
 *
 * <p>Owned by the runtime's thread.
 */
public final class LuaBudget {
    /** Asked after every interval. */
    @FunctionalInterface
    public interface Hook {
        void intervalElapsed(LuaThread thread);
    }

    private static final Hook NONE = thread -> {};

    private Hook hook = NONE;
    private int interval = Integer.MAX_VALUE;
    int left = Integer.MAX_VALUE;

    LuaBudget() {}

    /** From now on, in every script of the runtime. */
    public void hook(int everySteps, Hook newHook) {
        if (everySteps < 1) {
            throw new IllegalArgumentException("every " + everySteps + " steps");
        }
        interval = everySteps;
        hook = newHook;
        left = everySteps;
    }

    public void noHook() {
        hook(Integer.MAX_VALUE, NONE);
    }

    /** The first interval again, at the start of a script. */
    public void restart() {
        left = interval;
    }

    /** For host functions whose work grows with their arguments. */
    public void spend(LuaThread thread, int steps) {
        left -= steps;
        if (left < 0) {
            elapsed(thread);
        }
    }

    /** Work that is done where the hook can't be asked: it is at the next turn of a loop or call. */
    void owe(long steps) {
        left = (int) Math.max(-1, left - steps);
    }

    void elapsed(LuaThread thread) {
        left = interval;
        hook.intervalElapsed(thread);
    }
}
