package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.ShardNeeds;
import java.util.function.IntFunction;

/** The logs of all shards of the node, as far as any thread may ask of them. */
public interface OtherLogs extends ShardNeeds.Logs {
    /** Of a shard that is the only one. */
    OtherLogs NONE = new OtherLogs() {
        @Override
        public long upTo(int shard) {
            return Long.MAX_VALUE;
        }

        @Override
        public void forceSoon(int shard, Runnable afterwards) {
            // there is no other
        }

        @Override
        public LogEnds ends() {
            return LogEnds.NONE;
        }
    };

    /** Those that are open now: {@code logs} gives them by shard, to any thread. */
    static OtherLogs of(int count, IntFunction<Backlog> logs) {
        return new OtherLogs() {
            @Override
            public long upTo(int shard) {
                return logs.apply(shard).durableIndex();
            }

            @Override
            public void forceSoon(int shard, Runnable afterwards) {
                logs.apply(shard).sync().soon(afterwards);
            }

            @Override
            public LogEnds ends() {
                return new LogEnds(count, logs);
            }
        };
    }

    /** Up to which record the shard's log is on the disk. */
    @Override
    long upTo(int shard);

    /**
     * Forces what the shard's log has, soon.
     *
     * @param afterwards runs then, on another thread
     */
    void forceSoon(int shard, Runnable afterwards);

    /** How far all of them go now. */
    LogEnds ends();
}
