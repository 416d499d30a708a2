package io.tailrace.node.lua;

/** The names of types as strings of Lua, and the text of values without metamethods. */
final class TypeNames {
    static final LuaString NIL = LuaString.of("nil");
    private static final LuaString BOOLEAN = LuaString.of("boolean");
    private static final LuaString NUMBER = LuaString.of("number");
    private static final LuaString STRING = LuaString.of("string");
    private static final LuaString TABLE = LuaString.of("table");
    private static final LuaString FUNCTION = LuaString.of("function");
    private static final LuaString THREAD = LuaString.of("thread");
    private static final LuaString USERDATA = LuaString.of("userdata");
    private static final LuaString TRUE = LuaString.of("true");
    private static final LuaString FALSE = LuaString.of("false");

    private TypeNames() {}

    static LuaString of(Object value) {
        switch (LuaType.nameOf(value)) {
            case "nil":
                return NIL;
            case "boolean":
                return BOOLEAN;
            case "number":
                return NUMBER;
            case "string":
                return STRING;
            case "table":
                return TABLE;
            case "function":
                return FUNCTION;
            case "thread":
                return THREAD;
            default:
                return USERDATA;
        }
    }

    static LuaString text(Object value) {
        if (value == null) {
            return NIL;
        }
        if (value instanceof Boolean) {
            return (Boolean) value ? TRUE : FALSE;
        }
        LuaString text = Numbers.toStringOrNull(value);
        return text != null ? text : LuaString.of(LuaType.nameOf(value) + ": " + address(value));
    }

    /** Something that looks like an address and differs between most objects. */
    private static String address(Object value) {
        if (value instanceof LightUserdata) {
            return value.toString();
        }
        return "0x" + Long.toHexString(0x5500_0000_0000L + (System.identityHashCode(value) & 0xffffffffL) * 16);
    }
}
