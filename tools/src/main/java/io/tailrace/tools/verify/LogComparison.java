package io.tailrace.tools.verify;

import io.tailrace.tools.verify.NodeDigests.Position;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether the logs of a shard are the same up to the last record that all have. The chain of a record covers all records before it, so
 * one comparison tells; where it fails, the first record that differs is found by halving.
 */
final class LogComparison {
    /**
     * What was found.
     *
     * @param index the last record that all have
     * @param chain there, where it is the same
     * @param difference null, or what differs from where on
     */
    record Outcome(long index, String chain, String difference) {}

    private final List<NodeDigests> nodes;
    private final int shard;

    LogComparison(List<NodeDigests> nodes, int shard) {
        this.nodes = nodes;
        this.shard = shard;
    }

    /** @param positions of the shard on each node */
    Outcome compare(List<Position> positions) throws IOException {
        long index = positions.stream().mapToLong(Position::last).min().orElseThrow();
        long first = positions.stream().mapToLong(Position::first).max().orElseThrow();
        if (index < first) {
            String ranges = ranges(positions);
            return new Outcome(index, null, "no record is in all logs: " + ranges);
        }
        List<String> chains = chains(index);
        if (isSame(chains)) {
            return new Outcome(index, chains.get(0), null);
        }
        if (!isSame(chains(first))) {
            return new Outcome(
                    index, null, "the logs differ at " + describe(first) + " already, the first record that all have");
        }
        long segment = lastGoodSegment(QueueIndex.segment(first), QueueIndex.segment(index), first);
        return new Outcome(index, null, "the logs differ from " + describe(firstBad(segment, first, index)) + " on");
    }

    private String ranges(List<Position> positions) {
        List<String> ranges = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            ranges.add(nodes.get(i).node() + " has "
                    + QueueIndex.toString(positions.get(i).first()) + " to "
                    + QueueIndex.toString(positions.get(i).last()));
        }
        return String.join(", ", ranges);
    }

    private List<String> chains(long index) throws IOException {
        List<String> chains = new ArrayList<>();
        for (NodeDigests node : nodes) {
            chains.add(node.chain(shard, index));
        }
        return chains;
    }

    private static boolean isSame(List<String> chains) {
        return chains.get(0) != null && chains.stream().allMatch(chains.get(0)::equals);
    }

    /** Of segments whose opening records all have: the last one with the same. */
    private long lastGoodSegment(int good, int last, long first) throws IOException {
        int low = good;
        int high = last + 1;
        while (high - low > 1) {
            int middle = low + (high - low) / 2;
            if (isSame(chains(Math.max(first, QueueIndex.of(middle, 0))))) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The first record of a segment that is not the same on all, or not on all. */
    private long firstBad(long segment, long first, long last) throws IOException {
        long low = Math.max(first, QueueIndex.of((int) segment, 0));
        long step = 1;
        while (low + step <= last && isSame(chains(low + step))) {
            low += step;
            step *= 2;
        }
        long high = low + step;
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (isSame(chains(middle))) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private String describe(long index) throws IOException {
        List<String> chains = chains(index);
        List<String> each = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            each.add(nodes.get(i).node() + " has "
                    + (chains.get(i) == null ? "no such record" : "chain " + chains.get(i)));
        }
        return QueueIndex.toString(index) + " (" + each.stream().collect(Collectors.joining(", ")) + ")";
    }
}
