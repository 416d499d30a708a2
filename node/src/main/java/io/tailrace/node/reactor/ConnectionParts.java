package io.tailrace.node.reactor;

/**
 * What the connections of one reactor have in common.
 *
 * @param shardCount of the node
 * @param side takes replies that must wait for one that another shard owes
 */
record ConnectionParts(
        EventLoop loop,
        Connections connections,
        ConnectionAgenda agenda,
        ConnectionHost host,
        int shardCount,
        SideReplies side,
        ClientLimits limits,
        ReactorCounters counters) {}
