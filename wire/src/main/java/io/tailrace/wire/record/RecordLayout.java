package io.tailrace.wire.record;

import io.tailrace.wire.memory.Memory;

/**
 * One record of the backlog, which is also what a replication frame carries. Little-endian, no padding, any alignment.
 *
 * <pre>
 *  0        1                         4                          8
 *  +--------+-------------------------+--------------------------+
 *  |ver|kind|   command count u24     |      payload length      |
 *  +--------+-------------------------+--------------------------+
 *  |              commit time, epoch microseconds (i64)          |  8
 *  +-------------------------------------------------------------+
 *  |   chain: 64-bit hash over previous chain, header, payload   | 16
 *  +-------------------------------------------------------------+
 *  |   payload: RESP arrays of bulk strings, back to back        | 24
 *  +-------------------------------------------------------------+
 * </pre>
 *
 * The first byte has the version in its upper four bits and the kind in its lower ones.
 */
public final class RecordLayout {
    public static final byte VERSION = 2;
    /** The effect of one command, or of all commands of a transaction. */
    public static final byte KIND_EFFECT = 1;
    /** The first record of a segment, see {@link SegmentRecord}. */
    public static final byte KIND_SEGMENT = 2;
    /** What a transaction over several shards did to one of them, see {@link PartView}. */
    public static final byte KIND_PART = 3;

    public static final int VERSION_AND_KIND_OFFSET = 0;
    public static final int PAYLOAD_LENGTH_OFFSET = VERSION_AND_KIND_OFFSET + Integer.BYTES;
    public static final int COMMIT_MICROS_OFFSET = PAYLOAD_LENGTH_OFFSET + Integer.BYTES;
    public static final int CHAIN_OFFSET = COMMIT_MICROS_OFFSET + Long.BYTES;
    public static final int PAYLOAD_OFFSET = CHAIN_OFFSET + Long.BYTES;
    public static final int HEADER_LENGTH = PAYLOAD_OFFSET;

    /** The command count is an unsigned 24-bit number. */
    public static final int MAX_COMMANDS = 0xff_ffff;

    /** Effects of one record: a part has commands beside them. */
    public static final int MAX_EFFECTS = MAX_COMMANDS - PartView.MAX_COMMANDS;

    /** The greatest number of a shard. */
    public static final int MAX_SHARD = 0xffff;

    /** Databases are numbered from 0 to one less than this. */
    public static final int MAX_DATABASES = 4096;

    private static final int KIND_BITS = 4;
    private static final int KIND_MASK = (1 << KIND_BITS) - 1;

    private RecordLayout() {}

    public static int version(long record) {
        return (Memory.getByte(record + VERSION_AND_KIND_OFFSET) & 0xff) >>> KIND_BITS;
    }

    public static int kind(long record) {
        return Memory.getByte(record + VERSION_AND_KIND_OFFSET) & KIND_MASK;
    }

    public static int commandCount(long record) {
        return Memory.getInt(record + VERSION_AND_KIND_OFFSET) >>> Byte.SIZE;
    }

    /** Bytes after the header. */
    public static int payloadLength(long record) {
        return Memory.getInt(record + PAYLOAD_LENGTH_OFFSET);
    }

    /** When the primary committed the record, in microseconds since the epoch. */
    public static long commitMicros(long record) {
        return Memory.getLong(record + COMMIT_MICROS_OFFSET);
    }

    public static long chain(long record) {
        return Memory.getLong(record + CHAIN_OFFSET);
    }

    static void putHeader(long record, int kind, int commandCount, int payloadLength, long commitMicros) {
        Memory.putInt(record + VERSION_AND_KIND_OFFSET, commandCount << Byte.SIZE | VERSION << KIND_BITS | kind);
        Memory.putInt(record + PAYLOAD_LENGTH_OFFSET, payloadLength);
        Memory.putLong(record + COMMIT_MICROS_OFFSET, commitMicros);
    }

    static void putChain(long record, long chain) {
        Memory.putLong(record + CHAIN_OFFSET, chain);
    }
}
