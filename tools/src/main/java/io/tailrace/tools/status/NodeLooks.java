package io.tailrace.tools.status;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.report.NodeFacts;
import io.tailrace.node.report.Trend;
import io.tailrace.tools.online.NodeAccess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Nodes that are looked at together, each by a thread of its own, so that one that hangs holds up no other. One thread. */
final class NodeLooks implements AutoCloseable {
    private final List<NodePoll> polls = new ArrayList<>();
    private final List<Trend> trends = new ArrayList<>();
    private final List<NodeFacts> facts = new ArrayList<>();

    NodeLooks(List<HostPort> addresses, NodeAccess access) {
        for (HostPort address : addresses) {
            polls.add(new NodePoll(address, access));
            trends.add(new Trend());
            facts.add(NodeFacts.unreachable(address.toString(), "not asked yet", 0));
        }
    }

    /** Asks all, and waits for their answers. */
    void look() throws InterruptedException {
        List<NodeFacts> seen = new ArrayList<>(Collections.nCopies(polls.size(), null));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < polls.size(); i++) {
            int node = i;
            Thread thread = new Thread(
                    () -> {
                        NodeFacts one = polls.get(node).ask();
                        synchronized (seen) {
                            seen.set(node, one);
                        }
                    },
                    "look-" + node);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (int i = 0; i < polls.size(); i++) {
            facts.set(i, seen.get(i));
            trends.get(i).add(seen.get(i));
        }
    }

    List<NodeFacts> nodes() {
        return facts;
    }

    List<Trend> trends() {
        return trends;
    }

    @Override
    public void close() {
        polls.forEach(NodePoll::close);
    }
}
