package io.tailrace.node.replication;

import io.tailrace.node.platform.CycleStep;
import io.tailrace.node.reactor.EventLoop;
import io.tailrace.node.reactor.PeerConnection;
import io.tailrace.node.security.Tls;
import io.tailrace.node.services.ClientInfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A replica's connection to its primary, from the connect to the close. Owned and closed by the shard's reactor thread. */
final class PrimaryConnection implements PeerConnection {
    /** What becomes of the connection, beside what is said over it. */
    interface Listener extends UpstreamProtocol.Events {
        void onConnected() throws IOException;

        /** Whether the primary has let this node in. */
        boolean isAttached();

        /** The primary is there; this many bytes have come now. */
        void onHeard(int bytes);

        /** All that has come was taken. */
        void onBatchEnd() throws IOException;

        /** It failed, or ended: it is to be closed. */
        void onBroken(String problem);
    }

    private final PeerChannel peer;
    private final UpstreamProtocol protocol;
    private final Listener listener;
    private EventLoop loop;
    private ClientInfo client;
    private boolean isConnecting = true;
    private boolean isClosed;
    private boolean isPaused;

    /** @param tls what both speak, null for none */
    PrimaryConnection(SocketChannel channel, Tls tls, UpstreamProtocol protocol, Listener listener) {
        peer = new PeerChannel(channel, tls, false);
        this.protocol = protocol;
        this.listener = listener;
    }

    /** Begins to connect; the listener is told when that is done, which may be at once. */
    void connect(EventLoop reactor, InetSocketAddress address) throws IOException {
        loop = reactor;
        SocketChannel channel = peer.channel();
        channel.configureBlocking(false);
        boolean isConnected = channel.connect(address);
        peer.register(reactor, SelectionKey.OP_CONNECT, this);
        if (isConnected) {
            connected();
        }
    }

    private void connected() throws IOException {
        isConnecting = false;
        client = loop.info(ClientInfo.Kind.PRIMARY, peer.channel());
        peer.interest(SelectionKey.OP_CONNECT, false);
        peer.interest(SelectionKey.OP_READ, true);
        listener.onConnected();
    }

    PeerChannel peer() {
        return peer;
    }

    UpstreamProtocol protocol() {
        return protocol;
    }

    @Override
    public void onReady(SelectionKey key) throws IOException {
        if (key.isConnectable() && isConnecting) {
            peer.channel().finishConnect();
            connected();
        }
        if (!isClosed && key.isWritable()) {
            peer.flush();
        }
        if (!isClosed && key.isReadable()) {
            onMore();
        }
    }

    @Override
    public void onMore() throws IOException {
        if (isClosed || isPaused && !peer.hasRoom()) {
            return;
        }
        int count = peer.read();
        if (count < 0) {
            listener.onBroken("the primary closed the connection");
        } else if (count > 0) {
            listener.onHeard(count);
            client.active("replconf", loop.clock().steadyMs());
            takeOrKeep();
        }
    }

    private void takeOrKeep() throws IOException {
        if (isPaused) {
            peer.interest(SelectionKey.OP_READ, peer.hasRoom());
        } else {
            take();
        }
    }

    private void take() throws IOException {
        int at = 0;
        try {
            for (int length = -1; !isClosed && !isPaused && length != 0; at += length) {
                length = protocol.take(peer.address() + at, peer.received() - at, listener);
            }
        } catch (IllegalArgumentException e) {
            listener.onBroken("malformed message from the primary: " + e.getMessage());
        }
        if (!isClosed) {
            peer.consume(at);
            listener.onBatchEnd();
        }
    }

    @Override
    public ClientInfo client() {
        return !isClosed && listener.isAttached() ? client : null;
    }

    @Override
    public CycleStep step() {
        return CycleStep.APPLY;
    }

    @Override
    public long pendingBytes() {
        return peer.pending();
    }

    @Override
    public void kill() {
        if (!isClosed) {
            listener.onBroken("a client has killed the connection");
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        if (!isClosed) {
            listener.onBroken(String.valueOf(cause.getMessage()));
        }
    }

    /**
     * Takes nothing more of what comes, not even of what was read with the message under way, until {@link #resume}. It is still read, as
     * far as there is room for it, so that the end of the connection and a primary that is silent are noticed.
     */
    void pause() {
        isPaused = true;
        peer.interest(SelectionKey.OP_READ, peer.hasRoom());
    }

    void resume() throws IOException {
        isPaused = false;
        peer.interest(SelectionKey.OP_READ, true);
        listener.onHeard(0);
        take();
    }

    void close() {
        isClosed = true;
        peer.close();
    }
}
