package io.tailrace.node.lua;

/** Checks the arguments of the running host function, with the messages of Lua's own library. */
public final class Args {
    private Args() {}

    /** The error for the nth argument: "bad argument #n to 'name' (message)". */
    public static LuaError error(LuaThread t, int n, String message) {
        return Errors.argument(t, n, message);
    }

    /** The error for an nth argument of another type than {@code expected}. */
    public static LuaError typeError(LuaThread t, int n, String expected) {
        String got = t.hasArg(n) ? LuaType.nameOf(t.arg(n)) : "no value";
        return error(t, n, expected + " expected, got " + got);
    }

    /** Raises an error if there is no nth argument; nil is one. */
    public static void any(LuaThread t, int n) {
        if (!t.hasArg(n)) {
            throw error(t, n, "value expected");
        }
    }

    /** A number is taken as a string. */
    public static LuaString string(LuaThread t, int n) {
        Object value = t.arg(n);
        if (value instanceof LuaString) {
            return (LuaString) value;
        }
        if (value instanceof Double) {
            return Numbers.format((Double) value);
        }
        throw typeError(t, n, "string");
    }

    /** The same, or {@code absent} for nil or no argument. */
    public static LuaString string(LuaThread t, int n, LuaString absent) {
        return t.arg(n) == null ? absent : string(t, n);
    }

    /** A string that reads as a number is taken too. */
    public static double number(LuaThread t, int n) {
        Double value = Numbers.toNumber(t.arg(n));
        if (value == null) {
            throw typeError(t, n, "number");
        }
        return value;
    }

    /** The same, or {@code absent} for nil or no argument. */
    public static double number(LuaThread t, int n, double absent) {
        return t.arg(n) == null ? absent : number(t, n);
    }

    /** Truncated, as C does on 64-bit machines: what doesn't fit is the smallest. */
    public static long integer(LuaThread t, int n) {
        return toLong(number(t, n));
    }

    /** The same, or {@code absent} for nil or no argument. */
    public static long integer(LuaThread t, int n, long absent) {
        return t.arg(n) == null ? absent : integer(t, n);
    }

    /** The low half of the integer, as C's int takes it. */
    public static int int32(LuaThread t, int n) {
        return (int) integer(t, n);
    }

    /** The same, or {@code absent} for nil or no argument. */
    public static int int32(LuaThread t, int n, int absent) {
        return t.arg(n) == null ? absent : int32(t, n);
    }

    /** The nth argument, which must be a table. */
    public static LuaTable table(LuaThread t, int n) {
        Object value = t.arg(n);
        if (!(value instanceof LuaTable)) {
            throw typeError(t, n, "table");
        }
        return (LuaTable) value;
    }

    /** The nth argument, which must be a function. */
    public static LuaFunction function(LuaThread t, int n) {
        Object value = t.arg(n);
        if (!(value instanceof LuaFunction)) {
            throw typeError(t, n, "function");
        }
        return (LuaFunction) value;
    }

    static long toLong(double value) {
        return value >= -0x1p63 && value < 0x1p63 ? (long) value : Long.MIN_VALUE;
    }
}
