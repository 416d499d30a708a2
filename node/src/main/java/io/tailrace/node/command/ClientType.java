package io.tailrace.node.command;

import io.tailrace.node.services.ClientInfo;
import io.tailrace.wire.resp.Arguments;

/** Redis's types of clients. A replica has a connection for each shard. */
enum ClientType {
    NORMAL,
    PUBSUB,
    MASTER,
    REPLICA;

    /** The type that an argument names, or null. */
    static ClientType of(Arguments arguments, int i) {
        for (ClientType type : values()) {
            if (arguments.is(i, type.name())) {
                return type;
            }
        }
        return arguments.is(i, "SLAVE") ? REPLICA : null;
    }

    static String unknown(Arguments arguments, int i) {
        return "ERR Unknown client type '" + ErrorText.quoted(arguments, i) + "'";
    }

    boolean includes(ClientInfo info) {
        switch (this) {
            case NORMAL:
                return info.kind() == ClientInfo.Kind.CLIENT && !info.isSubscribed();
            case PUBSUB:
                return info.isSubscribed();
            case MASTER:
                return info.kind() == ClientInfo.Kind.PRIMARY;
            default:
                return info.kind() == ClientInfo.Kind.REPLICA;
        }
    }
}
