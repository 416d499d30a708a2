package io.tailrace.node.value;

import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.resp.Arguments;

/**
 * What the layers above need to know about a type of collections. Used by the thread that owns the store, unless stated
 * otherwise.
 */
public interface CollectionType {
    /** One of {@link io.tailrace.node.store.ValueType}'s. */
    int type();

    /** What is wrong with the arguments of an effect of this type, or null: asked before it is logged. */
    default String problem(Effect effect, Arguments arguments) {
        return null;
    }

    /**
     * Carries an effect out; makes the collection if that is what the effect does. The caller publishes the value, or removes it
     * when it is empty then.
     *
     * @return null, or how the effect does not fit what is there: it is carried out as far as it does
     */
    String apply(Effect effect, Arguments arguments, StoredValue value);

    /** The effect that makes a collection of elements: how small ones are copied. Null when it takes several. */
    Effect making();

    /** Gives all arguments that {@link #making} has for a small collection, after the key. */
    void describe(StoredValue value, ArgumentReceiver arguments);

    /** Gives the same arguments for elements in the form in which snapshots have them, packed or one after the other. */
    default void describe(int section, long address, int length, ArgumentReceiver arguments) {
        PackedBytes.forEach(address, length, arguments);
    }

    /**
     * What writes the effects that make one of these collections, for a type without {@link #making}; else null.
     *
     * @param key of the collection
     */
    default CollectionRewriter rewriter(byte[] key) {
        return null;
    }

    /** Its encoding, as Redis calls it. */
    String encoding(StoredValue value);

    /** How many elements there are; a stream's header counts, so that it is never empty. */
    long size(StoredValue value);

    /** Bytes that a large collection keeps besides its elements. */
    default int headBytes() {
        return 0;
    }

    /** Its elements one by one, when effects name them by members; else null. */
    default MemberAccess members() {
        return null;
    }

    /** How many trees of a large collection are frozen to be written out; the others are derived from them. */
    default int frozenTrees() {
        return 1;
    }

    /** Reads the elements of a frozen collection; used by any one thread. */
    ElementReader reader(FrozenValue frozen);

    /**
     * Makes a collection of packed elements that come from a snapshot or a frame; large, if there are too many for this node.
     *
     * @return null, or what is wrong with them
     */
    String loadPacked(StoredValue value, EntryImage packed);

    /**
     * Begins a collection that is loaded: large, without elements.
     *
     * @param head of the type, as {@link FrozenValue#ofType} was, of this many bytes
     * @return null, or what is wrong with it
     */
    String beginLoad(StoredValue value, long head, int length);

    /** Takes elements in the order in which they were written; returns null or what is wrong with them. */
    String load(StoredValue value, int section, long address, int length);

    /** All elements were given to {@link #load}; returns null or what is wrong. */
    String endLoad(StoredValue value, long elements);
}
