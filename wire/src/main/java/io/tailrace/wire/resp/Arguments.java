package io.tailrace.wire.resp;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;
import java.util.Arrays;

/**
 * The arguments of one request: byte strings at native addresses that others own.
 *
 * <p>Reused from request to request by one thread. Valid as long as the bytes stay where they are.
 */
public final class Arguments {
    private static final int INITIAL = 16;
    /** Arrays that one huge request has grown past this are given back at the next reset. */
    private static final int KEEP = 4096;

    private long[] starts = new long[INITIAL];
    private int[] lengths = new int[INITIAL];
    private long base;
    private int count;

    public int count() {
        return count;
    }

    public long address(int i) {
        assert i >= 0 && i < count : i + " of " + count;
        return base + starts[i];
    }

    public int length(int i) {
        assert i >= 0 && i < count : i + " of " + count;
        return lengths[i];
    }

    /** Bytes of all arguments together. */
    public long totalLength() {
        long total = 0;
        for (int i = 0; i < count; i++) {
            total += lengths[i];
        }
        return total;
    }

    /** The argument as a string, one character a byte. Allocates. */
    public String ascii(int i) {
        return Memory.toAscii(address(i), length(i));
    }

    /** A copy of the argument on the heap. Allocates. */
    public byte[] bytes(int i) {
        return Memory.toBytes(address(i), length(i));
    }

    /** Whether the argument is the keyword, written here in upper case, in whatever case it was sent. */
    public boolean is(int i, String upperAscii) {
        return Memory.equalsIgnoreCase(address(i), length(i), upperAscii);
    }

    /** Whether the argument is a number by Redis's rules, see {@link Decimal}. */
    public boolean isLong(int i) {
        return Decimal.isLong(address(i), length(i));
    }

    /** The argument as a number; only meaningful if {@link #isLong} says so. Throws nothing. */
    public long parseLong(int i) {
        return Decimal.parse(address(i), length(i));
    }

    /** Forgets all arguments. */
    public void reset() {
        count = 0;
        base = 0;
        if (starts.length > KEEP) {
            starts = new long[INITIAL];
            lengths = new int[INITIAL];
        }
    }

    /** Appends an argument: {@code length} bytes at {@code address}. Allocates only when there are more than ever. */
    public void add(long address, int length) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        starts[count] = address;
        lengths[count++] = length;
    }

    /** Replaces argument {@code i}, which is there already. */
    public void set(int i, long address, int length) {
        assert i >= 0 && i < count : i + " of " + count;
        starts[i] = address - base;
        lengths[i] = length;
    }

    /** Refers to the same bytes as the other arguments do. */
    public void copyFrom(Arguments other) {
        reset();
        for (int i = 0; i < other.count; i++) {
            add(other.address(i), other.lengths[i]);
        }
    }

    /** Lets the decoder record offsets while the bytes may still move, and say at the end where they ended up. */
    void base(long address) {
        base = address;
    }
}
