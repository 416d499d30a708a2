package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.record.ShardIndexes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** The logs of several shards of a node, written as a node writes transactions over them. */
public final class PartLogs implements AutoCloseable {
    public static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    private static final long START_MICROS = 1_700_000_000_000_000L;

    private final int shards;
    private final IntFunction<Path> queues;
    private final List<Backlog> logs = new ArrayList<>();
    private final RecordBuilder record = new RecordBuilder();
    private long micros = START_MICROS;

    /** @param queues where the log of each shard is */
    public PartLogs(int shards, IntFunction<Path> queues) {
        this.shards = shards;
        this.queues = queues;
        for (int shard = 0; shard < shards; shard++) {
            logs.add(null);
            open(shard);
            openSegment(shard);
        }
    }

    private void open(int shard) {
        logs.set(
                shard,
                Backlog.open(
                        queues.apply(shard), new BacklogSettings(1 << 20, 64 << 20, 1 << 20, "disk-test-" + shard)));
    }

    public Backlog log(int shard) {
        return logs.get(shard);
    }

    public long micros() {
        return micros;
    }

    public void reopen(int shard) {
        logs.get(shard).close();
        open(shard);
    }

    public void openSegment(int shard) {
        Backlog log = logs.get(shard);
        SegmentRecord newest = log.newestOpening();
        new SegmentRecord(
                        HISTORY,
                        1,
                        new SegmentRecord.Previous(
                                newest == null ? null : newest.history(),
                                log.lastIndex(),
                                log.lastChain(),
                                log.recordCount()),
                        shards,
                        shard,
                        "",
                        log.parts().needs().text(shard))
                .encode(record);
        append(shard, log.nextSegmentIndex());
    }

    /** {@code SET key value} in one shard. */
    public long set(int shard, String key, String value) {
        effect(key, value);
        return append(shard, logs.get(shard).nextIndex());
    }

    /** {@code SET key value} in each of these shards, as one transaction. */
    public ShardIndexes transact(String key, String value, int... shards) {
        ShardIndexes parts = names(shards);
        for (int shard : shards) {
            part(shard, parts, key, value);
        }
        join(parts, shards);
        return parts;
    }

    /** Where the parts of a transaction over these shards are going to be. */
    public ShardIndexes names(int... shards) {
        ShardIndexes parts = new ShardIndexes();
        for (int shard : shards) {
            parts.add(shard, logs.get(shard).nextIndex());
        }
        return parts;
    }

    /** One part of a transaction, of which others may never come. */
    public void part(int shard, ShardIndexes parts, String key, String value) {
        effect(key, value);
        record.part(parts, new ShardIndexes());
        append(shard, logs.get(shard).nextIndex());
    }

    /** {@code SET key value} in one shard, derived from the newest record of another. */
    public void derive(int shard, String key, String value, int from) {
        ShardIndexes needs = new ShardIndexes().add(from, logs.get(from).lastIndex());
        ShardIndexes parts = names(shard);
        effect(key, value);
        record.part(parts, needs);
        append(shard, logs.get(shard).nextIndex());
        ShardNeeds joined = logs.get(shard).parts().needs();
        joined.raise(logs.get(from).parts().needs());
        ShardNeeds.join(new ShardNeeds[] {joined}, 1, parts, needs);
        logs.get(shard).parts().joined();
    }

    private void join(ShardIndexes parts, int... shards) {
        ShardNeeds[] needs = new ShardNeeds[shards.length];
        for (int i = 0; i < shards.length; i++) {
            needs[i] = logs.get(shards[i]).parts().needs();
        }
        ShardNeeds.join(needs, shards.length, parts, new ShardIndexes());
        for (int shard : shards) {
            logs.get(shard).parts().joined();
        }
    }

    private void effect(String key, String value) {
        record.begin(RecordLayout.KIND_EFFECT);
        record.command(3);
        record.argument("SET");
        record.argument(key);
        record.argument(value);
    }

    private long append(int shard, long index) {
        record.seal(micros++, logs.get(shard).lastChain());
        logs.get(shard).append(index, record.recordAddress(), record.recordLength(), record.chain());
        return index;
    }

    /** For tests: the index of a record in the first segment. */
    public static long at(long sequence) {
        return QueueIndex.of(1, sequence);
    }

    /** Closes the logs; they stay on the disk. */
    public void closeLogs() {
        for (int shard = 0; shard < logs.size(); shard++) {
            if (logs.get(shard) != null) {
                logs.get(shard).close();
                logs.set(shard, null);
            }
        }
    }

    @Override
    public void close() {
        closeLogs();
        record.close();
    }
}
