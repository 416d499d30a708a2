package io.tailrace.node.lua;

/** The operators where the interpreter's short way doesn't do: coercions, metamethods, errors. Results are raw values. */
final class Operators {
    private static final int MAX_LOOPS = 100;

    private Operators() {}

    // arithmetic

    static Object arithmetic(LuaThread t, Metamethod event, Object a, Object b, int registerA, int registerB) {
        Double first = Numbers.toNumber(a);
        Double second = first == null ? null : Numbers.toNumber(b);
        if (second != null) {
            return compute(event, first, second);
        }
        Object handler = t.runtime.metamethod(event, a);
        if (handler == null) {
            handler = t.runtime.metamethod(event, b);
        }
        if (handler == null) {
            throw Errors.arithmetic(t, a, registerA, b, registerB);
        }
        return Calls.invoke(t, handler, a, b);
    }

    static double compute(Metamethod event, double a, double b) {
        double result;
        switch (event) {
            case ADD:
                result = a + b;
                break;
            case SUB:
                result = a - b;
                break;
            case MUL:
                result = a * b;
                break;
            case DIV:
                result = a / b;
                break;
            case MOD:
                result = a - Math.floor(a / b) * b;
                break;
            case POW:
                return power(a, b);
            default:
                return -a;
        }
        return result == result ? result : nan(a, b);
    }

    /** As the processor passes it on: the operand that is none, else a new one. */
    static double nan(double a, double b) {
        if (a != a) {
            return a;
        }
        return b != b ? b : Numbers.NAN;
    }

    static double power(double a, double b) {
        if (b == 2) {
            return a * a;
        }
        if (a == 1 || b == 0 || a == -1 && Double.isInfinite(b)) {
            return 1;
        }
        double result = Math.pow(a, b);
        return result == result ? result : nan(a, b);
    }

    static Object length(LuaThread t, Object value, int register) {
        if (value instanceof LuaTable) {
            return (double) ((LuaTable) value).length();
        }
        if (value instanceof LuaString) {
            return (double) ((LuaString) value).length();
        }
        Object handler = t.runtime.metamethod(Metamethod.LEN, value);
        if (handler == null) {
            throw Errors.type(t, value, register, "get length of");
        }
        return Calls.invoke(t, handler, value, null);
    }

    // tables

    static Object index(LuaThread t, Object start, Object key, int register) {
        Object value = start;
        for (int i = 0; i < MAX_LOOPS; i++) {
            Object handler;
            if (value instanceof LuaTable) {
                LuaTable table = (LuaTable) value;
                Object found = table.get(key);
                if (found != null) {
                    return found;
                }
                handler = Metamethod.INDEX.in(table.metatable());
                if (handler == null) {
                    return null;
                }
            } else {
                handler = t.runtime.metamethod(Metamethod.INDEX, value);
                if (handler == null) {
                    throw Errors.type(t, value, i == 0 ? register : -1, "index");
                }
            }
            if (handler instanceof LuaFunction) {
                return Calls.invoke(t, handler, value, key);
            }
            value = handler;
        }
        throw Errors.at(t, 0, "loop in gettable");
    }

    static void setIndex(LuaThread t, Object start, Object key, Object newValue, int register) {
        Object value = start;
        for (int i = 0; i < MAX_LOOPS; i++) {
            Object handler;
            if (value instanceof LuaTable) {
                LuaTable table = (LuaTable) value;
                if (table.isReadOnly()) {
                    throw Errors.at(t, 0, "Attempt to modify a readonly table");
                }
                handler = table.get(key) != null ? null : Metamethod.NEWINDEX.in(table.metatable());
                if (handler == null) {
                    put(t, table, key, newValue);
                    return;
                }
                // the key has its place by now, as there
                put(t, table, key, null);
            } else {
                handler = t.runtime.metamethod(Metamethod.NEWINDEX, value);
                if (handler == null) {
                    throw Errors.type(t, value, i == 0 ? register : -1, "index");
                }
            }
            if (handler instanceof LuaFunction) {
                Calls.invoke(t, handler, value, key, newValue);
                return;
            }
            value = handler;
        }
        throw Errors.at(t, 0, "loop in settable");
    }

    /** With the errors of keys that can't be. */
    static void put(LuaThread t, LuaTable table, Object key, Object value) {
        if (key == null) {
            throw Errors.at(t, 0, "table index is nil");
        }
        if (key instanceof Double && ((Double) key).isNaN()) {
            throw Errors.at(t, 0, "table index is NaN");
        }
        table.put(key, value);
    }

    // comparison

    static boolean equal(LuaThread t, Object a, Object b) {
        if (LuaType.rawEquals(a, b)) {
            return true;
        }
        boolean isComparable =
                a instanceof LuaTable && b instanceof LuaTable || a instanceof LuaUserdata && b instanceof LuaUserdata;
        if (!isComparable) {
            return false;
        }
        Object handler = commonHandler(Metamethod.EQ, t.runtime.metatableOf(a), t.runtime.metatableOf(b));
        return handler != null && LuaType.isTrue(Calls.invoke(t, handler, a, b));
    }

    private static Object commonHandler(Metamethod event, LuaTable first, LuaTable second) {
        Object handler = event.in(first);
        if (handler == null || first == second) {
            return handler;
        }
        Object other = event.in(second);
        return other != null && LuaType.rawEquals(handler, other) ? handler : null;
    }

    static boolean lessThan(LuaThread t, Object a, Object b) {
        if (a instanceof Double && b instanceof Double) {
            return (Double) a < (Double) b;
        }
        if (a instanceof LuaString && b instanceof LuaString) {
            t.budget.owe(((LuaString) a).length() >> 7);
            return ((LuaString) a).compareTo((LuaString) b) < 0;
        }
        Object handler = orderHandler(t, Metamethod.LT, a, b);
        if (handler == null) {
            throw Errors.order(t, a, b);
        }
        return LuaType.isTrue(Calls.invoke(t, handler, a, b));
    }

    static boolean lessOrEqual(LuaThread t, Object a, Object b) {
        if (a instanceof Double && b instanceof Double) {
            return (Double) a <= (Double) b;
        }
        if (a instanceof LuaString && b instanceof LuaString) {
            t.budget.owe(((LuaString) a).length() >> 7);
            return ((LuaString) a).compareTo((LuaString) b) <= 0;
        }
        Object handler = orderHandler(t, Metamethod.LE, a, b);
        if (handler != null) {
            return LuaType.isTrue(Calls.invoke(t, handler, a, b));
        }
        handler = orderHandler(t, Metamethod.LT, b, a);
        if (handler == null) {
            throw Errors.order(t, a, b);
        }
        return !LuaType.isTrue(Calls.invoke(t, handler, b, a));
    }

    private static Object orderHandler(LuaThread t, Metamethod event, Object a, Object b) {
        if (!LuaType.nameOf(a).equals(LuaType.nameOf(b))) {
            return null;
        }
        Object handler = t.runtime.metamethod(event, a);
        return handler != null && LuaType.rawEquals(handler, t.runtime.metamethod(event, b)) ? handler : null;
    }
}
