package io.tailrace.node.replication;

import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.security.Security;
import io.tailrace.wire.handshake.RefusalCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets connections to a shard's replication port in, as many as it may. Owned by the shard's reactor thread. */
final class ReplicaAcceptor {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaAcceptor.class);
    private static final int MAX_REPLICAS = 64;
    private static final int MAX_HANDSHAKES = 64;

    private final Reactor reactor;
    private final Security security;
    private final SessionHost host;
    private final List<Downstream> sessions;

    /** @param sessions where those that are let in are added */
    ReplicaAcceptor(Reactor reactor, Security security, SessionHost host, List<Downstream> sessions) {
        this.reactor = reactor;
        this.security = security;
        this.host = host;
        this.sessions = sessions;
    }

    void listen(ServerSocketChannel listener) throws IOException {
        reactor.register(listener, SelectionKey.OP_ACCEPT, new ReplicaListener(this, reactor, listener));
    }

    void accept(SocketChannel channel) {
        if (isProtectedFrom(channel)) {
            reject(channel);
            return;
        }
        evictOldestHandshake();
        PeerChannel peer = new PeerChannel(channel, security.replicationTls(), true);
        try {
            ReplicaSession session = new ReplicaSession(host, peer);
            peer.register(reactor, SelectionKey.OP_READ, session);
            sessions.add(session);
        } catch (IOException e) {
            peer.close();
            LOG.info(
                    "shard={}: a replica's connection failed at once: {}",
                    host.shard().id(),
                    e.getMessage());
        }
    }

    private boolean isProtectedFrom(SocketChannel channel) {
        try {
            if (!security.isProtectedFrom(channel.getRemoteAddress())) {
                return false;
            }
            if (security.replicationTls() != null) {
                return true;
            }
            String line = "-" + RefusalCode.DENIED + " " + Security.protectedReason() + "\r\n";
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            LOG.debug("refusing", e);
        }
        return true;
    }

    private static void reject(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }

    /** A replica says at once which one it is. When too many connections have not, drop the oldest of them. */
    private void evictOldestHandshake() {
        Downstream oldest = null;
        int handshakes = 0;
        for (int i = sessions.size() - 1; i >= 0; i--) {
            if (!sessions.get(i).isAttached()) {
                handshakes++;
                oldest = sessions.get(i);
            }
        }
        if (handshakes >= MAX_HANDSHAKES) {
            oldest.close("it did not say which replica it is before " + MAX_HANDSHAKES + " others came");
        }
    }

    /** Whether no more replicas may attach. */
    boolean isFull() {
        return sessions.stream().filter(Downstream::isAttached).count() >= MAX_REPLICAS;
    }
}
