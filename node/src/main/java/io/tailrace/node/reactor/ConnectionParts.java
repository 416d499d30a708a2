package io.tailrace.node.reactor;

import io.tailrace.node.pubsub.Subscriptions;

/** What the connections of one reactor have in common. */
record ConnectionParts(
        EventLoop loop,
        Connections connections,
        ConnectionAgenda agenda,
        Dispatcher dispatcher,
        Session.Parts sessions,
        ClientLimits limits,
        ReactorCounters counters,
        LookAhead ahead) {
    ShardLinks links() {
        return sessions.links();
    }

    /** Touches what the next requests of a connection are about, which came together. */
    void lookAhead(RequestInput input, int database) {
        ShardSide side = links().side();
        if (!side.services().isLoading()) {
            input.lookAhead(ahead, side.shard().databases().of(database));
        }
    }

    SideReplies side() {
        return sessions.side();
    }

    Subscriptions subscriptions() {
        return sessions.subscriptions();
    }
}
