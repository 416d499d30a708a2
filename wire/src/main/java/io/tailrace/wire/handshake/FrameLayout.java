package io.tailrace.wire.handshake;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.RecordLayout;

/**
 * One frame of the replication link, in either direction after the handshake. Little-endian, no padding, any alignment.
 *
 * <pre>
 *  0                          4        5                          8
 *  +--------------------------+--------+--------------------------+
 *  |     body length (u32)    |  type  |      zero (3 bytes)      |
 *  +--------------------------+--------+--------------------------+
 *  |                        argument (i64)                        |  8
 *  +--------------------------------------------------------------+
 *  |                            body ...                          | 16
 *  +--------------------------------------------------------------+
 * </pre>
 */
public final class FrameLayout {
    /** Argument: queue index; body: the record exactly as in the queue. Primary to replica. */
    public static final byte RECORD = 1;
    /** Argument: the sender's last index; body: epoch micros, record count of its history. Primary to replica. */
    public static final byte PING = 2;
    /** Argument: applied index; body: received, durable, applied chain, commit micros. Replica to primary. */
    public static final byte ACK = 3;
    /** Argument: begin index; body: the snapshot's id. Primary to replica. */
    public static final byte SNAPSHOT_BEGIN = 4;
    /** Argument: offset in the snapshot file; body: its bytes from there. Primary to replica. */
    public static final byte SNAPSHOT_CHUNK = 5;
    /** Argument: length of the snapshot file; no body. Primary to replica. */
    public static final byte SNAPSHOT_END = 6;
    /** Argument: 0; body: the reason in ASCII. Either side, and then it closes. */
    public static final byte ERROR = 7;
    /**
     * Argument: 0; body: keys whose entries the replica wants, each as its length (u32) and bytes; none of them: it is done,
     * and records shall follow. Replica to primary, after REWIND.
     */
    public static final byte FETCH = 8;
    /**
     * Argument: index of the record that wrote the entry, or -1 when the key is absent; body: an {@link EntryImage} in one
     * piece. One for each key of a FETCH, in its order. Where its type has the highest bit, ELEMENTS follow.
     */
    public static final byte ENTRY = 9;
    /** Argument: the sender's last index; body: chain there, record count. After the entries of a FETCH. */
    public static final byte FETCHED = 10;
    /** Argument: 0; no body. The replica shall force what it has to the disk, and then acknowledge. Primary to replica. */
    public static final byte FORCE = 11;
    /** Argument: what the answer repeats; no body. Asks for PROBED. Replica to primary. */
    public static final byte PROBE = 12;
    /**
     * Argument: the sender's last index; body: the argument of the PROBE, and by how many microseconds the sender's own data
     * may be behind: 0 on a primary, -1 when it does not know. Primary to replica.
     */
    public static final byte PROBED = 13;
    /**
     * Argument: a type of values; body: a key and members of the collection of that type that it may hold, each as its length
     * (u32) and bytes. It is answered as a FETCH of the key: by an ENTRY without a value, whose type has the highest bit, and
     * ELEMENTS of those members that are there; or by one that says that the key holds no such collection. Replica to primary.
     */
    public static final byte FETCH_MEMBERS = 14;
    /** Argument: section; body: whole elements of the collection whose ENTRY came last. Primary to replica. */
    public static final byte ELEMENTS = 15;
    /** Argument: how many elements were sent; no body. Ends a collection. Primary to replica. */
    public static final byte ELEMENTS_END = 16;
    /**
     * Argument: index of a part of a transaction that came; body: the shard of another part that it waits for (u32). The replica takes
     * no more of this shard until that has come. Replica to primary.
     */
    public static final byte WAITING = 17;

    public static final int BODY_LENGTH_OFFSET = 0;
    public static final int TYPE_OFFSET = BODY_LENGTH_OFFSET + Integer.BYTES;
    public static final int ARGUMENT_OFFSET = TYPE_OFFSET + Integer.BYTES;
    public static final int BODY_OFFSET = ARGUMENT_OFFSET + Long.BYTES;
    public static final int HEADER_LENGTH = BODY_OFFSET;

    public static final int PING_MICROS_OFFSET = 0;
    public static final int PING_RECORD_COUNT_OFFSET = PING_MICROS_OFFSET + Long.BYTES;
    public static final int PING_LENGTH = PING_RECORD_COUNT_OFFSET + Long.BYTES;

    public static final int ACK_RECEIVED_OFFSET = 0;
    public static final int ACK_DURABLE_OFFSET = ACK_RECEIVED_OFFSET + Long.BYTES;
    public static final int ACK_CHAIN_OFFSET = ACK_DURABLE_OFFSET + Long.BYTES;
    public static final int ACK_COMMIT_MICROS_OFFSET = ACK_CHAIN_OFFSET + Long.BYTES;
    public static final int ACK_LENGTH = ACK_COMMIT_MICROS_OFFSET + Long.BYTES;

    public static final int FETCHED_CHAIN_OFFSET = 0;
    public static final int FETCHED_RECORD_COUNT_OFFSET = FETCHED_CHAIN_OFFSET + Long.BYTES;
    public static final int FETCHED_LENGTH = FETCHED_RECORD_COUNT_OFFSET + Long.BYTES;

    public static final int PROBED_ECHO_OFFSET = 0;
    public static final int PROBED_AGE_OFFSET = PROBED_ECHO_OFFSET + Long.BYTES;
    public static final int PROBED_LENGTH = PROBED_AGE_OFFSET + Long.BYTES;

    public static final int WAITING_SHARD_OFFSET = 0;
    public static final int WAITING_LENGTH = WAITING_SHARD_OFFSET + Integer.BYTES;

    /** The most bytes of a snapshot file in one frame. */
    public static final int MAX_CHUNK = 64 << 10;
    /** The most bytes of keys in one FETCH: more than the longest key takes. */
    public static final int MAX_FETCH = 128 << 10;
    /** The longest snapshot id. */
    public static final int MAX_SNAPSHOT_ID = 128;
    /** The longest reason in an ERROR. */
    public static final int MAX_REASON = 512;

    /** Set in the type of an ENTRY that ELEMENTS follow. */
    public static final int ELEMENTS_FOLLOW = 0x80;

    private FrameLayout() {}

    /** Bytes after the header; negative means 2 GiB or more were claimed. */
    public static int bodyLength(long frame) {
        return Memory.getInt(frame + BODY_LENGTH_OFFSET);
    }

    public static int type(long frame) {
        return Memory.getByte(frame + TYPE_OFFSET) & 0xff;
    }

    public static long argument(long frame) {
        return Memory.getLong(frame + ARGUMENT_OFFSET);
    }

    /** The name of a type as the specification writes it, for messages. */
    public static String typeName(int type) {
        switch (type) {
            case RECORD:
                return "RECORD";
            case PING:
                return "PING";
            case ACK:
                return "ACK";
            case SNAPSHOT_BEGIN:
                return "SNAPSHOT_BEGIN";
            case SNAPSHOT_CHUNK:
                return "SNAPSHOT_CHUNK";
            case SNAPSHOT_END:
                return "SNAPSHOT_END";
            case ERROR:
                return "ERROR";
            case FETCH:
                return "FETCH";
            case ENTRY:
                return "ENTRY";
            case FETCHED:
                return "FETCHED";
            case FORCE:
                return "FORCE";
            case PROBE:
                return "PROBE";
            case PROBED:
                return "PROBED";
            case FETCH_MEMBERS:
                return "FETCH_MEMBERS";
            case ELEMENTS:
                return "ELEMENTS";
            case ELEMENTS_END:
                return "ELEMENTS_END";
            case WAITING:
                return "WAITING";
            default:
                return "type " + type;
        }
    }

    /** The shortest body a type may have, or -1 for a type that doesn't exist. */
    static int minBodyLength(int type) {
        switch (type) {
            case RECORD:
                return RecordLayout.HEADER_LENGTH;
            case PING:
                return PING_LENGTH;
            case ACK:
                return ACK_LENGTH;
            case SNAPSHOT_BEGIN:
            case SNAPSHOT_CHUNK:
            case ELEMENTS:
                return 1;
            case SNAPSHOT_END:
            case ERROR:
            case FETCH:
            case FORCE:
            case PROBE:
            case ELEMENTS_END:
                return 0;
            case FETCH_MEMBERS:
                return Integer.BYTES;
            case ENTRY:
                return EntryImage.HEADER_LENGTH;
            case FETCHED:
                return FETCHED_LENGTH;
            case PROBED:
                return PROBED_LENGTH;
            case WAITING:
                return WAITING_LENGTH;
            default:
                return -1;
        }
    }

    static int maxBodyLength(int type, int maxRecordLength) {
        switch (type) {
            case RECORD:
                return maxRecordLength;
            case PING:
                return PING_LENGTH;
            case ACK:
                return ACK_LENGTH;
            case SNAPSHOT_BEGIN:
                return MAX_SNAPSHOT_ID;
            case SNAPSHOT_CHUNK:
                return MAX_CHUNK;
            case ERROR:
                return MAX_REASON;
            case FETCH:
            case FETCH_MEMBERS:
                return MAX_FETCH;
            case ENTRY:
            case ELEMENTS:
                // a value that fits a record, and a key that is named by its length besides
                return maxRecordLength + MAX_FETCH;
            case FETCHED:
                return FETCHED_LENGTH;
            case PROBED:
                return PROBED_LENGTH;
            case WAITING:
                return WAITING_LENGTH;
            default:
                return 0;
        }
    }

    /** Whether the three bytes after the type are zero, as this version leaves them. */
    static boolean isReservedZero(long frame) {
        return Memory.getInt(frame + TYPE_OFFSET) >>> Byte.SIZE == 0;
    }

    static void putHeader(long frame, int bodyLength, byte type, long argument) {
        Memory.putInt(frame + BODY_LENGTH_OFFSET, bodyLength);
        Memory.putInt(frame + TYPE_OFFSET, type);
        Memory.putLong(frame + ARGUMENT_OFFSET, argument);
    }
}
