package io.tailrace.node.rdb;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;

/**
 * The elements of a value that was read, in order: of a hash fields and values in turn, of a sorted set members and scores, a score as
 * the eight bytes of a double. For one thread, which closes it; reused.
 *
 * <pre>
 *  | length i32 | bytes | length i32 | bytes | ...
 * </pre>
 */
public final class RdbElements implements AutoCloseable {
    private static final int INITIAL = 1 << 10;
    private static final int RETAINED = 1 << 20;

    private final NativeBuffer buffer = new NativeBuffer(INITIAL);
    private final int most;
    private int used;
    private int count;
    private int longest;
    private int at;
    private int length;

    /** @param most bytes in all */
    public RdbElements(int most) {
        this.most = most;
    }

    /** Forgets all. */
    public void clear() {
        buffer.shrinkTo(RETAINED);
        used = 0;
        count = 0;
        longest = 0;
        rewind();
    }

    void add(long address, int bytes) throws BadPayloadException {
        Memory.copy(address, begin(bytes), bytes);
    }

    /** Where this many bytes of a new element are to be put, before another is added. */
    long begin(int bytes) throws BadPayloadException {
        if (bytes > most - used - Integer.BYTES) {
            throw new BadPayloadException("the value is too large");
        }
        buffer.ensureCapacity(used + Integer.BYTES + bytes, used);
        long target = buffer.address() + used;
        Memory.putInt(target, bytes);
        used += Integer.BYTES + bytes;
        count++;
        longest = Math.max(longest, bytes);
        return target + Integer.BYTES;
    }

    void addLong(long number) throws BadPayloadException {
        Decimal.write(begin(Decimal.length(number)), number);
    }

    void addDouble(double number) throws BadPayloadException {
        if (Double.isNaN(number)) {
            throw new BadPayloadException("a score that is not a number");
        }
        Memory.putLong(begin(Long.BYTES), Double.doubleToRawLongBits(number));
    }

    public int count() {
        return count;
    }

    /** Bytes of the longest one. */
    public int longest() {
        return longest;
    }

    /** Bytes of all, and a little more. */
    public int bytes() {
        return used;
    }

    /** Goes back to before the first. */
    public void rewind() {
        at = 0;
        length = -Integer.BYTES;
    }

    /** Goes to the next; false after the last. */
    public boolean next() {
        at += Integer.BYTES + length;
        if (at >= used) {
            return false;
        }
        length = Memory.getInt(buffer.address() + at);
        return true;
    }

    /** Where it stands, for {@link #returnTo}. */
    public int place() {
        return at;
    }

    /** Goes back to an element. */
    public void returnTo(int place) {
        at = place;
        length = Memory.getInt(buffer.address() + at);
    }

    public long address() {
        return buffer.address() + at + Integer.BYTES;
    }

    public int length() {
        return length;
    }

    /** Of a score. */
    public double number() {
        return Double.longBitsToDouble(Memory.getLong(address()));
    }

    @Override
    public void close() {
        buffer.close();
    }
}
