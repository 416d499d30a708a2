package io.tailrace.node.lua;

/** Ends a script for good, by the budget's hook: neither pcall nor a coroutine catches it. */
@SuppressWarnings("serial") // never serialised
public final class LuaAbort extends RuntimeException {
    private final transient Object value;

    public LuaAbort(Object value) {
        super(null, null, false, false);
        this.value = value;
    }

    public Object value() {
        return value;
    }

    @Override
    public String getMessage() {
        return String.valueOf(value);
    }
}
