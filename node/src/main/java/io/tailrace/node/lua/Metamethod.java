package io.tailrace.node.lua;

/** The events of metatables. That a table lacks one is remembered in the table, until a key is put in it. */
enum Metamethod {
    INDEX("__index"),
    NEWINDEX("__newindex"),
    EQ("__eq"),
    CALL("__call"),
    ADD("__add"),
    SUB("__sub"),
    MUL("__mul"),
    DIV("__div"),
    MOD("__mod"),
    POW("__pow"),
    UNM("__unm"),
    LEN("__len"),
    LT("__lt"),
    LE("__le"),
    CONCAT("__concat"),
    TOSTRING("__tostring"),
    METATABLE("__metatable");

    final LuaString key;

    Metamethod(String name) {
        key = LuaString.of(name);
    }

    /** Of a metatable, which may be null. */
    Object in(LuaTable metatable) {
        if (metatable == null || (metatable.lacking & 1 << ordinal()) != 0) {
            return null;
        }
        Object value = metatable.get(key);
        if (value == null) {
            metatable.lacking |= 1 << ordinal();
        }
        return value;
    }
}
