package io.tailrace.node.repair;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.record.ShardIndexes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of transactions over several shards in one shard's log, from some segment on, and what its segment records say that they
 * need. Read once from the files of a log that no node has open. Used by one thread.
 */
final class ShardParts {
    /**
     * One record that names records of other shards.
     *
     * @param index of it
     * @param before the record before it, {@link QueueIndex#NONE} where there is none
     * @param parts of the transaction; empty for a segment record
     * @param needs records that must be there, whatever they are
     */
    record Naming(long index, long before, ShardIndexes parts, ShardIndexes needs) {
        /** A record of a log that ends there which it names and which is not there, or {@link QueueIndex#NONE}. */
        long lackOf(int shard, long end) {
            long named = Math.max(parts.of(shard), needs.of(shard));
            return named > end ? named : QueueIndex.NONE;
        }
    }

    private static final ShardIndexes NOTHING = new ShardIndexes();

    private final int shard;
    private final long from;
    private final List<Naming> namings = new ArrayList<>();

    private ShardParts(int shard, long from) {
        this.shard = shard;
        this.from = from;
    }

    /**
     * Reads a log.
     *
     * @param from an index; everything before its segment is left alone
     * @param last the last good record
     */
    static ShardParts read(int shard, Path queue, long from, long last) {
        ShardParts read = new ShardParts(shard, QueueIndex.of(QueueIndex.segment(from), 0));
        try (BacklogInspector log = new BacklogInspector(queue)) {
            log.seek(read.from);
            PartView part = new PartView();
            // what follows the last good record may be damage, and isn't looked at
            long at = read.from <= last ? QueueIndex.NONE : last;
            while (at < last) {
                RecordView record = log.next();
                if (record == null || log.index() > last) {
                    break;
                }
                at = log.index();
                read.take(at, record, log.opening(), part);
            }
        }
        return read;
    }

    /** Those of a log that is known otherwise. */
    static ShardParts of(int shard, long from, List<Naming> namings) {
        ShardParts known = new ShardParts(shard, from);
        known.namings.addAll(namings);
        return known;
    }

    private void take(long index, RecordView record, SegmentRecord opening, PartView part) {
        if (QueueIndex.sequence(index) == 0) {
            if (!opening.needs().isEmpty()) {
                namings.add(new Naming(index, opening.previousIndex(), NOTHING, ShardIndexes.parse(opening.needs())));
            }
        } else if (record.problem() == null && part.wrap(record) == null && part.isPart()) {
            namings.add(new Naming(
                    index,
                    index - 1,
                    new ShardIndexes(part.parts()),
                    part.needs().isEmpty() ? NOTHING : new ShardIndexes(part.needs())));
        }
    }

    /** Whether a record that is named is beyond the end of its log. */
    boolean isLacking(long[] ends) {
        for (Naming naming : namings) {
            for (int other = 0; other < ends.length; other++) {
                if (naming.lackOf(other, ends[other]) != QueueIndex.NONE) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Those up to a record, oldest first. */
    List<Naming> upTo(long last) {
        return namings.subList(0, firstAfter(last));
    }

    private int firstAfter(long index) {
        int low = 0;
        int high = namings.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (namings.get(middle).index() > index) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Whether the record at an index, if it was read, is the part that another log's part of the transaction names. */
    boolean holds(ShardIndexes parts) {
        long index = parts.of(shard);
        if (index < from) {
            return true;
        }
        int at = firstAfter(index) - 1;
        return at >= 0
                && namings.get(at).index() == index
                && namings.get(at).parts().isSame(parts);
    }
}
