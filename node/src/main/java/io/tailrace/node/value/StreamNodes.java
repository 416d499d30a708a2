package io.tailrace.node.value;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;

/**
 * Where Redis would begin another of its nodes, blocks of entries in a listpack: a trim that need not be exact ends at the
 * begin of one, so it matters to how many entries a client finds. Entries that begin one carry a mark. Stateless; the last
 * node's state is in {@link StreamHead}.
 *
 * <p>Sizes are those of listpacks. Redis also knows of deleted entries in a node that has others; here they are forgotten.
 */
final class StreamNodes {
    /** The size of a listpack without elements. */
    private static final int EMPTY = 7;

    private static final int MAX_BYTES = 1 << 30;
    private static final int MAX_ENTRIES = 0xffff;
    private static final int[] STRING_LIMITS = {64, 4096};

    private StreamNodes() {}

    /**
     * Notes an entry that is added at the end.
     *
     * @param isBegun whether it begins a node
     * @param entry its sizes
     */
    static void note(long head, StreamId id, boolean isBegun, Sizes entry) {
        if (isBegun) {
            StreamHead.putNumber(head, StreamHead.NODES, StreamHead.number(head, StreamHead.NODES) + 1);
            StreamHead.putSmall(head, StreamHead.NODE_ENTRIES, 0);
            StreamHead.putNumber(head, StreamHead.NODE_FIELDS, entry.hash);
            StreamHead.putNumber(head, StreamHead.NODE_MILLIS, (int) id.millis());
            StreamHead.putSmall(
                    head, StreamHead.NODE_SEQUENCE, (int) Math.min(MAX_ENTRIES, id.sequence() & Long.MAX_VALUE));
            int master = EMPTY + 3 * integerBytes(0) + integerBytes(entry.pairs) + entry.listedNames;
            StreamHead.putNumber(head, StreamHead.NODE_BYTES, master);
        }
        boolean isSame = StreamHead.number(head, StreamHead.NODE_FIELDS) == entry.hash;
        long millis = id.millis() - StreamHead.number(head, StreamHead.NODE_MILLIS) & 0xffff_ffffL;
        long sequence = id.sequence() - StreamHead.small(head, StreamHead.NODE_SEQUENCE);
        long bytes = StreamHead.number(head, StreamHead.NODE_BYTES);
        bytes += 2L * integerBytes(0) + integerBytes(millis) + integerBytes(sequence) + entry.listedValues;
        bytes += isSame ? 0 : integerBytes(entry.pairs) + entry.listedNames;
        StreamHead.putNumber(head, StreamHead.NODE_BYTES, (int) Math.min(MAX_BYTES, bytes));
        int entries = Math.min(MAX_ENTRIES, StreamHead.small(head, StreamHead.NODE_ENTRIES) + 1);
        StreamHead.putSmall(head, StreamHead.NODE_ENTRIES, entries);
    }

    /** What an entry's fields take: in an entry of this node, and in a listpack of Redis's. Reused. */
    static final class Sizes {
        int pairs;
        int names;
        int values;
        int listedNames;
        int listedValues;
        int hash;
        long bytes;

        void clear() {
            pairs = 0;
            names = 0;
            values = 0;
            listedNames = 0;
            listedValues = 0;
            bytes = 0;
        }

        void add(long name, int nameLength, long value, int valueLength) {
            pairs++;
            names += PackedBytes.bytesFor(nameLength);
            values += PackedBytes.bytesFor(valueLength);
            listedNames += StreamNodes.bytes(name, nameLength);
            listedValues += StreamNodes.bytes(value, valueLength);
            bytes += (long) nameLength + valueLength;
        }
    }

    /** Whether an entry of this many bytes begins another node, by the limits as they are now. */
    static boolean isBegun(long head, EncodingLimits limits, long bytes) {
        int entries = StreamHead.small(head, StreamHead.NODE_ENTRIES);
        if (entries == 0) {
            return true;
        }
        int given = limits.streamNodeBytes();
        int most = given == 0 || given > MAX_BYTES ? MAX_BYTES : given;
        int mostEntries = limits.streamNodeEntries();
        return StreamHead.number(head, StreamHead.NODE_BYTES) + bytes >= most
                || mostEntries > 0 && entries >= mostEntries;
    }

    /** Bytes that a string takes in a listpack. */
    static int bytes(long address, int length) {
        if (Decimal.isLong(address, length)) {
            return integerBytes(Decimal.parse(address, length));
        }
        int header = length < STRING_LIMITS[0] ? 1 : length < STRING_LIMITS[1] ? 2 : 1 + Integer.BYTES;
        return withBackLength(header + length);
    }

    private static int integerBytes(long number) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(number < 0 ? ~number : number) + 1;
        if (number >= 0 && number <= 127) {
            return 2;
        }
        int bytes = bits <= 13 ? 2 : bits <= 16 ? 3 : bits <= 24 ? 4 : bits <= 32 ? 5 : 9;
        return withBackLength(bytes);
    }

    private static int withBackLength(int bytes) {
        int length = 1;
        for (int left = bytes >> 7; left > 0; left >>= 7) {
            length++;
        }
        return bytes + length;
    }

    /** The hash of the names of fields. */
    static int hash(long names, int length) {
        return (int) Memory.hash64(names, length);
    }
}
