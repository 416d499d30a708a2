package io.tailrace.node.script;

import io.tailrace.node.lua.LuaFunction;

/**
 * A function that a library has registered, in one engine.
 *
 * @param description or null
 * @param flags of {@link ScriptFlags}
 */
public record LoadedFunction(String name, String library, String description, int flags, LuaFunction callback) {}
