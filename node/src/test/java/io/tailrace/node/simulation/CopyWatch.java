package io.tailrace.node.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * What a copy of the followed node's log has to hold to be complete: where that log ended as it began to be followed, or any
 * time later. As a log only grows, the first end of each log that the node has had is the least of them.
 */
final class CopyWatch {
    private Machine followed;
    private int generation;
    private final List<LoggedRecord> ends = new ArrayList<>();

    /** The node follows another one, whose log of the shard is this. */
    void look(Machine primary, LogWatch log) {
        if (primary != followed) {
            followed = primary;
            ends.clear();
        } else if (generation == log.generation() && !ends.isEmpty()) {
            return;
        }
        if (log.last() != null) {
            generation = log.generation();
            ends.add(log.last());
        }
    }

    boolean isWhole(LoggedRecord last) {
        return ends.stream().anyMatch(last::contains);
    }
}
