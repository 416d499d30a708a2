package io.tailrace.wire.record;

import io.tailrace.wire.resp.Arguments;

/**
 * The record that opens every segment and makes it self-describing.
 *
 * <p>Its payload is one command: {@code SEGMENT history <40 hex> term <n> previous-history <40 hex or -> previous-index
 * <n> previous-chain <16 hex> dense <n> shards <n> shard <n>}, with {@code databases <database>:<place>,...} if databases
 * were swapped, and {@code needs <shard>:<index>,...} after a transaction over several shards. Immutable.
 *
 * @param history id of the history that the segment belongs to, 40 lower-case hex digits
 * @param term 1 for the first history of a log, one more at each promotion
 * @param previous the end of the log before this record
 * @param shardCount number of shards of the node; both sides of a replication must agree
 * @param shard which of them this is
 * @param databases places of swapped databases, {@code <database>:<place>,...}, or the empty string; opaque here
 * @param needs up to which record of other shards the records before this one depend on them, {@code <shard>:<index>,...}, or the
 *     empty string
 */
public record SegmentRecord(
        String history, long term, Previous previous, int shardCount, int shard, String databases, String needs) {
    private static final int FIELDS = 8;
    private static final String NAME = "SEGMENT";
    private static final String DATABASES = "databases";
    private static final String NEEDS = "needs";

    /**
     * Where a segment continues a log.
     *
     * @param history id of the history of the last record before the segment, or null if there is none
     * @param index index of that record, or {@link QueueIndex#NONE}
     * @param chain chain at that record, or {@link Chain#SEED}
     * @param records number of records before the segment; the field {@code dense}, as this count has no gaps
     */
    public record Previous(String history, long index, long chain, long records) {
        /** Before the very first record of a log. */
        public static final Previous NONE = new Previous(null, QueueIndex.NONE, Chain.SEED, 0);

        public Previous {
            require(history == null || HexText.isHistory(history), "previous-history", history);
            require(index >= QueueIndex.NONE, "previous-index", index);
            require(records >= 0, "dense", records);
        }
    }

    /** A segment without swapped databases and without dependencies on other shards. */
    public SegmentRecord(String history, long term, Previous previous, int shardCount, int shard) {
        this(history, term, previous, shardCount, shard, "", "");
    }

    public SegmentRecord {
        require(HexText.isHistory(history), "history", history);
        require(term >= 0, "term", term);
        require(shardCount > 0, "shards", shardCount);
        require(shard >= 0 && shard < shardCount, "shard", shard);
        require(databases.isEmpty() || databases.matches("[0-9:,]*"), DATABASES, databases);
        ShardIndexes.parse(needs);
    }

    public String previousHistory() {
        return previous.history();
    }

    public long previousIndex() {
        return previous.index();
    }

    public long previousChain() {
        return previous.chain();
    }

    public long recordsBefore() {
        return previous.records();
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
        record.argument(previous.history() == null ? "-" : previous.history());
        record.argument("previous-index");
        record.argumentLong(previous.index());
        record.argument("previous-chain");
        record.argument(HexText.of(previous.chain()));
        record.argument("dense");
        record.argumentLong(previous.records());
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
                new Previous(
                        before.equals("-") ? null : before,
                        number(arguments, 4, "previous-index", Long.MAX_VALUE),
                        HexText.parse(text(arguments, 5, "previous-chain")),
                        number(arguments, 6, "dense", Long.MAX_VALUE)),
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
