package io.tailrace.node.replication;

import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.reactor.ChannelHandler;
import io.tailrace.node.reactor.Reactor;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts replicas of one shard on its replication port. Owned by the shard's reactor thread. */
final class ReplicaListener implements ChannelHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaListener.class);
    private static final int MAX_PER_CYCLE = 16;

    private final ReplicaAcceptor acceptor;
    private final Reactor reactor;
    private final ServerSocketChannel listener;

    ReplicaListener(ReplicaAcceptor acceptor, Reactor reactor, ServerSocketChannel listener) {
        this.acceptor = acceptor;
        this.reactor = reactor;
        this.listener = listener;
    }

    @Override
    public void onReady(SelectionKey key) {
        for (int i = 0; i < MAX_PER_CYCLE; i++) {
            SocketChannel channel = accept(key);
            if (channel == null) {
                return;
            }
            acceptor.accept(channel);
        }
    }

    private SocketChannel accept(SelectionKey key) {
        try {
            return listener.accept();
        } catch (IOException e) {
            reactor.pausedListeners().pause(key, "replicas", e);
            return null;
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        if (listener.isOpen()) {
            LOG.error("can't accept a replica: {}", FileFailure.of(cause));
        }
    }
}
