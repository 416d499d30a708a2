package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;

/**
 * The layout of one page of a tree: slots that grow upwards, entries that grow downwards, a gap between. Stateless.
 *
 * <pre>
 *  0            4         6           8           10      11          16
 *  | epoch u32  | slots   | heap from | garbage   | level | shape     | slots ... gap ... entries |
 *                 u16       u16         u16         u8      u8, zeroes
 *
 *  slot of a keyed tree        key u64, offset of its entry u16         10 bytes, ascending
 *  slot of a list              offset of its entry u16                   2 bytes, in order
 *  entry of a leaf             member (cell) and value, by the shape; of a list the element (cell)
 *  entry of an inner page      separator (cell; not of a list), child u32, elements below it u32
 * </pre>
 *
 * <p>A child holds what is at or above its separator and below the next one's; the first separator of a page is not looked
 * at. Garbage counts bytes among the entries that no slot refers to any more.
 */
final class Page {
    static final int BYTES = PageArena.PAGE_BYTES;
    static final int HEADER_BYTES = 16;
    /** Child and count. */
    static final int REFERENCE_BYTES = 2 * Integer.BYTES;

    private static final int EPOCH = 0;
    private static final int SLOTS = 4;
    private static final int HEAP_FROM = 6;
    private static final int GARBAGE = 8;
    private static final int LEVEL = 10;
    private static final int SHAPE = 11;

    private Page() {}

    static void begin(long page, int epoch, int level, TreeShape shape) {
        Memory.putInt(page + EPOCH, epoch);
        Memory.putShort(page + SLOTS, (short) 0);
        Memory.putShort(page + HEAP_FROM, (short) BYTES);
        Memory.putShort(page + GARBAGE, (short) 0);
        Memory.putInt(page + LEVEL, 0);
        Memory.putShort(page + LEVEL + Integer.BYTES, (short) 0);
        Memory.putByte(page + LEVEL, (byte) level);
        Memory.putByte(page + SHAPE, (byte) shape.ordinal());
    }

    static int epoch(long page) {
        return Memory.getInt(page + EPOCH);
    }

    static void epoch(long page, int epoch) {
        Memory.putInt(page + EPOCH, epoch);
    }

    static int slots(long page) {
        return Memory.getShort(page + SLOTS) & 0xffff;
    }

    static int heapFrom(long page) {
        return Memory.getShort(page + HEAP_FROM) & 0xffff;
    }

    static int garbage(long page) {
        return Memory.getShort(page + GARBAGE) & 0xffff;
    }

    /** 0 for a leaf. */
    static int level(long page) {
        return Memory.getByte(page + LEVEL);
    }

    static TreeShape shape(long page) {
        return TreeShape.of(Memory.getByte(page + SHAPE));
    }

    static long slot(long page, int slot, TreeShape shape) {
        return page + HEADER_BYTES + (long) slot * shape.slotBytes();
    }

    static long key(long page, int slot, TreeShape shape) {
        return shape.isKeyed() ? Memory.getLong(slot(page, slot, shape)) : 0;
    }

    static long entry(long page, int slot, TreeShape shape) {
        return page + (Memory.getShort(slot(page, slot, shape) + shape.offsetInSlot()) & 0xffff);
    }

    /** Bytes of an entry of this page. */
    static int entryBytes(long page, long entry, TreeShape shape) {
        return level(page) == 0 ? shape.leafEntryBytes(entry) : innerEntryBytes(entry, shape);
    }

    private static int innerEntryBytes(long entry, TreeShape shape) {
        return (shape.isKeyed() ? Cell.bytes(entry) : 0) + REFERENCE_BYTES;
    }

    /** Sets the key of a slot of a keyed tree. */
    static void key(long page, int slot, long key, TreeShape shape) {
        Memory.putLong(slot(page, slot, shape), key);
    }

    /** Where in an inner page's entry the child's number is; the count follows. */
    static long child(long entry, TreeShape shape) {
        return shape.isKeyed() ? entry + Cell.bytes(entry) : entry;
    }

    static int childPage(long entry, TreeShape shape) {
        return Memory.getInt(child(entry, shape));
    }

    static long childCount(long entry, TreeShape shape) {
        return Memory.getInt(child(entry, shape) + Integer.BYTES) & 0xffff_ffffL;
    }

    static void childPage(long entry, TreeShape shape, int page) {
        Memory.putInt(child(entry, shape), page);
    }

    static void childCount(long entry, TreeShape shape, long count) {
        assert count >= 0 && count <= 0xffff_ffffL : count;
        Memory.putInt(child(entry, shape) + Integer.BYTES, (int) count);
    }

    /** Bytes that slots and entries take. */
    static int used(long page, TreeShape shape) {
        return slots(page) * shape.slotBytes() + BYTES - heapFrom(page) - garbage(page);
    }

    /** Whether the gap takes an entry of this many bytes, and its slot. */
    static boolean hasGap(long page, int entryBytes, TreeShape shape) {
        return gap(page, shape) >= entryBytes + shape.slotBytes();
    }

    /** Makes a slot, with room for an entry; gives the address of the entry, which the caller fills. */
    static long insert(long page, int slot, long key, int entryBytes, TreeShape shape) {
        int count = slots(page);
        assert slot <= count && hasGap(page, entryBytes, shape) : slot + " of " + count;
        int heap = heapFrom(page) - entryBytes;
        long at = slot(page, slot, shape);
        int slotBytes = shape.slotBytes();
        if (slot < count) {
            Memory.move(at, at + slotBytes, (long) (count - slot) * slotBytes);
        }
        if (shape.isKeyed()) {
            Memory.putLong(at, key);
        }
        Memory.putShort(at + shape.offsetInSlot(), (short) heap);
        Memory.putShort(page + SLOTS, (short) (count + 1));
        Memory.putShort(page + HEAP_FROM, (short) heap);
        return page + heap;
    }

    /** Removes a slot; its entry becomes garbage. */
    static void remove(long page, int slot, TreeShape shape) {
        remove(page, slot, 1, shape);
    }

    /** Removes several slots from one on. */
    static void remove(long page, int slot, int removed, TreeShape shape) {
        int count = slots(page);
        assert slot + removed <= count : slot + " + " + removed + " of " + count;
        int bytes = 0;
        for (int i = slot; i < slot + removed; i++) {
            bytes += entryBytes(page, entry(page, i, shape), shape);
        }
        int slotBytes = shape.slotBytes();
        int after = count - slot - removed;
        if (after > 0) {
            long at = slot(page, slot, shape);
            Memory.move(at + (long) removed * slotBytes, at, (long) after * slotBytes);
        }
        Memory.putShort(page + SLOTS, (short) (count - removed));
        if (count == removed) {
            Memory.putShort(page + HEAP_FROM, (short) BYTES);
            Memory.putShort(page + GARBAGE, (short) 0);
        } else {
            Memory.putShort(page + GARBAGE, (short) (garbage(page) + bytes));
        }
    }

    /** Removes all slots from one on. */
    static void truncate(long page, int from, TreeShape shape) {
        int garbage = garbage(page);
        for (int slot = from; slot < slots(page); slot++) {
            garbage += entryBytes(page, entry(page, slot, shape), shape);
        }
        Memory.putShort(page + SLOTS, (short) from);
        Memory.putShort(page + GARBAGE, (short) garbage);
    }

    /** Bytes between slots and entries. */
    static int gap(long page, TreeShape shape) {
        return heapFrom(page) - HEADER_BYTES - slots(page) * shape.slotBytes();
    }

    /** Replaces an entry by room for another of this many bytes, for which there must be a gap without a slot. */
    static long replace(long page, int slot, int entryBytes, TreeShape shape) {
        int old = entryBytes(page, entry(page, slot, shape), shape);
        int heap = heapFrom(page) - entryBytes;
        assert heap >= HEADER_BYTES + slots(page) * shape.slotBytes() : heap;
        Memory.putShort(slot(page, slot, shape) + shape.offsetInSlot(), (short) heap);
        Memory.putShort(page + HEAP_FROM, (short) heap);
        Memory.putShort(page + GARBAGE, (short) (garbage(page) + old));
        return page + heap;
    }

    /** Brings the entries together, so that there is no garbage. {@code scratch} is a page's bytes of memory. */
    static void compact(long page, long scratch, TreeShape shape) {
        Memory.copy(page, scratch, BYTES);
        int heap = BYTES;
        int count = slots(page);
        for (int slot = 0; slot < count; slot++) {
            long entry = entry(scratch, slot, shape);
            int bytes = entryBytes(scratch, entry, shape);
            heap -= bytes;
            Memory.copy(entry, page + heap, bytes);
            Memory.putShort(slot(page, slot, shape) + shape.offsetInSlot(), (short) heap);
        }
        Memory.putShort(page + HEAP_FROM, (short) heap);
        Memory.putShort(page + GARBAGE, (short) 0);
    }

    /** Copies slots from one page to the end of another; the entries' bytes are copied as they are. */
    static void append(long from, int firstSlot, int endSlot, long to, TreeShape shape) {
        copy(from, firstSlot, endSlot, to, slots(to), shape);
    }

    /** Copies slots from one page into another, before one of its slots; the entries' bytes are copied as they are. */
    static void copy(long from, int firstSlot, int endSlot, long to, int before, TreeShape shape) {
        for (int slot = firstSlot; slot < endSlot; slot++) {
            long entry = entry(from, slot, shape);
            int bytes = entryBytes(from, entry, shape);
            long copy = insert(to, before + slot - firstSlot, key(from, slot, shape), bytes, shape);
            Memory.copy(entry, copy, bytes);
        }
    }

    /** Elements in or below the page. */
    static long elements(long page, TreeShape shape) {
        int count = slots(page);
        if (level(page) == 0) {
            return count;
        }
        long elements = 0;
        for (int slot = 0; slot < count; slot++) {
            elements += childCount(entry(page, slot, shape), shape);
        }
        return elements;
    }
}
