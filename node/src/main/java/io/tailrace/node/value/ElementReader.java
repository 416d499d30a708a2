package io.tailrace.node.value;

/** Reads the elements of a frozen collection one by one, in the order in which they are written to snapshots. One thread. */
public interface ElementReader {
    /** Goes to the next element; false after the last one. */
    boolean next();

    /** Which of the type's kinds of elements it is. */
    int section();

    /** Bytes that the element takes. */
    int length();

    /** Writes the element. */
    void copyTo(long address);
}
