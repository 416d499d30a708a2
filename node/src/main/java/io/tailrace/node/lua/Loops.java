package io.tailrace.node.lua;

/** The rarer halves of the loops: what a numeric one checks at its start, and how a generic one asks its iterator. */
final class Loops {
    private Loops() {}

    static void prepare(LuaThread t, int ra) {
        Object[] s = t.stack;
        Double start = Numbers.toNumber(s[ra]);
        if (start == null) {
            throw t.error("'for' initial value must be a number");
        }
        Double limit = Numbers.toNumber(s[ra + 1]);
        if (limit == null) {
            throw t.error("'for' limit must be a number");
        }
        Double step = Numbers.toNumber(s[ra + 2]);
        if (step == null) {
            throw t.error("'for' step must be a number");
        }
        s[ra] = start - step;
        s[ra + 1] = limit;
        s[ra + 2] = step;
    }

    /** Whether the iterator has given another value. */
    static boolean next(LuaThread t, Frame f, int ra, int wanted) {
        Object[] s = t.stack;
        int call = ra + 3;
        s[call + 2] = s[ra + 2];
        s[call + 1] = s[ra + 1];
        s[call] = s[ra];
        t.top = call + 3;
        Calls.call(t, call, wanted);
        t.top = f.top;
        s = t.stack;
        if (s[call] == null) {
            return false;
        }
        s[call - 1] = s[call];
        return true;
    }
}
