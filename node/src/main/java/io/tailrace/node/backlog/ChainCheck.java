package io.tailrace.node.backlog;

import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.EffectCheck;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;

/**
 * Checks each record of one log against the one before it: the chain over its bytes, that every segment continues the one
 * before, that nothing is missing, and that every effect is one a node can apply. Begins at a segment's opening. After a bad
 * record the next one is good if it follows what that claims, or what its bytes make. One thread.
 */
public final class ChainCheck {
    private final EffectCheck effects = new EffectCheck();
    private final EffectCursor cursor = new EffectCursor();
    private final PartView part = new PartView();
    private SegmentRecord segment;
    private boolean isChainKnown;
    private long chain;
    private long computed;
    private long recordCount;
    private int commands;

    /** Starts over, with what another log has. */
    public void restart() {
        segment = null;
        isChainKnown = false;
    }

    /** What is wrong with the record, or null. */
    public String fault(RecordPlace place, RecordView record) {
        commands = 0;
        String fault = record.problem();
        if (fault != null) {
            isChainKnown = false;
            recordCount++;
            return fault;
        }
        fault = place.isOpening() ? faultOfOpening(place) : faultOfKind(record);
        String other = faultOfChain(record);
        fault = fault == null ? other : fault;
        other = fault == null && !place.isOpening() ? faultOfCommands(place, record) : null;
        recordCount++;
        return fault == null ? other : fault;
    }

    /** Of the record that was checked last. */
    public int commands() {
        return commands;
    }

    /** At the record that was checked last. */
    public long chain() {
        return chain;
    }

    /** Records up to and with the last one. */
    public long recordCount() {
        return recordCount;
    }

    private String faultOfOpening(RecordPlace place) {
        SegmentRecord next = place.opening();
        LogGap gap = place.gap();
        boolean isContinued = segment != null && gap == null;
        String fault = null;
        if (gap != null && !gap.isRetention()) {
            fault = "records are missing: " + gap.text();
        } else if (isContinued) {
            fault = faultOfSegment(next);
        }
        if (!isContinued || fault != null) {
            continueFrom(next.previousChain());
            recordCount = next.recordsBefore();
        }
        segment = next;
        return fault;
    }

    private String faultOfSegment(SegmentRecord next) {
        String origin = next.previousHistory() == null ? next.history() : next.previousHistory();
        if (isChainKnown && next.previousChain() != chain) {
            return "it continues chain " + HexText.of(next.previousChain()) + ", but the record before it has "
                    + HexText.of(chain);
        }
        if (next.recordsBefore() != recordCount) {
            return "it counts " + next.recordsBefore() + " records before it, but there are " + recordCount;
        }
        if (!origin.equals(segment.history())) {
            return "it continues history " + origin + ", but the segment before it is of " + segment.history();
        }
        if (next.term() < segment.term()) {
            return "its term " + next.term() + " is below the term " + segment.term() + " before it";
        }
        if (next.shard() != segment.shard() || next.shardCount() != segment.shardCount()) {
            return "it is of shard " + next.shard() + " of " + next.shardCount() + ", the segment before it of "
                    + segment.shard() + " of " + segment.shardCount();
        }
        continueFrom(next.previousChain());
        return null;
    }

    private void continueFrom(long previous) {
        chain = previous;
        computed = previous;
        isChainKnown = true;
    }

    private static String faultOfKind(RecordView record) {
        return record.hasEffects() ? null : "a segment record that opens no segment";
    }

    private String faultOfChain(RecordView record) {
        long previous = chain;
        long afterClaimed = Chain.next(previous, record.address(), record.length());
        long afterComputed =
                computed == previous ? afterClaimed : Chain.next(computed, record.address(), record.length());
        boolean isChecked = isChainKnown;
        chain = record.chain();
        boolean isGood = chain == afterClaimed || chain == afterComputed;
        computed = isGood ? chain : afterComputed;
        isChainKnown = true;
        if (!isChecked) {
            computed = chain;
            return "it can't be checked, as the record before it can't be read";
        }
        return isGood
                ? null
                : "its chain is " + HexText.of(chain) + ", but its bytes after chain " + HexText.of(previous) + " make "
                        + HexText.of(afterClaimed);
    }

    private String faultOfCommands(RecordPlace place, RecordView record) {
        String problem = part.wrap(record);
        boolean isElsewhere = problem == null
                && part.isPart()
                && place.opening() != null
                && part.parts().of(place.opening().shard()) != place.index();
        if (isElsewhere) {
            problem = "it is a part of another place: of " + part.parts();
        }
        problem = problem == null ? effects.problem(record) : problem;
        commands = problem == null ? cursor.wrap(record).left() : 0;
        return problem;
    }
}
