package io.tailrace.tools.dump;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks that the parts of transactions over several shards are the same in all logs of a node: where one is named there is one that names
 * the same. Parts lie in all logs in one order, so the logs are gone through side by side, whatever their length. One thread.
 *
 * <pre>
 *  the log of the other shard            means
 *  has a part there, of the same names   good: both logs continue
 *  has not come so far                   this log waits for it
 *  begins after that                     not known any more: retention
 *  ends before that                      torn: told of by {@link io.tailrace.node.repair.TornTail}
 *  has something else there              a fault
 * </pre>
 */
final class PartsCheck implements AutoCloseable {
    private final List<Log> logs = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private long transactions;

    private static final class Log {
        private final BacklogInspector records;
        private final PartView part = new PartView();
        private long first = QueueIndex.NONE;
        private long last = QueueIndex.NONE;
        private boolean isAtEnd;

        Log(Path queue) {
            records = new BacklogInspector(queue);
        }

        /** Goes to the next part. */
        void advance() {
            for (RecordView record = records.next(); record != null; record = records.next()) {
                last = records.index();
                first = first == QueueIndex.NONE ? last : first;
                if (record.problem() == null && part.wrap(record) == null && part.isPart()) {
                    return;
                }
            }
            isAtEnd = true;
        }
    }

    private PartsCheck(List<Path> queues) {
        queues.forEach(queue -> logs.add(new Log(queue)));
    }

    /** @param queues of all shards, in their order; each log by itself is good */
    static PartsCheck of(List<Path> queues) {
        try (PartsCheck check = new PartsCheck(queues)) {
            check.run();
            return check;
        }
    }

    private void run() {
        logs.forEach(Log::advance);
        boolean hasMoved = true;
        while (hasMoved) {
            hasMoved = false;
            for (int shard = 0; shard < logs.size(); shard++) {
                while (!logs.get(shard).isAtEnd && isReady(shard)) {
                    take(shard);
                    hasMoved = true;
                }
            }
        }
        for (int shard = 0; shard < logs.size(); shard++) {
            if (!logs.get(shard).isAtEnd) {
                fault(shard, "it comes before others in this log and after them in theirs");
            }
        }
    }

    private boolean isReady(int shard) {
        PartView part = logs.get(shard).part;
        for (int i = 0; i < part.parts().count(); i++) {
            int other = part.parts().shard(i);
            boolean isBefore = other < logs.size()
                    && !logs.get(other).isAtEnd
                    && logs.get(other).last < part.parts().index(i);
            if (isBefore) {
                return false;
            }
        }
        return true;
    }

    private void take(int shard) {
        PartView part = logs.get(shard).part;
        List<Log> same = new ArrayList<>();
        boolean isTorn = false;
        for (int i = 0; i < part.parts().count(); i++) {
            int other = part.parts().shard(i);
            long index = part.parts().index(i);
            if (other >= logs.size()) {
                fault(shard, "it names shard " + other + ", and there are " + logs.size());
            } else if (logs.get(other).isAtEnd && index > logs.get(other).last) {
                isTorn = true;
            } else if (!logs.get(other).isAtEnd
                    && logs.get(other).last == index
                    && logs.get(other).part.isSameTransaction(part)) {
                same.add(logs.get(other));
            } else if (index >= logs.get(other).first) {
                fault(
                        shard,
                        "it is a part of " + part.parts() + ", and record " + QueueIndex.toString(index) + " of shard "
                                + other + " is not");
            }
        }
        for (int i = 0; i < part.needs().count(); i++) {
            int other = part.needs().shard(i);
            isTorn |= other < logs.size()
                    && logs.get(other).isAtEnd
                    && part.needs().index(i) > logs.get(other).last;
        }
        transactions += isTorn ? 0 : 1;
        if (!same.contains(logs.get(shard))) {
            same.add(logs.get(shard));
        }
        same.forEach(Log::advance);
    }

    private void fault(int shard, String problem) {
        faults.add(logs.get(shard).records.place() + ": " + problem);
    }

    /** What is wrong, a line each. */
    List<String> faults() {
        return faults;
    }

    /** Transactions over several shards that are in the logs. */
    long transactions() {
        return transactions;
    }

    @Override
    public void close() {
        logs.forEach(log -> log.records.close());
    }
}
