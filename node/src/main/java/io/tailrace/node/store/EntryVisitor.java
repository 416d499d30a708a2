package io.tailrace.node.store;

/** Receives the entries of one map segment, under the segment's lock: copy what is needed, change nothing. */
@FunctionalInterface
public interface EntryVisitor {
    /** Sees one; both may show something else after the call. */
    void entry(long keyAddress, int keyLength, Entry entry);
}
