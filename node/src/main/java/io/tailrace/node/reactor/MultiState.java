package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.shard.WatchSet;
import java.util.ArrayList;
import java.util.List;

/** What a connection has queued since MULTI, and what it watches. Owned by the connection's thread. */
final class MultiState {
    final List<CommandSpec> specs = new ArrayList<>();
    final List<RequestCopy> requests = new ArrayList<>();
    boolean isOpen;
    boolean isBroken;
    boolean isSpread;
    int shard = -1;
    int watchShard = -1;
    WatchSet watchSet;

    private long queuedBytes;

    void add(CommandSpec spec, RequestCopy request) {
        specs.add(spec);
        requests.add(request);
        queuedBytes += request.length();
    }

    long queuedBytes() {
        return queuedBytes;
    }

    boolean hasWrites() {
        return specs.stream().anyMatch(CommandSpec::isWrite);
    }

    /** Leaves MULTI; the watch is the caller's to end. */
    void reset() {
        specs.clear();
        requests.clear();
        isOpen = false;
        queuedBytes = 0;
        isBroken = false;
        isSpread = false;
        shard = -1;
    }

    /** Notes that a queued command needs a shard; another one than before makes the MULTI one that can't be executed. */
    void needShard(int needed) {
        if (shard == -1) {
            shard = needed;
        } else if (shard != needed) {
            isSpread = true;
        }
    }
}
