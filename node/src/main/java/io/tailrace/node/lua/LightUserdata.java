package io.tailrace.node.lua;

/** A value of which only the identity counts. */
public final class LightUserdata {
    /** The null pointer: cjson.null. */
    public static final LightUserdata NULL = new LightUserdata("(nil)");

    private final String text;

    private LightUserdata(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
