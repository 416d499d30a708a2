package io.tailrace.node.store;

import java.nio.charset.StandardCharsets;

/**
 * A library of functions as data: its code, and the effect that wrote it. Immutable: any thread.
 *
 * <p>Two of them are the same library only where they are the same object: code that was loaded again is run again.
 */
public final class Library {
    private final String name;
    private final byte[] code;
    private final long version;
    private final int ordinal;

    Library(String name, byte[] code, long version, int ordinal) {
        this.name = name;
        this.code = code;
        this.version = version;
        this.ordinal = ordinal;
    }

    /** Letters, digits and underscores, at least one. */
    public String name() {
        return name;
    }

    /** Whole, with the line that names it. Not to be written to. */
    public byte[] code() {
        return code;
    }

    /** The index of the record that wrote it. */
    public long version() {
        return version;
    }

    /** The effect's place in that record. */
    public int ordinal() {
        return ordinal;
    }

    /** Whether it is of that effect, or of a later one. */
    boolean contains(long index, int effectOrdinal) {
        return version > index || version == index && Integer.compareUnsigned(ordinal, effectOrdinal) >= 0;
    }

    /** Bytes of the name and the code. */
    public int length() {
        return name.length() + code.length;
    }

    @Override
    public String toString() {
        return name + ": " + new String(code, StandardCharsets.ISO_8859_1);
    }
}
