package io.tailrace.node.report;

import java.util.Arrays;
import java.util.List;

/** What was seen of one node over the last looks: rates and lags; -1 where it is not known. One thread. */
public final class Trend {
    public static final int LOOKS = 600;

    private final long[] lags = new long[LOOKS];
    private final long[] rates = new long[LOOKS];
    private final long[] commands = new long[LOOKS];
    private int count;
    private long offset = -1;
    private List<NodeFacts.Shard> shards = List.of();
    private long[] shardRates = {};
    private long nanos;

    /** Takes the next look. */
    public void add(NodeFacts node) {
        long now = node.number("master_repl_offset");
        boolean isRate = offset >= 0 && now >= offset && node.nanos() > nanos;
        long rate = isRate ? perSecond(now - offset, node) : -1;
        addShards(node);
        offset = node.isKnown() ? now : -1;
        nanos = node.nanos();
        long lag = node.isReplica()
                ? node.lagMicros()
                : node.replicas().stream()
                        .mapToLong(NodeFacts.Replica::lagMicros)
                        .max()
                        .orElse(-1);
        if (count == LOOKS) {
            System.arraycopy(lags, 1, lags, 0, LOOKS - 1);
            System.arraycopy(rates, 1, rates, 0, LOOKS - 1);
            System.arraycopy(commands, 1, commands, 0, LOOKS - 1);
            count--;
        }
        lags[count] = lag;
        commands[count] = node.number("instantaneous_ops_per_sec");
        rates[count++] = rate;
    }

    private long perSecond(long records, NodeFacts node) {
        return Math.round(records * 1e9 / (node.nanos() - nanos));
    }

    private void addShards(NodeFacts node) {
        List<NodeFacts.Shard> now = node.shards();
        shardRates = new long[now.size()];
        for (int i = 0; i < shardRates.length; i++) {
            long before = i < shards.size() ? shards.get(i).records() : -1;
            long records = now.get(i).records();
            boolean isRate = before >= 0 && records >= before && node.nanos() > nanos;
            shardRates[i] = isRate ? perSecond(records - before, node) : -1;
        }
        shards = now;
    }

    /** Records of a shard a second between the last two looks, or -1. */
    public long rate(int shard) {
        return shard < shardRates.length ? shardRates[shard] : -1;
    }

    /** Records a second between the last two looks, or -1. */
    public long rate() {
        return count == 0 ? -1 : rates[count - 1];
    }

    /** Of a replica its own, of a primary that of the replica which is the farthest behind; microseconds, or -1. */
    public long lag() {
        return count == 0 ? -1 : lags[count - 1];
    }

    public String lagLine(int width, boolean isPlain) {
        return Units.sparkline(Arrays.copyOf(lags, count), count, width, isPlain);
    }

    public String rateLine(int width, boolean isPlain) {
        return Units.sparkline(Arrays.copyOf(rates, count), count, width, isPlain);
    }

    /** Microseconds, the oldest first. */
    public long[] lags() {
        return Arrays.copyOf(lags, count);
    }

    /** Records a second. */
    public long[] rates() {
        return Arrays.copyOf(rates, count);
    }

    /** Commands a second. */
    public long[] commands() {
        return Arrays.copyOf(commands, count);
    }
}
