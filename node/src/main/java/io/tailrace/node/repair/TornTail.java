package io.tailrace.node.repair;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.backlog.SegmentPage;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the next start will cut off the ends of a node's logs, because it is part of transactions over several shards that are not in all
 * of their logs ({@link ClosedStart}): what a kill between two appends leaves, or a power loss. No damage. Looks at the newest segments
 * and changes nothing; on a node that runs, what is there a moment later is nothing of the kind. Any thread.
 *
 * @param shard whose log it is
 * @param keptUpTo the last record that stays, or one after it: what was lost with older segments is not looked for
 * @param end the last record that there is
 * @param reason which record lacks which, in words
 */
public record TornTail(int shard, long keptUpTo, long end, String reason) {
    private static final int LOOKS = 3;

    /** @param queues of all shards, in their order; of logs that can't be read nothing is said */
    public static List<TornTail> of(List<Path> queues) throws IOException {
        try {
            List<TornTail> found = queues.size() < 2 ? List.of() : look(queues);
            for (int i = 1; i < LOOKS && !found.isEmpty(); i++) {
                List<TornTail> again = look(queues);
                if (again.equals(found)) {
                    return again;
                }
                found = again;
            }
            return found;
        } catch (BacklogException e) {
            // damage, which is told of elsewhere
            return List.of();
        }
    }

    private static List<TornTail> look(List<Path> queues) throws IOException {
        List<ShardParts> parts = new ArrayList<>();
        for (int shard = 0; shard < queues.size(); shard++) {
            parts.add(ShardParts.read(shard, queues.get(shard), newest(queues.get(shard)), Long.MAX_VALUE));
        }
        // after all of them: what a running node's records name is there by now
        long[] ends = new long[queues.size()];
        for (int shard = 0; shard < ends.length; shard++) {
            ends[shard] = end(queues.get(shard));
        }
        if (parts.stream().noneMatch(each -> each.isLacking(ends))) {
            return List.of();
        }
        return torn(parts, ends);
    }

    /**
     * The same of logs that will end at these records, whole, as a repair is going to leave them.
     *
     * @param ends of each, the last good record
     */
    public static List<TornTail> of(List<Path> queues, long[] ends) {
        List<ShardParts> parts = new ArrayList<>();
        for (int shard = 0; shard < ends.length; shard++) {
            parts.add(ShardParts.read(shard, queues.get(shard), 0, ends[shard]));
        }
        return torn(parts, ends);
    }

    private static List<TornTail> torn(List<ShardParts> parts, long[] ends) {
        ClosedCut cut = new ClosedCut(parts, ends);
        List<TornTail> torn = new ArrayList<>();
        for (int shard = 0; shard < ends.length; shard++) {
            if (cut.reason(shard) != null) {
                torn.add(new TornTail(shard, cut.upTo(shard), ends[shard], cut.reason(shard)));
            }
        }
        return torn;
    }

    /** The begin of the newest segment that has a record: one that is just being made has none. */
    private static long newest(Path queue) throws IOException {
        List<Integer> segments = SegmentPage.segments(queue);
        try (BacklogInspector log = new BacklogInspector(queue)) {
            for (int i = segments.size() - 1; i > 0; i--) {
                log.seek(QueueIndex.of(segments.get(i), 0));
                if (log.next() != null) {
                    return QueueIndex.of(segments.get(i), 0);
                }
            }
        }
        return 0;
    }

    private static long end(Path queue) throws IOException {
        try (BacklogInspector log = new BacklogInspector(queue)) {
            log.seek(newest(queue));
            long last = QueueIndex.NONE;
            while (log.next() != null) {
                last = log.index();
            }
            return last;
        }
    }

    /** In words, for an operator. */
    public String text() {
        return "shard " + shard + ": a start will cut the log, which ends at " + QueueIndex.toString(end) + ", after "
                + QueueIndex.toString(keptUpTo) + ", as after a kill in the middle of a transaction or a power loss: "
                + reason;
    }
}
