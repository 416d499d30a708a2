package io.tailrace.snapshot;

import io.tailrace.wire.record.EntryImage;

/**
 * Takes the entries of a snapshot in the order of the file, on the thread that feeds the parser. All memory that it is shown
 * is valid only until the call returns.
 */
public interface EntrySink {
    /** Takes everything and does nothing: for a file that is only checked. */
    EntrySink NOTHING = new EntrySink() {
        @Override
        public void entry(EntryImage entry) {
            // checked by the parser
        }

        @Override
        public void beginCollection(EntryImage head) {
            // checked by the parser
        }

        @Override
        public String elements(int section, long address, int length) {
            return null;
        }

        @Override
        public String endCollection(long elements) {
            return null;
        }
    };

    /** What comes first. */
    default void header(SnapshotHeader header) {
        // told to those who ask
    }

    /** One key with its whole value. */
    void entry(EntryImage entry);

    /** A collection whose elements follow; the value is what its type keeps besides them. */
    void beginCollection(EntryImage head);

    /**
     * Whole elements of the collection, back to back in the form of its type.
     *
     * @param section which of the type's kinds of elements these are
     * @return null, or what is wrong with them
     */
    String elements(int section, long address, int length);

    /**
     * All elements have come.
     *
     * @param elements as many as the writer says there were, of all sections
     * @return null, or what is wrong
     */
    String endCollection(long elements);
}
