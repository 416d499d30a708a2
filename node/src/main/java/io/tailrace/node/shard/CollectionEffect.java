package io.tailrace.node.shard;

import io.tailrace.node.store.StoredValue;
import io.tailrace.node.value.CollectionType;
import io.tailrace.wire.record.Effect;

/**
 * The effect on a collection that is being noted: begun, given its arguments one by one while the value changes, and ended. Owned
 * by the thread that runs its {@link Transaction}, of which it is a part.
 */
public abstract class CollectionEffect {
    CollectionEffect() {}

    /**
     * Begins an effect: {@link #argument}s of it follow, together with the changes of the value that they stand for, and then
     * {@link #end}. What lies there past its deadline goes first.
     *
     * @param value the opened value; one that is not there must be {@link StoredValue#create}d after this
     * @param count about how many arguments will follow
     * @param bytes of all arguments, at most
     */
    public abstract void begin(Effect begun, StoredValue value, int count, long bytes);

    /** The same with a word before the key, for {@link Effect#XGROUP}. */
    public abstract void begin(Effect begun, String word, StoredValue value, int count, long bytes);

    /**
     * Begins an effect that makes a collection in the place of whatever a key holds, with no deadline. That stays where it is
     * until {@link #end}, so that arguments may lie in it.
     *
     * @param value the opened value, which is absent after this
     */
    public abstract void beginReplacing(Effect begun, StoredValue value, int count, long bytes);

    /**
     * Removes whatever a key holds, so that one effect can make a collection in its place, and opens it: {@link #begin} follows.
     *
     * @param count of that effect's arguments
     * @param bytes of them all
     */
    public abstract void clear(StoredValue target, long keyAddress, int length, int count, long bytes);

    /** Adds an argument to the effect that was begun. */
    public abstract void argument(long address, int length);

    /** Adds an argument: a number in decimal digits. */
    public abstract void argumentLong(long number);

    /** Adds a double that reads back as the same number. */
    public abstract void argumentDouble(double number);

    /** Adds an argument. */
    public abstract void argumentAscii(String text);

    /** Carries the effect out that was begun, with its arguments so far, as a replica will. */
    public abstract void apply(CollectionType type, StoredValue value);

    /** Forgets the effect that was begun: nothing was changed. */
    public abstract void cancel();

    /**
     * Ends the effect: the changes become the key's. A collection without elements does not exist, so it is removed, and that is
     * what the log says.
     */
    public abstract void end(StoredValue value, boolean isEmpty);
}
