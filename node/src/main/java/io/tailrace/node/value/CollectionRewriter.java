package io.tailrace.node.value;

/**
 * Writes the effects that make a collection of a type for which one effect is not enough, from what snapshots have of it. For
 * one collection, owned and closed by one thread.
 */
public interface CollectionRewriter extends AutoCloseable {
    /** A packed one, all of it. */
    void packed(long address, int length, EffectReceiver effects);

    /** A large one: its type's own bytes, before its elements. */
    void begin(long head, int length);

    /** Elements, in the order in which they are written. */
    void elements(int section, long address, int length, EffectReceiver effects);

    /** There are no more elements. */
    void end(EffectReceiver effects);

    @Override
    void close();
}
