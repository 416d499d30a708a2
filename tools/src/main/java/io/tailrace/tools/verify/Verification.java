package io.tailrace.tools.verify;

import io.tailrace.node.config.HostPort;
import io.tailrace.tools.online.NodeAccess;
import io.tailrace.tools.output.Progress;
import io.tailrace.tools.verify.NodeDigests.Keys;
import io.tailrace.tools.verify.NodeDigests.Name;
import io.tailrace.tools.verify.NodeDigests.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** One run of {@code tailrace verify}. One thread. */
public final class Verification {
    private static final int STATE_TRIES = 100;
    private static final long STATE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final List<NodeDigests> nodes;
    private final VerifyReport report;
    private final Progress progress;

    private Verification(List<NodeDigests> nodes, VerifyReport report, Progress progress) {
        this.nodes = nodes;
        this.report = report;
        this.progress = progress;
    }

    /** Compares nodes, at least two. Throws IOException when one can't be asked. */
    public static void run(List<HostPort> addresses, NodeAccess access, VerifyReport report, Progress progress)
            throws IOException {
        List<NodeDigests> nodes = new ArrayList<>();
        try {
            for (HostPort address : addresses) {
                nodes.add(new NodeDigests(address, access));
            }
            new Verification(nodes, report, progress).compare();
        } finally {
            for (NodeDigests node : nodes) {
                node.close();
            }
        }
    }

    private void compare() throws IOException {
        List<List<Position>> positions = positions();
        int shards = positions.get(0).size();
        for (int i = 1; i < nodes.size(); i++) {
            if (positions.get(i).size() != shards) {
                throw new IOException(nodes.get(0).node() + " has " + shards + " shards, "
                        + nodes.get(i).node() + " has " + positions.get(i).size()
                        + ": only nodes with the same number can replicate from each other");
            }
        }
        for (int shard = 0; shard < shards; shard++) {
            compare(shard, of(positions, shard));
        }
    }

    private List<List<Position>> positions() throws IOException {
        List<List<Position>> positions = new ArrayList<>();
        for (NodeDigests node : nodes) {
            positions.add(node.positions());
        }
        return positions;
    }

    private static List<Position> of(List<List<Position>> positions, int shard) {
        return positions.stream().map(node -> node.get(shard)).toList();
    }

    private void compare(int shard, List<Position> positions) throws IOException {
        progress.at("shard " + shard + ": comparing the logs");
        LogComparison.Outcome log = new LogComparison(nodes, shard).compare(positions);
        report.log(shard, log);
        if (log.difference() != null) {
            // versions mean nothing then
            return;
        }
        state(shard, "function libraries", Position::functions);
        state(shard, "places of databases", Position::swapped);
        report.databases(positions.get(0).swapped());
        StoreComparison.Findings findings = new StoreComparison.Findings() {
            @Override
            public void different(Name key, List<Keys> seen) {
                report.different(shard, key, seen, nodes);
            }

            @Override
            public void unsettled(Name key) {
                report.unsettled(shard, key);
            }
        };
        report.keys(shard, new StoreComparison(nodes, shard, findings, progress).compare(positions));
    }

    /** What is of no key: the same, once the nodes are at the same record. */
    private void state(int shard, String what, Function<Position, String> state) throws IOException {
        for (int i = 0; i < STATE_TRIES; i++) {
            List<Position> now = of(positions(), shard);
            Position first = now.get(0);
            if (now.stream().allMatch(each -> state.apply(each).equals(state.apply(first)))) {
                return;
            }
            if (now.stream().allMatch(each -> each.last() == first.last())) {
                report.stateDifferent(shard, what);
                return;
            }
            LockSupport.parkNanos(STATE_PAUSE_NANOS);
        }
        report.stateUnsettled(shard, what);
    }
}
