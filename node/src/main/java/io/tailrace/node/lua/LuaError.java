package io.tailrace.node.lua;

/** An error of the script: any value, which pcall catches. Without a Java stack, since scripts raise errors as a matter of course. */
@SuppressWarnings("serial") // never serialised
public final class LuaError extends RuntimeException {
    private final transient Object value;

    public LuaError(Object value) {
        super(null, null, false, false);
        this.value = value;
    }

    /** Without position: most are raised by {@link LuaThread#error(String)}, which adds it. */
    public LuaError(String message) {
        this(LuaString.of(message));
    }

    public Object value() {
        return value;
    }

    @Override
    public String getMessage() {
        return value instanceof LuaString || value instanceof Double
                ? String.valueOf(value)
                : "(error object is a " + LuaType.nameOf(value) + " value)";
    }
}
