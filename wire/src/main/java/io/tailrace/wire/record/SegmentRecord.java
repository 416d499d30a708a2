package io.tailrace.wire.record;

import io.tailrace.wire.resp.Arguments;

/**
 * The record every segment opens with; it makes the segment self-describing.
 *
 * <p>Its payload is one command: {@code SEGMENT history <40 hex> term <n> previous-history <40 hex or -> previous-index
 * <n> previous-chain <16 hex> dense <n> shards <n> shard <n>}, and {@code databases <database>:<place>,...} where databases
 * were swapped, and {@code needs <shard>:<index>,...} where a transaction over several shards came before.
 *
 * @param history identity of the history the segment belongs to, 40 lower-case hex digits
 * @param term rises by one at each promotion
 * @param previousHistory identity of the history the record before belongs to, or null if there is none
 * @param previousIndex index of the record before, or {@link QueueIndex#NONE}
 * @param previousChain chain at the record before, or {@link Chain#SEED}
 * @param recordsBefore how many records of the shard stand before this one: {@code dense}, as its numbers leave no gaps
 * @param shardCount how many shards the node has; both sides of a replication must agree
 * @param shard which of them this is
 * @param databases where databases are that were swapped, {@code <database>:<place>,...}, or the empty string; opaque here
 * @param needs up to which record of other shards the records before this one depend on them, {@code <shard>:<index>,...}, or the
 *     empty string
 */
public record SegmentRecord(
        String history,
        long term,
        String previousHistory,
        long previousIndex,
        long previousChain,
        long recordsBefore,
        int shardCount,
        int shard,
        String databases,
        String needs) {
    private static final int FIELDS = 8;
    private static final String NAME = "SEGMENT";
    private static final String DATABASES = "databases";
    private static final String NEEDS = "needs";

    /** One of a shard where every database is in its place, and that needs no other shard. */
    public SegmentRecord(
            String history,
            long term,
            String previousHistory,
            long previousIndex,
            long previousChain,
            long recordsBefore,
            int shardCount,
            int shard) {
        this(history, term, previousHistory, previousIndex, previousChain, recordsBefore, shardCount, shard, "", "");
    }

    public SegmentRecord {
        require(HexText.isHistory(history), "history", history);
        require(term >= 0, "term", term);
        require(previousHistory == null || HexText.isHistory(previousHistory), "previous-history", previousHistory);
        require(previousIndex >= QueueIndex.NONE, "previous-index", previousIndex);
        require(recordsBefore >= 0, "dense", recordsBefore);
        require(shardCount > 0, "shards", shardCount);
        require(shard >= 0 && shard < shardCount, "shard", shard);
        require(databases.matches("[0-9:,]*"), DATABASES, databases);
        ShardIndexes.parse(needs);
    }

    /** Begins a record and adds this as its one command; the caller seals it. */
    public void encode(RecordBuilder record) {
        record.begin(RecordLayout.KIND_SEGMENT);
        record.command(1 + 2 * FIELDS + (databases.isEmpty() ? 0 : 2) + (needs.isEmpty() ? 0 : 2));
        record.argument(NAME);
        record.argument("history");
        record.argument(history);
        record.argument("term");
        record.argumentLong(term);
        record.argument("previous-history");
        record.argument(previousHistory == null ? "-" : previousHistory);
        record.argument("previous-index");
        record.argumentLong(previousIndex);
        record.argument("previous-chain");
        record.argument(HexText.of(previousChain));
        record.argument("dense");
        record.argumentLong(recordsBefore);
        record.argument("shards");
        record.argumentLong(shardCount);
        record.argument("shard");
        record.argumentLong(shard);
        if (!databases.isEmpty()) {
            record.argument(DATABASES);
            record.argument(databases);
        }
        if (!needs.isEmpty()) {
            record.argument(NEEDS);
            record.argument(needs);
        }
    }

    /**
     * Reads it back from a record whose {@link RecordView#problem()} is null.
     *
     * @throws IllegalArgumentException saying what is wrong, if the record is of another kind or malformed
     */
    public static SegmentRecord parse(RecordView record) {
        if (record.kind() != RecordLayout.KIND_SEGMENT) {
            throw new IllegalArgumentException("record is not a segment record but of kind " + record.kind());
        }
        EffectCursor cursor = new EffectCursor().wrap(record);
        Arguments arguments = cursor.arguments();
        // pairs after these are of a later version that still means the same by them
        boolean isOne = cursor.next()
                && arguments.count() >= 1 + 2 * FIELDS
                && arguments.count() % 2 == 1
                && arguments.is(0, NAME);
        if (!isOne) {
            throw new IllegalArgumentException(
                    cursor.isMalformed()
                            ? "segment record: " + cursor.problem()
                            : "segment record: not a SEGMENT command");
        }
        String before = text(arguments, 3, "previous-history");
        SegmentRecord segment = new SegmentRecord(
                text(arguments, 1, "history"),
                number(arguments, 2, "term", Long.MAX_VALUE),
                before.equals("-") ? null : before,
                number(arguments, 4, "previous-index", Long.MAX_VALUE),
                HexText.parse(text(arguments, 5, "previous-chain")),
                number(arguments, 6, "dense", Long.MAX_VALUE),
                (int) number(arguments, 7, "shards", Integer.MAX_VALUE),
                (int) number(arguments, 8, "shard", Integer.MAX_VALUE),
                optional(arguments, DATABASES),
                optional(arguments, NEEDS));
        if (cursor.next() || cursor.isMalformed()) {
            throw new IllegalArgumentException("segment record: more than one command");
        }
        return segment;
    }

    private static String optional(Arguments arguments, String name) {
        for (int i = 1 + 2 * FIELDS; i < arguments.count(); i += 2) {
            if (arguments.ascii(i).equals(name)) {
                return arguments.ascii(i + 1);
            }
        }
        return "";
    }

    private static String text(Arguments arguments, int field, String name) {
        String found = arguments.ascii(2 * field - 1);
        if (!found.equals(name)) {
            throw new IllegalArgumentException("segment record: field " + field + " is " + found + ", not " + name);
        }
        return arguments.ascii(2 * field);
    }

    private static long number(Arguments arguments, int field, String name, long max) {
        String text = text(arguments, field, name);
        long value = arguments.parseLong(2 * field);
        require(arguments.isLong(2 * field) && value <= max, name, text);
        return value;
    }

    private static void require(boolean isValid, String name, Object value) {
        if (!isValid) {
            throw new IllegalArgumentException("segment record: " + name + " can't be " + value);
        }
    }
}
