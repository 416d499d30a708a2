package io.tailrace.node.script;

import io.tailrace.node.lua.LuaString;

/** How a script sees what Lua has no value for: the keys of tables, for replies of {@code redis.call} and those that it returns. */
final class ReplyNames {
    static final LuaString OK = LuaString.of("ok");
    static final LuaString MAP = LuaString.of("map");
    static final LuaString SET = LuaString.of("set");
    static final LuaString DOUBLE = LuaString.of("double");
    static final LuaString BIG_NUMBER = LuaString.of("big_number");
    static final LuaString VERBATIM = LuaString.of("verbatim_string");
    static final LuaString FORMAT = LuaString.of("format");
    static final LuaString STRING = LuaString.of("string");

    private ReplyNames() {}
}
