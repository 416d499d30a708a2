package io.tailrace.node.shard;

/** Receives keys in place: their bytes are valid during the call only, in which nothing may be changed. */
@FunctionalInterface
public interface KeyVisitor {
    void key(long address, int length);
}
