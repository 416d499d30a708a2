package io.tailrace.node.lua;

/**
 * How the values of Lua are represented: nil is null, a boolean is a Boolean, a number is a Double, the others are their classes
 * of this package. Light userdata is any other object, of which only the identity counts.
 */
public final class LuaType {
    private LuaType() {}

    public static String nameOf(Object value) {
        if (value == null) {
            return "nil";
        }
        if (value instanceof LuaString) {
            return "string";
        }
        if (value instanceof Double) {
            return "number";
        }
        if (value instanceof Boolean) {
            return "boolean";
        }
        return value instanceof LuaValue known ? known.typeName() : "userdata";
    }

    public static boolean isTrue(Object value) {
        return value != null && value != Boolean.FALSE;
    }

    /** Without metamethods, as ==  of two numbers, strings or anything else. */
    public static boolean rawEquals(Object a, Object b) {
        if (a == b) {
            return !(a instanceof Double) || !((Double) a).isNaN();
        }
        if (a instanceof Double) {
            return b instanceof Double && ((Double) a).doubleValue() == ((Double) b).doubleValue();
        }
        return a instanceof LuaString && b instanceof LuaString && ((LuaString) a).equals(b);
    }
}
