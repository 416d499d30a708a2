package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.wire.handshake.RefusalCode;

/** The commands that lead out of a refusal which does not pass by itself. Stateless. */
final class RefusalAdvice {
    private RefusalAdvice() {}

    /**
     * What an operator of the replica can do.
     *
     * @param primary as the replica was told to follow it
     * @return null where the reason says it all
     */
    static String toReplica(RefusalCode code, HostPort primary) {
        String force = "REPLICAOF " + primary.host() + " " + primary.port() + " FORCE";
        switch (code) {
            case FOREIGN:
                return "ways out, on the replica: REPLICAOF <host> <port> of the node that its data come from; REPLICAOF NO"
                        + " ONE keeps them, as a primary; " + force + " saves its log in lost-writes and copies "
                        + primary;
            case FUTURE:
                return "ways out: REPLICAOF NO ONE on the replica that has most, and REPLICAOF <its host> <its port> on "
                        + primary + " and the others; or " + force + " on the replica, which saves what " + primary
                        + " lacks in lost-writes and copies " + primary;
            case SHARDS:
                return "ways out: tailrace node --shards <as there> --data-dir <a new one> --replicaof " + primary
                        + " copies it; REPLICAOF <host> <port> of a node with as many shards as the replica; REPLICAOF NO"
                        + " ONE keeps the replica's data, as a primary";
            default:
                return null;
        }
    }
}
