package io.tailrace.node.value;

import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.record.Effect;

/**
 * The elements of a hash, set or sorted set one by one: their effects name members, and each element begins with its member as
 * {@link PackedBytes}. So a member can be looked up, sent and set without the others. Used by the thread that owns the store.
 */
public interface MemberAccess {
    /** Which argument of an effect of the type is its first member. */
    int firstMember(Effect effect);

    /** How many arguments after a member the next one is. */
    int step(Effect effect);

    /** Looks a member up; when it is there, {@link #length} and {@link #copyTo} show its element until the next change. */
    boolean find(StoredValue value, long member, int length);

    /** Bytes of the element found. */
    int length();

    /** Writes the element found, as snapshots have it. */
    void copyTo(long address);

    /** Bytes of the element at the start of this many that came from elsewhere, or -1 when it is none. */
    int checkedBytes(long address, int available);

    /** Sets an element, which was checked; the caller publishes the value. */
    void put(StoredValue value, long element);
}
