package io.tailrace.node.command;

import io.tailrace.wire.memory.Memory;

/** A part of a string from one bit to another, both included. Reused; owned by the shard's reactor thread. */
final class BitRange {
    private static final int ALL = 0xff;

    private long address;
    private long first;
    private long last;

    /** All bits of a string. */
    BitRange all(long newAddress, int length) {
        address = newAddress;
        first = 0;
        last = (long) length * Byte.SIZE - 1;
        return this;
    }

    /**
     * From one bit or byte to another, negative ones counted from the end.
     *
     * @param isBits whether they are bits
     */
    BitRange of(long newAddress, int length, long start, long end, boolean isBits) {
        address = newAddress;
        long total = isBits ? (long) length * Byte.SIZE : length;
        long from = Math.max(0, start < 0 ? total + start : start);
        long to = Math.min(total - 1, Math.max(0, end < 0 ? total + end : end));
        boolean isEmpty = from > to;
        first = isEmpty ? 0 : isBits ? from : from * Byte.SIZE;
        last = isEmpty ? -1 : isBits ? to : to * Byte.SIZE + Byte.SIZE - 1;
        return this;
    }

    boolean isEmpty() {
        return first > last;
    }

    /** The bit after the last one. */
    long end() {
        return last + 1;
    }

    /** How many are set. */
    long count() {
        if (isEmpty()) {
            return 0;
        }
        long firstByte = address + first / Byte.SIZE;
        long lastByte = address + last / Byte.SIZE;
        long count = 0;
        long at = firstByte;
        for (; at <= lastByte - Long.BYTES + 1; at += Long.BYTES) {
            count += Long.bitCount(Memory.getLong(at));
        }
        for (; at <= lastByte; at++) {
            count += Integer.bitCount(Memory.getByte(at) & ALL);
        }
        return count
                - Integer.bitCount(Memory.getByte(firstByte) & beforeMask())
                - Integer.bitCount(Memory.getByte(lastByte) & afterMask());
    }

    /** Bits of the first byte that are before the range. */
    private int beforeMask() {
        return ~(ALL >>> first % Byte.SIZE) & ALL;
    }

    /** Bits of the last byte that are after the range. */
    private int afterMask() {
        return ALL >>> last % Byte.SIZE + 1;
    }

    /** The first bit that is set, or that is clear, or -1 when there is none. */
    long find(boolean isSet) {
        if (isEmpty()) {
            return -1;
        }
        long flip = isSet ? 0 : -1;
        long firstByte = address + first / Byte.SIZE;
        long lastByte = address + last / Byte.SIZE;
        int inFirst = (Memory.getByte(firstByte) ^ (int) flip) & ~beforeMask() & ALL;
        if (inFirst != 0) {
            return inRange(position(firstByte, inFirst));
        }
        long at = firstByte + 1;
        while (at <= lastByte - Long.BYTES + 1 && Memory.getLong(at) == flip) {
            at += Long.BYTES;
        }
        for (; at <= lastByte; at++) {
            int wanted = (Memory.getByte(at) ^ (int) flip) & ALL;
            if (wanted != 0) {
                return inRange(position(at, wanted));
            }
        }
        return -1;
    }

    private long position(long at, int wanted) {
        return (at - address) * Byte.SIZE + Integer.numberOfLeadingZeros(wanted) - (Integer.SIZE - Byte.SIZE);
    }

    private long inRange(long position) {
        return position > last ? -1 : position;
    }
}
