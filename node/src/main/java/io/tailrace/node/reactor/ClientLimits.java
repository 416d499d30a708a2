package io.tailrace.node.reactor;

import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.SoftLimit;
import io.tailrace.node.security.Users;
import io.tailrace.node.services.ClientInfo;

/** How much clients of one reactor may have unsent. Owned by the reactor's thread. */
final class ClientLimits {
    /** Replies that one client gets written before it is others' turn, and the output limit's; a last one may be larger. */
    private static final int OUTPUT_PER_TURN = 1 << 20;

    /** Of a client that must log in and has not: a few errors, and a little more than HELLO answers. */
    private static final int UNAUTHENTICATED_OUTPUT = 4 << 10;

    /** Where there is no limit: a number that others can be added to. */
    private static final long MAX_REPLY = 1L << 40;

    private final Users users;
    private NodeConfig config;

    ClientLimits(Users users, NodeConfig config) {
        this.users = users;
        this.config = config;
    }

    /** Takes what has changed, once in a while. */
    void config(NodeConfig now) {
        config = now;
    }

    /** Whether the client has to log in and has not. */
    boolean isUnauthenticated(ClientInfo client) {
        return client.user() == null && users.isLoginNeeded();
    }

    /** Unsent bytes at which the client is closed. */
    long output(ClientInfo client) {
        if (isUnauthenticated(client)) {
            return UNAUTHENTICATED_OUTPUT;
        }
        return client.isSubscribed() ? config.pubSubOutputLimit() : config.clientOutputLimit();
    }

    /** What it may have unsent for a while only. */
    SoftLimit softOutput(ClientInfo client) {
        return client.isSubscribed() ? config.pubSubOutputSoftLimit() : config.clientOutputSoftLimit();
    }

    int outputPerTurn(ClientInfo client) {
        return isUnauthenticated(client) ? UNAUTHENTICATED_OUTPUT / 2 : OUTPUT_PER_TURN;
    }

    /** Seconds, 0 for never. */
    int keepAliveSeconds() {
        return config.tcpKeepAlive();
    }

    /** The most bytes of one reply. */
    long reply() {
        return Math.min(config.clientOutputLimit(), MAX_REPLY);
    }
}
