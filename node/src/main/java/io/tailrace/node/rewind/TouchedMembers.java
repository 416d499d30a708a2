package io.tailrace.node.rewind;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What effects have touched of each key of {@link TouchedKeys}: all of it, or no more than its deadline and some members of its
 * collection. Used by one thread at a time, closed by the last.
 *
 * <pre>
 *  a member    | next of the same key i32 | key i32 | length u32 | bytes ...        the last one's next is 0
 *              0                          4         8            12
 * </pre>
 *
 * <p>A key of the second kind is {@link #keep kept} when it is found to hold a large collection: then its other elements are
 * taken from this node's own store. All others are asked for whole.
 */
final class TouchedMembers implements AutoCloseable {
    /** Beyond that many bytes of members keys are fetched whole. */
    static final int MAX_BYTES = 64 << 20;

    /** No member is at 0. */
    static final int NONE = 0;

    private static final int KEY = Integer.BYTES;
    private static final int LENGTH = KEY + Integer.BYTES;
    private static final int BYTES = LENGTH + Integer.BYTES;
    private static final int INITIAL = 1 << 10;
    private static final byte NO_TYPE = -1;
    private static final byte WHOLE = -2;

    private final TouchedKeys keys;
    private final NativeBuffer members = new NativeBuffer(1 << 10);
    private final BitSet kept = new BitSet();
    private int length = Integer.BYTES;
    private int count;
    private int[] table = new int[2 * INITIAL];
    private byte[] types = new byte[INITIAL];
    private int[] newest = new int[INITIAL];

    TouchedMembers(TouchedKeys keys) {
        this.keys = keys;
        Arrays.fill(types, NO_TYPE);
    }

    private void ensure(int key) {
        if (key >= types.length) {
            int before = types.length;
            types = Arrays.copyOf(types, Math.max(2 * before, key + 1));
            Arrays.fill(types, before, types.length, NO_TYPE);
            newest = Arrays.copyOf(newest, types.length);
        }
    }

    /** All of a key may be other than it was. */
    void whole(int key) {
        ensure(key);
        types[key] = WHOLE;
    }

    /** A member of a key's collection may be other than it was, by an effect that makes no other type of it. */
    void member(int key, int type, long address, int memberLength) {
        ensure(key);
        if (types[key] == NO_TYPE) {
            types[key] = (byte) type;
        }
        boolean isNew = types[key] == type && table[slot(key, address, memberLength)] == NONE;
        if (types[key] != type || isNew && memberLength > MAX_BYTES - length) {
            types[key] = WHOLE;
        } else if (isNew) {
            add(key, address, memberLength);
        }
    }

    private void add(int key, long address, int memberLength) {
        members.ensureCapacity(length + BYTES + memberLength, length);
        long at = members.address() + length;
        Memory.putInt(at, newest[key]);
        Memory.putInt(at + KEY, key);
        Memory.putInt(at + LENGTH, memberLength);
        Memory.copy(address, at + BYTES, memberLength);
        newest[key] = length;
        table[slot(key, address, memberLength)] = length;
        length += BYTES + memberLength;
        if (++count * 2 > table.length) {
            grow();
        }
    }

    private void grow() {
        table = new int[2 * table.length];
        for (int key = 0; key < Math.min(keys.count(), newest.length); key++) {
            for (int member = newest[key]; member != NONE; member = next(member)) {
                table[slot(key, address(member), memberLength(member))] = member;
            }
        }
    }

    private int slot(int key, long address, int memberLength) {
        int mask = table.length - 1;
        int slot = (int) (Memory.hash64(address, memberLength) + key * 0x9e3779b97f4a7c15L >>> 1) & mask;
        while (table[slot] != NONE && !isAt(key, table[slot], address, memberLength)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean isAt(int key, int member, long address, int memberLength) {
        return Memory.getInt(members.address() + member + KEY) == key
                && Memory.equals(address(member), memberLength(member), address, memberLength);
    }

    /** Whether a member of a key's collection may be other than it was. */
    boolean contains(int key, long address, int memberLength) {
        return key < newest.length && newest[key] != NONE && table[slot(key, address, memberLength)] != NONE;
    }

    /** Whether a key that holds a large collection of a type can be kept but for its members and its deadline. */
    boolean canKeep(int key, int type) {
        return key >= types.length || types[key] == NO_TYPE || types[key] == type;
    }

    /** A key's elements that no effect touched are taken from this node's own store. */
    void keep(int key) {
        kept.set(key);
    }

    boolean isKept(int key) {
        return kept.get(key);
    }

    /** The member of a key that was added last, or {@link #NONE}. */
    int newest(int key) {
        return key < newest.length ? newest[key] : NONE;
    }

    /** The one of the same key that was added before, or {@link #NONE}. */
    int next(int member) {
        return Memory.getInt(members.address() + member);
    }

    /** Where a member is with its length before it. */
    long framed(int member) {
        return members.address() + member + LENGTH;
    }

    int framedLength(int member) {
        return Integer.BYTES + memberLength(member);
    }

    private long address(int member) {
        return members.address() + member + BYTES;
    }

    private int memberLength(int member) {
        return Memory.getInt(members.address() + member + LENGTH);
    }

    @Override
    public void close() {
        members.close();
    }
}
