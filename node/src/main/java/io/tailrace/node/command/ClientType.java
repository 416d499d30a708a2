package io.tailrace.node.command;

import io.tailrace.node.services.ClientInfo;
import io.tailrace.wire.resp.Arguments;

/** Redis's types of clients. Replicas and the link to a primary are no clients here, so there are none of their types. */
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
                return !info.isSubscribed();
            case PUBSUB:
                return info.isSubscribed();
            default:
                return false;
        }
    }
}
