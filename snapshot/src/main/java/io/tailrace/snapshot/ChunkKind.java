package io.tailrace.snapshot;

/** What a chunk's payload is. */
enum ChunkKind {
    /** Whose snapshot this is and where it begins; always the first chunk. */
    HEADER(1),
    /** Whole entries, back to back. */
    ENTRIES(2),
    /** The next piece of one entry that is too large for a chunk; its pieces follow each other without a gap. */
    FRAGMENT(3),
    /** Where the snapshot ends, with counts and total hash; always the last chunk. */
    TRAILER(4),
    /** Whole elements of one collection. */
    ELEMENTS(5),
    /** The next piece of one element that is too large for a chunk. */
    ELEMENT_PART(6),
    /** All elements of a collection have come. */
    END(7);

    private final int code;

    ChunkKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The kind with this code, or null when there is none. */
    static ChunkKind of(int code) {
        return switch (code) {
            case 1 -> HEADER;
            case 2 -> ENTRIES;
            case 3 -> FRAGMENT;
            case 4 -> TRAILER;
            case 5 -> ELEMENTS;
            case 6 -> ELEMENT_PART;
            case 7 -> END;
            default -> null;
        };
    }
}
