package io.tailrace.node.value;

import io.tailrace.wire.memory.Memory;

/**
 * A HyperLogLog as Redis keeps it in a string, byte for byte: a view of one, or of a copy that is changed. Reused; owned by the
 * shard's reactor thread.
 *
 * <pre>
 *  0        4            5           8                        16
 *  | "HYLL" | encoding u8 | 0 0 0    | cardinality u64        | registers ...
 *
 *  encoding      0 dense: {@value #REGISTERS} registers of 6 bits, low bits first    1 sparse: {@link SparseRegisters}
 *  cardinality   as it was counted last; its highest bit says that it is not that of the registers any more
 * </pre>
 */
public final class HyperLogLog {
    /** Bytes of the header. */
    public static final int HEADER = 16;

    public static final int REGISTERS = 1 << 14;

    private static final int REGISTER_BITS = 6;
    static final int REGISTER_MASK = (1 << REGISTER_BITS) - 1;

    /** Bytes of a dense one. */
    public static final int DENSE_BYTES = HEADER + REGISTERS * REGISTER_BITS / Byte.SIZE;

    /** Room that {@link #copy} wants beyond what there is to copy. */
    public static final int ROOM = 32 + DENSE_BYTES;

    private static final int MAGIC = 'H' | 'Y' << 8 | 'L' << 16 | 'L' << 24;
    private static final int ENCODING = 4;
    private static final int CARDINALITY = 8;
    private static final byte DENSE = 0;
    private static final byte SPARSE = 1;
    private static final long IS_STALE = Long.MIN_VALUE;

    private long address;
    private int length;

    /** Whether a string is one, as far as its header and length tell. */
    public static boolean isValid(long address, int length) {
        if (length < HEADER || Memory.getInt(address) != MAGIC) {
            return false;
        }
        int encoding = Memory.getByte(address + ENCODING);
        return encoding == SPARSE || encoding == DENSE && length == DENSE_BYTES;
    }

    /** Looks at one. */
    public HyperLogLog wrap(long newAddress, int newLength) {
        address = newAddress;
        length = newLength;
        return this;
    }

    /** Makes an empty one in memory of {@link #ROOM} bytes. */
    public HyperLogLog create(long memory) {
        Memory.fill(memory, HEADER, (byte) 0);
        Memory.putInt(memory, MAGIC);
        Memory.putByte(memory + ENCODING, SPARSE);
        return wrap(memory, HEADER + SparseRegisters.putEmpty(memory + HEADER));
    }

    /** Copies one, to be changed, into memory of {@link #ROOM} bytes more. */
    public HyperLogLog copy(long from, int fromLength, long memory) {
        Memory.copy(from, memory, fromLength);
        return wrap(memory, fromLength);
    }

    public long address() {
        return address;
    }

    public int length() {
        return length;
    }

    public boolean isDense() {
        return Memory.getByte(address + ENCODING) == DENSE;
    }

    long registers() {
        return address + HEADER;
    }

    int registersLength() {
        return length - HEADER;
    }

    /** Whether {@link #cachedCount} is that of the registers. */
    public boolean isCountCached() {
        return Memory.getLong(address + CARDINALITY) >= 0;
    }

    public long cachedCount() {
        return Memory.getLong(address + CARDINALITY);
    }

    public void cacheCount(long count) {
        Memory.putLong(address + CARDINALITY, count);
    }

    /** The registers have changed since they were counted. */
    public void forgetCount() {
        Memory.putLong(address + CARDINALITY, Memory.getLong(address + CARDINALITY) | IS_STALE);
    }

    /** Counts an element; returns 1 when a register has changed, 0 when none has, -1 when it is damaged. */
    public int add(long element, int elementLength) {
        long hash = ElementHash.of(element, elementLength);
        return raise(ElementHash.register(hash), ElementHash.run(hash));
    }

    /** Raises a register to a value, if it is lower; returns as {@link #add}. */
    public int raise(int register, int value) {
        if (isDense()) {
            return raiseDense(register, value) ? 1 : 0;
        }
        int newLength = SparseRegisters.raise(registers(), registersLength(), register, value);
        if (newLength >= 0) {
            boolean isChanged = newLength != SparseRegisters.UNCHANGED;
            if (isChanged) {
                length = HEADER + newLength;
                forgetCount();
            }
            return isChanged ? 1 : 0;
        }
        if (newLength == SparseRegisters.DAMAGED || !makeDense()) {
            return -1;
        }
        return raiseDense(register, value) ? 1 : 0;
    }

    private boolean raiseDense(int register, int value) {
        boolean isLower = get(registers(), register) < value;
        if (isLower) {
            set(registers(), register, value);
        }
        return isLower;
    }

    /** A register of a dense one. */
    public int register(int register) {
        return get(registers(), register);
    }

    static int get(long registers, int register) {
        int bit = register * REGISTER_BITS;
        long at = registers + bit / Byte.SIZE;
        int shift = bit % Byte.SIZE;
        int low = (Memory.getByte(at) & 0xff) >>> shift;
        // the last register ends with the last byte
        int high = shift > Byte.SIZE - REGISTER_BITS ? (Memory.getByte(at + 1) & 0xff) << Byte.SIZE - shift : 0;
        return (low | high) & REGISTER_MASK;
    }

    static void set(long registers, int register, int value) {
        int bit = register * REGISTER_BITS;
        long at = registers + bit / Byte.SIZE;
        int shift = bit % Byte.SIZE;
        Memory.putByte(at, (byte) (Memory.getByte(at) & ~(REGISTER_MASK << shift) | value << shift));
        if (shift > Byte.SIZE - REGISTER_BITS) {
            int rest = Byte.SIZE - shift;
            Memory.putByte(at + 1, (byte) (Memory.getByte(at + 1) & ~(REGISTER_MASK >> rest) | value >> rest));
        }
    }

    /** Makes a copy dense, with the same count; returns false, and changes nothing, when it is damaged. */
    public boolean makeDense() {
        if (isDense()) {
            return true;
        }
        long dense = Memory.allocate(DENSE_BYTES);
        try {
            Memory.fill(dense, DENSE_BYTES, (byte) 0);
            Memory.copy(address, dense, HEADER);
            Memory.putByte(dense + ENCODING, DENSE);
            boolean isWhole = SparseRegisters.toDense(registers(), registersLength(), dense + HEADER);
            if (isWhole) {
                Memory.copy(dense, address, DENSE_BYTES);
                length = DENSE_BYTES;
            }
            return isWhole;
        } finally {
            Memory.free(dense, DENSE_BYTES);
        }
    }

    /** Raises {@link #REGISTERS} bytes to the registers; returns false when it is damaged, with some of them raised. */
    public boolean mergeInto(byte[] highest) {
        if (!isDense()) {
            return SparseRegisters.mergeInto(registers(), registersLength(), highest);
        }
        for (int i = 0; i < REGISTERS; i++) {
            highest[i] = (byte) Math.max(highest[i], register(i));
        }
        return true;
    }

    /** How many different elements were added, about; -1 when it is damaged. */
    public long count() {
        int[] histogram = new int[RegisterHistogram.SIZE];
        boolean isWhole = true;
        if (isDense()) {
            for (int i = 0; i < REGISTERS; i++) {
                histogram[register(i)]++;
            }
        } else {
            isWhole = SparseRegisters.countInto(registers(), registersLength(), histogram);
        }
        return isWhole ? RegisterHistogram.estimate(histogram) : -1;
    }

    /** The same of {@link #REGISTERS} bytes that several were merged into. */
    public static long count(byte[] registers) {
        int[] histogram = new int[RegisterHistogram.SIZE];
        for (byte value : registers) {
            histogram[value]++;
        }
        return RegisterHistogram.estimate(histogram);
    }

    /** The runs of a sparse one, as PFDEBUG DECODE shows them. */
    public String runs() {
        return SparseRegisters.text(registers(), registersLength());
    }
}
