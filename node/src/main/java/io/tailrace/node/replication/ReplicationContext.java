package io.tailrace.node.replication;

import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.security.Security;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.node.shard.ShardToken;

/**
 * What a shard's replication is told once.
 *
 * @param reactor of the shard
 * @param nodeId what this node calls itself
 * @param locator finds primaries
 * @param meeting of the parts of transactions over several shards, null where there is one shard
 */
public record ReplicationContext(
        Reactor reactor,
        LiveSettings settings,
        String nodeId,
        PrimaryLocator locator,
        Security security,
        PartMeeting meeting) {
    /** Of the only shard of a node. */
    public ReplicationContext(
            Reactor reactor, LiveSettings settings, String nodeId, PrimaryLocator locator, Security security) {
        this(reactor, settings, nodeId, locator, security, null);
    }

    /** Takes other shards for the reactor's thread. */
    PartMeeting.Hold hold() {
        ShardHold hold = reactor.hold();
        return new PartMeeting.Hold() {
            @Override
            public boolean take(long shards) {
                return hold.take(shards, ShardToken.Patience.ENDLESS);
            }

            @Override
            public void giveBack() {
                hold.giveBack();
            }
        };
    }

    Shard shard() {
        return reactor.shard();
    }
}
