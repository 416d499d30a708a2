package io.tailrace.node.value;

import io.tailrace.node.arena.Arena;

/**
 * Up to where a collection is packed in one blob; what is larger has trees, and keeps them until it is empty.
 *
 * @param maxElements of a packed collection; a hash's field with its value is one
 * @param maxBytes of all its elements
 * @param encodings what such a collection is called
 */
public record CollectionLimits(int maxElements, int maxBytes, EncodingLimits encodings) {
    /** Where scanning meets what a tree costs, as measured. */
    private static final int MAX_ELEMENTS = 128;

    private static final int MAX_BYTES = 4 << 10;

    /** With the usual names of encodings. */
    public CollectionLimits(int maxElements, int maxBytes) {
        this(maxElements, maxBytes, new EncodingLimits());
    }

    /** As measured to be best. */
    public static CollectionLimits standard() {
        return new CollectionLimits(MAX_ELEMENTS, MAX_BYTES);
    }

    /** As measured, but called what the settings say. */
    public static CollectionLimits standard(EncodingLimits encodings) {
        return new CollectionLimits(MAX_ELEMENTS, MAX_BYTES, encodings);
    }

    public CollectionLimits {
        if (maxElements < 1 || maxElements > 0xffff || maxBytes < 1 || maxBytes > Arena.MAX_BLOB_BYTES) {
            throw new IllegalArgumentException(maxElements + " elements of " + maxBytes + " bytes");
        }
    }

    boolean allow(int elements, long bytes) {
        return elements <= maxElements && bytes <= maxBytes;
    }
}
