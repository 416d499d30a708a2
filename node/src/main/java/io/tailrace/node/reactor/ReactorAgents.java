package io.tailrace.node.reactor;

import java.util.ArrayList;
import java.util.List;

/** What a reactor drives besides the replication, each in every turn. Owned by the reactor's thread. */
final class ReactorAgents {
    private final List<ReactorAgent> all = new ArrayList<>();

    void add(ReactorAgent agent) {
        all.add(agent);
    }

    int doWork() {
        int work = 0;
        for (int i = 0; i < all.size(); i++) {
            work += all.get(i).doWork();
        }
        return work;
    }

    /** How long the reactor may block; Long.MAX_VALUE for any time. */
    long maxBlockNanos() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < all.size(); i++) {
            least = Math.min(least, all.get(i).maxBlockNanos());
        }
        return least;
    }

    void onSecond() {
        all.forEach(ReactorAgent::onSecond);
    }

    void close() {
        all.forEach(ReactorAgent::close);
    }
}
