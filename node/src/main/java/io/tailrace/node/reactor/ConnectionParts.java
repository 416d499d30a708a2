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
        ReactorCounters counters) {
    ShardLinks links() {
        return sessions.links();
    }

    SideReplies side() {
        return sessions.side();
    }

    Subscriptions subscriptions() {
        return sessions.subscriptions();
    }
}
