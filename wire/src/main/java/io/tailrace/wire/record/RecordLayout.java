package io.tailrace.wire.record;

import io.tailrace.wire.memory.Memory;

/**
 * One record of the backlog, which is also what a replication frame carries. Little-endian, no padding, any alignment.
 *
 * <pre>
 *  0        1        2                 4                          8
 *  +--------+--------+-----------------+--------------------------+
 *  | version|  kind  |  command count  |      payload length      |
 *  +--------+--------+-----------------+--------------------------+
 *  |              commit time, epoch microseconds (i64)           |  8
 *  +--------------------------------------------------------------+
 *  |   chain: 64-bit hash over previous chain, header, payload    | 16
 *  +--------------------------------------------------------------+
 *  |   payload: RESP arrays of bulk strings, back to back         | 24
 *  +--------------------------------------------------------------+
 * </pre>
 */
public final class RecordLayout {
    public static final byte VERSION = 1;
    /** The effect of one command, or of all commands of a transaction. */
    public static final byte KIND_EFFECT = 1;
    /** The first record of a segment, see {@link SegmentRecord}. */
    public static final byte KIND_SEGMENT = 2;

    public static final int VERSION_OFFSET = 0;
    public static final int KIND_OFFSET = VERSION_OFFSET + Byte.BYTES;
    public static final int COMMAND_COUNT_OFFSET = KIND_OFFSET + Byte.BYTES;
    public static final int PAYLOAD_LENGTH_OFFSET = COMMAND_COUNT_OFFSET + Short.BYTES;
    public static final int COMMIT_MICROS_OFFSET = PAYLOAD_LENGTH_OFFSET + Integer.BYTES;
    public static final int CHAIN_OFFSET = COMMIT_MICROS_OFFSET + Long.BYTES;
    public static final int PAYLOAD_OFFSET = CHAIN_OFFSET + Long.BYTES;
    public static final int HEADER_LENGTH = PAYLOAD_OFFSET;

    /** The command count is an unsigned 16-bit number. */
    public static final int MAX_COMMANDS = 0xffff;

    private RecordLayout() {}

    public static int version(long record) {
        return Memory.getByte(record + VERSION_OFFSET);
    }

    public static int kind(long record) {
        return Memory.getByte(record + KIND_OFFSET);
    }

    public static int commandCount(long record) {
        return Memory.getShort(record + COMMAND_COUNT_OFFSET) & MAX_COMMANDS;
    }

    /** Bytes behind the header. */
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
        Memory.putByte(record + VERSION_OFFSET, VERSION);
        Memory.putByte(record + KIND_OFFSET, (byte) kind);
        Memory.putShort(record + COMMAND_COUNT_OFFSET, (short) commandCount);
        Memory.putInt(record + PAYLOAD_LENGTH_OFFSET, payloadLength);
        Memory.putLong(record + COMMIT_MICROS_OFFSET, commitMicros);
    }

    static void putChain(long record, long chain) {
        Memory.putLong(record + CHAIN_OFFSET, chain);
    }
}
