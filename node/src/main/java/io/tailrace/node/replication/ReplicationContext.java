package io.tailrace.node.replication;

import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.security.Security;
import io.tailrace.node.shard.Shard;

/**
 * What a shard's replication is told once.
 *
 * @param reactor of the shard
 * @param nodeId what this node calls itself
 * @param locator finds primaries
 */
public record ReplicationContext(
        Reactor reactor, LiveSettings settings, String nodeId, PrimaryLocator locator, Security security) {
    Shard shard() {
        return reactor.shard();
    }
}
