package io.tailrace.node.value;

import io.tailrace.wire.memory.Memory;

/**
 * The names of fields that entries of a large stream share: those that came twice in a row, or every other time. Stateless.
 *
 * <pre>
 *  entry    | u8: 0x80 begins a node, low bits: schema | 0: name, value, name, value ... ; else value, value ... |
 *  schema   a record of the groups' table with its number as the key and no member: | name | name ... |
 * </pre>
 */
final class StreamSchema {
    /** This many at most; with more kinds of entries, the rest have their names by themselves. */
    static final int MAX = 15;

    static final int NUMBER = 0x0f;
    static final int BEGINS_NODE = 0x80;
    /** Longer names are not shared. */
    private static final int MAX_BYTES = 512;

    private StreamSchema() {}

    /** The number of the schema of these names, made if they were seen before; 0 when entries have them by themselves. */
    static int of(StreamTable table, long head, long names, int length, int hash) {
        if (!table.value().isTree() || length > MAX_BYTES) {
            return 0;
        }
        int number = 1;
        while (number <= MAX && table.find(StreamTable.GROUPS, number, 0, 0)) {
            if (Memory.equals(table.valueAddress(), table.valueLength(), names, length)) {
                return number;
            }
            number++;
        }
        if (number > MAX) {
            return 0;
        }
        int seen = hash & 0xffff;
        boolean isSeen = StreamHead.small(head, StreamHead.SEEN_FIRST) == seen
                || StreamHead.small(head, StreamHead.SEEN_SECOND) == seen;
        if (!isSeen) {
            StreamHead.putSmall(head, StreamHead.SEEN_SECOND, StreamHead.small(head, StreamHead.SEEN_FIRST));
            StreamHead.putSmall(head, StreamHead.SEEN_FIRST, seen);
            return 0;
        }
        table.put(StreamTable.GROUPS, number, 0, 0, names, length);
        return number;
    }
}
