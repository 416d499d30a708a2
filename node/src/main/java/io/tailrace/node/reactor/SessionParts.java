package io.tailrace.node.reactor;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.pubsub.Subscriptions;
import io.tailrace.node.services.NodeServices;

/** What the sessions of a reactor have in common. */
record SessionParts(
        NodeServices node,
        CycleClock clock,
        ShardLinks links,
        ShardRouter router,
        MultiExec multi,
        SpreadCommands spread,
        SideReplies side,
        Subscriptions subscriptions) {}
