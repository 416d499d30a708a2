package io.tailrace.node.command;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;

/**
 * Members of sets that are not changed meanwhile, by where they lie: what SINTER, SUNION, SDIFF and SPOP come to. Reused; owned
 * by the shard's reactor thread. Its memory is freed by {@link #close}, at the end of each command.
 *
 * <pre>
 *  entry   0             8            12
 *          | address i64 | length i32 | hash i32 |     length {@value #REMOVED}: removed
 *  slot    | entry's number + 1 i32 |                  0: free; open addressing, the next slot when one is taken
 * </pre>
 */
final class MemberTable implements AutoCloseable {
    private static final int LENGTH = Long.BYTES;
    private static final int HASH = LENGTH + Integer.BYTES;
    private static final int ENTRY_BYTES = HASH + Integer.BYTES;
    private static final int REMOVED = -1;
    private static final int INITIAL = 64;

    private long entries;
    private int capacity;
    private int size;
    private int removed;
    private long bytes;
    private boolean hasOnlyIntegers;
    private long slots;
    private int slotCount;

    /** Empties it. */
    MemberTable begin() {
        assert entries == 0 : "not closed";
        size = 0;
        removed = 0;
        bytes = 0;
        hasOnlyIntegers = true;
        return this;
    }

    /** Takes a member that it surely does not have; not to be mixed with {@link #add}. */
    void append(long address, int length) {
        append(address, length, 0);
    }

    private void append(long address, int length, int hash) {
        if (size == capacity) {
            growEntries();
        }
        long entry = entry(size++);
        Memory.putLong(entry, address);
        Memory.putInt(entry + LENGTH, length);
        Memory.putInt(entry + HASH, hash);
        bytes += length;
        hasOnlyIntegers = hasOnlyIntegers && Decimal.isLong(address, length);
    }

    private void growEntries() {
        int newCapacity = Math.max(INITIAL, Math.multiplyExact(2, capacity));
        long grown = Memory.allocate((long) newCapacity * ENTRY_BYTES);
        if (entries != 0) {
            Memory.copy(entries, grown, (long) size * ENTRY_BYTES);
            Memory.free(entries, (long) capacity * ENTRY_BYTES);
        }
        entries = grown;
        capacity = newCapacity;
    }

    private long entry(int i) {
        return entries + (long) i * ENTRY_BYTES;
    }

    /** Takes a member, unless it has an equal one. */
    void add(long address, int length) {
        if (2L * (size + 1L) > slotCount) {
            growSlots();
        }
        int hash = (int) Memory.hash64(address, length);
        long slot = slot(address, length, hash);
        if (Memory.getInt(slot) == 0) {
            append(address, length, hash);
            Memory.putInt(slot, size);
        }
    }

    private void growSlots() {
        int newCount = Math.max(4 * INITIAL, Math.multiplyExact(2, slotCount));
        freeSlots();
        slots = Memory.allocate((long) newCount * Integer.BYTES);
        slotCount = newCount;
        Memory.fill(slots, (long) newCount * Integer.BYTES, (byte) 0);
        for (int i = 0; i < size; i++) {
            long slot = freeSlot(Memory.getInt(entry(i) + HASH));
            Memory.putInt(slot, i + 1);
        }
    }

    private long freeSlot(int hash) {
        int slot = hash & slotCount - 1;
        while (Memory.getInt(slots + (long) slot * Integer.BYTES) != 0) {
            slot = slot + 1 & slotCount - 1;
        }
        return slots + (long) slot * Integer.BYTES;
    }

    /** The slot of a member, or the free one where it belongs. */
    private long slot(long address, int length, int hash) {
        int slot = hash & slotCount - 1;
        while (true) {
            long at = slots + (long) slot * Integer.BYTES;
            int number = Memory.getInt(at);
            if (number == 0 || isEqual(entry(number - 1), address, length, hash)) {
                return at;
            }
            slot = slot + 1 & slotCount - 1;
        }
    }

    private static boolean isEqual(long entry, long address, int length, int hash) {
        return Memory.getInt(entry + HASH) == hash
                && Memory.equals(Memory.getLong(entry), Memory.getInt(entry + LENGTH), address, length);
    }

    /** Takes a member away that was {@link #add}ed, if it is there; it must not be added again. */
    void remove(long address, int length) {
        if (size == 0) {
            return;
        }
        int number = Memory.getInt(slot(address, length, (int) Memory.hash64(address, length)));
        if (number != 0) {
            Memory.putInt(entry(number - 1) + LENGTH, REMOVED);
            removed++;
            bytes -= length;
        }
    }

    /** How many members there are. */
    int count() {
        return size - removed;
    }

    /** How many there ever were: {@link #has} says which of them are there. */
    int size() {
        return size;
    }

    boolean has(int i) {
        return length(i) != REMOVED;
    }

    long address(int i) {
        return Memory.getLong(entry(i));
    }

    int length(int i) {
        return Memory.getInt(entry(i) + LENGTH);
    }

    /** Of all members together. */
    long bytes() {
        return bytes;
    }

    /** Whether all members were integers, those that were removed included. */
    boolean hasOnlyIntegers() {
        return hasOnlyIntegers;
    }

    @Override
    public void close() {
        if (entries != 0) {
            Memory.free(entries, (long) capacity * ENTRY_BYTES);
            entries = 0;
            capacity = 0;
        }
        freeSlots();
    }

    private void freeSlots() {
        if (slots != 0) {
            Memory.free(slots, (long) slotCount * Integer.BYTES);
            slots = 0;
            slotCount = 0;
        }
    }
}
