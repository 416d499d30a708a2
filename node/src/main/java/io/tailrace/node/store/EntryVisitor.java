package io.tailrace.node.store;

/** Receives the entries of one map segment, under the segment's lock: copy what is needed, change nothing. */
@FunctionalInterface
public interface EntryVisitor {
    void entry(long keyAddress, int keyLength, Entry entry);
}
