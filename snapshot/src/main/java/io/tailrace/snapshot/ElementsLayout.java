package io.tailrace.snapshot;

/**
 * The chunks that hold the elements of one collection. They follow the chunk that ends with the collection's entry, whose type
 * has the bit {@link #FOLLOW}, and nothing else stands between that and END.
 *
 * <pre>
 *  ELEMENTS      | section u8 | whole elements, back to back
 *  ELEMENT_PART  | section u8 | bytes of the element after this part u32 | the next part of one element
 *  END           | elements i64
 * </pre>
 */
final class ElementsLayout {
    /** In the type of an entry: elements follow. */
    static final int FOLLOW = 0x80;

    static final int SECTION_OFFSET = 0;
    static final int ELEMENTS_OFFSET = SECTION_OFFSET + Byte.BYTES;
    static final int PART_LEFT_OFFSET = SECTION_OFFSET + Byte.BYTES;
    static final int PART_OFFSET = PART_LEFT_OFFSET + Integer.BYTES;
    static final int END_LENGTH = Long.BYTES;

    private ElementsLayout() {}
}
