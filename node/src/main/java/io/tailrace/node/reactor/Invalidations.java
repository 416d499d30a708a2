package io.tailrace.node.reactor;

import io.tailrace.node.pubsub.Subscriptions;
import io.tailrace.node.services.ClientTracking;
import io.tailrace.node.shard.KeyTracking;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/**
 * Tells clients which of the keys that they cache have changed (CLIENT TRACKING): from a shard's thread to that of the client, and
 * from there to the one it has named instead, after the reply of the command under way. Owned by one reactor's thread.
 */
final class Invalidations implements KeyTracking.Sender {
    private static final String CHANNEL = "__redis__:invalidate";

    private final ShardThreads threads;
    private final Subscriptions subscriptions;
    private final Connections connections;
    private List<Invalidations> ofShards = List.of();

    Invalidations(ShardThreads threads, Subscriptions subscriptions, Connections connections) {
        this.threads = threads;
        this.subscriptions = subscriptions;
        this.connections = connections;
    }

    /** Tells which there are, by their shards, before any is used. */
    void connect(List<Invalidations> all) {
        ofShards = all;
    }

    @Override
    public void send(KeyTracking.Tracker tracker, List<byte[]> keys) {
        ClientTracking client = (ClientTracking) tracker;
        Invalidations atHome = ofShards.get(client.home());
        threads.on(client.home(), () -> atHome.deliver(client, keys));
    }

    private void deliver(ClientTracking client, List<byte[]> keys) {
        Connection connection = connections.of(client.id());
        if (connection == null || !client.isOn()) {
            return;
        }
        long redirect = client.options().redirect();
        int protocol = connection.info().protocol();
        if (redirect == 0) {
            tell(connection, keys, protocol, false);
        } else {
            Invalidations other = ofShards.get(client.redirectHome());
            threads.on(client.redirectHome(), () -> {
                if (!other.redirected(redirect, keys, protocol)) {
                    other.threads.on(threads.own(), () -> broken(client, redirect));
                }
            });
        }
    }

    private boolean redirected(long id, List<byte[]> keys, int protocol) {
        Connection target = connections.of(id);
        if (target != null) {
            tell(target, keys, protocol, true);
        }
        return target != null;
    }

    private void broken(ClientTracking client, long redirect) {
        client.breakRedirect();
        Connection connection = connections.of(client.id());
        if (connection != null && connection.info().protocol() == 3) {
            subscriptions.later(() -> connection.message(reply -> {
                reply.push(2);
                reply.bulk("tracking-redir-broken");
                reply.integer(redirect);
            }));
        }
    }

    /** @param protocol of the client that tracks, which says how no keys look */
    private void tell(Connection target, List<byte[]> keys, int protocol, boolean isRedirected) {
        boolean isPush = target.info().protocol() == 3;
        if (isPush || isRedirected && target.info().isSubscribed()) {
            subscriptions.later(() -> target.message(reply -> write(reply, isPush, keys, protocol)));
        }
    }

    private static void write(ReplyWriter reply, boolean isPush, List<byte[]> keys, int protocol) {
        if (isPush) {
            reply.push(2);
            reply.bulk("invalidate");
        } else {
            reply.array(3);
            reply.bulk("message");
            reply.bulk(CHANNEL);
        }
        if (keys == null) {
            reply.protocol(protocol);
            reply.nullBulk();
        } else {
            reply.array(keys.size());
            keys.forEach(reply::bulk);
        }
    }
}
