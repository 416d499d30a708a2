package io.tailrace.wire.record;

/**
 * Follows a log record by record and finds the first one that does not continue it. Every reader of a log uses it: what redoes
 * records, copies, sends or receives them, and what only checks them. Reused; not thread-safe.
 *
 * <pre>
 *  of a record                                  must be
 *  header, length, kind                         as the format says: an unknown kind ends the reading, nowhere is it skipped
 *  names of a part                              ascending, and its own place among them
 *  index                                        the next of the segment, or the first of a later one
 *  kind                                         a segment record at sequence 0, and nowhere else
 *  commit time                                  not before that of the record before
 *  chain                                        what its bytes make of the chain before
 *  previous index, chain and count of an opening    those of the record before
 *  previous history, term and shard of an opening   those of the segment before; a term may rise
 * </pre>
 *
 * <p>What its effects are it does not look at: see {@link EffectCheck}.
 */
public final class ChainVerifier {
    private static final long UNKNOWN = -1;

    private final PartView part = new PartView();
    private long index;
    private long chain;
    private long commitMicros;
    private long recordCount;
    private SegmentRecord opening;
    private boolean isChainKnown;

    /** Begins with a record that opens a segment; what it says of the record before it is taken as it is. */
    public ChainVerifier() {
        startAtOpening();
    }

    /** Starts over with a record that opens a segment, and is believed. */
    public ChainVerifier startAtOpening() {
        startAfter(Chain.SEED);
        isChainKnown = false;
        return this;
    }

    /** Begins with any record that follows a chain; which record that is of is not known, and not checked. */
    public ChainVerifier startAfter(long chainBefore) {
        return startAfter(QueueIndex.NONE, chainBefore, 0, UNKNOWN, null);
    }

    /** Begins with the record after one of which only index and chain are known. */
    public ChainVerifier startAfter(long indexBefore, long chainBefore) {
        return startAfter(indexBefore, chainBefore, 0, UNKNOWN, null);
    }

    /**
     * Begins with the record after a known one.
     *
     * @param indexBefore or {@link QueueIndex#NONE} when that is not known
     * @param recordCountBefore records up to and with that one, or -1
     * @param openingBefore of its segment, or null
     */
    public ChainVerifier startAfter(
            long indexBefore,
            long chainBefore,
            long commitMicrosBefore,
            long recordCountBefore,
            SegmentRecord openingBefore) {
        index = indexBefore;
        chain = chainBefore;
        commitMicros = commitMicrosBefore;
        recordCount = recordCountBefore;
        opening = openingBefore;
        isChainKnown = true;
        return this;
    }

    /**
     * Takes the next record.
     *
     * @return null, or what is wrong with it, as the end of a sentence; then the record before it stays the last
     */
    public String next(long nextIndex, RecordView record) {
        String problem = record.problem();
        if (problem != null) {
            return problem;
        }
        problem = problemOfPlace(nextIndex, record);
        if (problem != null) {
            return problem;
        }
        SegmentRecord nextOpening = null;
        if (!record.hasEffects()) {
            try {
                nextOpening = SegmentRecord.parse(record);
            } catch (IllegalArgumentException e) {
                return "it does not open the segment: " + e.getMessage();
            }
            problem = problemOfOpening(nextOpening);
            if (problem != null) {
                return problem;
            }
        }
        if (record.isPart()) {
            problem = problemOfPart(nextIndex, record);
            if (problem != null) {
                return problem;
            }
        }
        long previousChain = isChainKnown || nextOpening == null ? chain : nextOpening.previousChain();
        long computed = Chain.next(previousChain, record.address(), record.length());
        if (computed != record.chain()) {
            return "its chain is " + HexText.of(record.chain()) + ", but its bytes make " + HexText.of(computed);
        }
        take(nextIndex, record, nextOpening);
        return null;
    }

    private String problemOfPlace(long nextIndex, RecordView record) {
        boolean isOpening = QueueIndex.sequence(nextIndex) == 0;
        if (index != QueueIndex.NONE && !QueueIndex.follows(nextIndex, index)) {
            return "it does not follow record " + QueueIndex.toString(index);
        }
        if (isOpening == record.hasEffects()) {
            return isOpening
                    ? "it does not open the segment: it is of kind " + record.kind()
                    : "a segment record that opens no segment";
        }
        if (!isChainKnown && !isOpening) {
            return "it does not open a segment, and the record before it is not known";
        }
        if (record.commitMicros() < commitMicros) {
            return "its commit time is " + record.commitMicros() + ", and that of the record before it " + commitMicros;
        }
        return null;
    }

    private String problemOfPart(long nextIndex, RecordView record) {
        String problem = part.wrap(record);
        if (problem != null || opening == null) {
            return problem;
        }
        ShardIndexes parts = part.parts();
        if (parts.of(opening.shard()) != nextIndex) {
            return "it is a part of another place: of " + parts;
        }
        return parts.shard(parts.count() - 1) < opening.shardCount()
                ? null
                : "it names a part of shard " + parts.shard(parts.count() - 1) + " of " + opening.shardCount();
    }

    private String problemOfOpening(SegmentRecord next) {
        if (isChainKnown && next.previousChain() != chain) {
            return "it continues chain " + HexText.of(next.previousChain()) + ", but the record before it has "
                    + HexText.of(chain);
        }
        if (index != QueueIndex.NONE && next.previousIndex() != index) {
            return "it continues record " + QueueIndex.toString(next.previousIndex()) + ", but the record before it is "
                    + QueueIndex.toString(index);
        }
        if (recordCount != UNKNOWN && next.recordsBefore() != recordCount) {
            return "it counts " + next.recordsBefore() + " records before it, but there are " + recordCount;
        }
        return opening == null ? null : problemOfHistory(next);
    }

    private String problemOfHistory(SegmentRecord next) {
        String origin = next.previousHistory() == null ? next.history() : next.previousHistory();
        if (!origin.equals(opening.history())) {
            return "it continues history " + origin + ", but the segment before it is of " + opening.history();
        }
        if (next.term() < opening.term()) {
            return "its term " + next.term() + " is below the term " + opening.term() + " before it";
        }
        if (next.shard() != opening.shard() || next.shardCount() != opening.shardCount()) {
            return "it is of shard " + next.shard() + " of " + next.shardCount() + ", the segment before it of "
                    + opening.shard() + " of " + opening.shardCount();
        }
        return null;
    }

    private void take(long nextIndex, RecordView record, SegmentRecord nextOpening) {
        index = nextIndex;
        chain = record.chain();
        commitMicros = record.commitMicros();
        isChainKnown = true;
        if (nextOpening != null) {
            opening = nextOpening;
            recordCount = nextOpening.recordsBefore() + 1;
        } else if (recordCount != UNKNOWN) {
            recordCount++;
        }
    }

    /** The last record that was good, or {@link QueueIndex#NONE} when there was none. */
    public long index() {
        return index;
    }

    /** The chain at that record. */
    public long chain() {
        return chain;
    }

    /** Its commit time, or 0. */
    public long commitMicros() {
        return commitMicros;
    }

    /** How many records the history holds up to and with that one, or -1 when that is not known. */
    public long recordCount() {
        return recordCount;
    }

    /** The opening of its segment, or null when that is not known. */
    public SegmentRecord opening() {
        return opening;
    }
}
