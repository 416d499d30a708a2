package io.tailrace.node.arena;

/** The layout of a tree's elements. */
public enum TreeShape {
    /** Ordered by (key, member), each with a value of any length. */
    MAP(true),
    /** Ordered by (key, member), each with a value of eight bytes. */
    NUMBERS(true),
    /** Ordered by (key, member), without values. */
    SET(true),
    /** In the order in which they were put in, found by position. */
    LIST(false);

    private static final TreeShape[] ALL = values();
    private static final int KEYED_SLOT_BYTES = Long.BYTES + Short.BYTES;

    private final boolean isKeyed;

    TreeShape(boolean isKeyed) {
        this.isKeyed = isKeyed;
    }

    static TreeShape of(int ordinal) {
        return ALL[ordinal];
    }

    public boolean isKeyed() {
        return isKeyed;
    }

    int slotBytes() {
        return isKeyed ? KEYED_SLOT_BYTES : Short.BYTES;
    }

    int offsetInSlot() {
        return isKeyed ? Long.BYTES : 0;
    }

    /** Bytes of an element's entry in a leaf. */
    int leafEntryBytes(long entry) {
        int first = Cell.bytes(entry);
        return switch (this) {
            case MAP -> first + Cell.bytes(entry + first);
            case NUMBERS -> first + Long.BYTES;
            default -> first;
        };
    }

    /** Bytes that an element will take in a leaf. */
    int leafEntryBytes(int memberLength, int valueLength) {
        int first = Cell.bytesFor(memberLength);
        return switch (this) {
            case MAP -> first + Cell.bytesFor(valueLength);
            case NUMBERS -> first + Long.BYTES;
            default -> first;
        };
    }
}
