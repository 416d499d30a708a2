package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.Background;
import io.tailrace.node.security.Security;
import io.tailrace.wire.handshake.RefusalCode;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Finds out where a primary serves its log. */
public interface PrimaryLocator {
    /**
     * What the primary said.
     *
     * @param address where shard 0's log is served; shard i's on the port plus i
     * @param problem null, or why there is no answer
     * @param isRefused whether that is because the primary does not let this node in
     */
    record Location(InetSocketAddress address, int shardCount, String nodeId, String problem, boolean isRefused) {
        /** Why this node can't follow the one that answered, as the primary would have said it, or null. */
        String refusal(HostPort primary, int ownShardCount, String ownNodeId) {
            if (problem != null) {
                return null;
            }
            if (shardCount != ownShardCount) {
                return "SHARDS " + primary + " has " + shardCount + " shards, this node has " + ownShardCount
                        + ": use the same number of shards on both nodes; "
                        + RefusalAdvice.toReplica(RefusalCode.SHARDS, primary);
            }
            return ownNodeId.equals(nodeId)
                    ? "ERR " + primary
                            + " is this node itself, or has a copy of its data directory: then delete node.properties"
                            + " of the copy while that node is down"
                    : null;
        }
    }

    /**
     * Asks; returns at once. The answer is given once, by any thread.
     *
     * @param security how this node shows itself
     */
    void query(HostPort primary, Security security, Consumer<Location> answer);

    /** Asks the primary's client port, each time in a thread of its own. */
    static PrimaryLocator inBackground(Background background) {
        return new TopologyQuery(background);
    }
}
