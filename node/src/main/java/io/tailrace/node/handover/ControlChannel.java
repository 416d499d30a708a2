package io.tailrace.node.handover;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.Closing;
import io.tailrace.node.reactor.BufferedChannel;
import io.tailrace.node.reactor.ChannelHandler;
import io.tailrace.node.reactor.EventLoop;
import io.tailrace.node.security.Credentials;
import io.tailrace.node.security.Security;
import io.tailrace.node.security.Transport;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A {@link HandoverPeer} over a socket that a reactor polls. Owned and closed by the reactor's thread. Requests that the socket does
 * not take at once wait in native memory until it does; what comes in is lines of at most {@link #MAX_LINE} bytes.
 */
public final class ControlChannel implements HandoverPeer, ChannelHandler {
    private static final int MAX_LINE = 4 << 10;

    private final HandoverPeer.Listener listener;
    private final ByteBuffer input = ByteBuffer.allocate(MAX_LINE);
    private final SocketChannel channel;
    private final Credentials credentials;
    private final ReplyWriter output = ReplyWriter.resting(MAX_LINE);
    private String failure;
    private Transport transport;
    private BufferedChannel socket;
    private boolean isLoggingIn;
    private boolean isOpen;
    private boolean isClosed;

    private ControlChannel(SocketChannel channel, Credentials credentials, HandoverPeer.Listener listener) {
        this.channel = channel;
        this.credentials = credentials;
        this.listener = listener;
    }

    /**
     * Begins to connect; what comes of it the listener hears.
     *
     * @param address its host must be numeric: no name is resolved here
     * @param security how to log in before anything else is sent
     * @throws IOException when it fails at once
     */
    public static ControlChannel connect(
            EventLoop loop, HostPort address, Security security, HandoverPeer.Listener listener) throws IOException {
        SocketChannel channel = loop.sockets().openSocketChannel();
        ControlChannel control = new ControlChannel(channel, security.credentials(), listener);
        try {
            control.transport = Transport.plain(channel);
            control.transport = loop.transport(channel, security.replicationTls(), false, control);
            control.socket = new BufferedChannel(control.transport, control.output);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            boolean isConnected =
                    channel.connect(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
            control.socket.attach(loop.register(channel, SelectionKey.OP_CONNECT, control));
            if (isConnected && !loop.execute(control::connected)) {
                throw new IOException("this node is too busy");
            }
            return control;
        } catch (IOException | RuntimeException e) {
            control.close();
            throw e;
        }
    }

    @Override
    public boolean isOfNode() {
        return true;
    }

    @Override
    public void onReady(SelectionKey key) throws IOException {
        if (isClosed) {
            return;
        }
        if (key.isConnectable()) {
            channel.finishConnect();
            connected();
        }
        if (!isClosed && failure != null) {
            throw new IOException(failure);
        }
        if (!isClosed && key.isWritable()) {
            socket.flush();
            awaitMore();
        }
        if (!isClosed && key.isReadable()) {
            onMore();
        }
    }

    @Override
    public void onMore() throws IOException {
        if (!isClosed) {
            read();
        }
        opened();
        awaitMore();
    }

    private void connected() {
        if (isClosed) {
            return;
        }
        try {
            transport.push();
            opened();
            awaitMore();
        } catch (IOException e) {
            onFailure(e);
        }
    }

    private void awaitMore() {
        if (!isClosed) {
            socket.await(socket.wanted(true));
        }
    }

    /** The first time that bytes can pass. */
    private void opened() {
        if (!isClosed && !isOpen && transport.isOpen()) {
            isOpen = true;
            isLoggingIn = credentials != null;
            if (isLoggingIn) {
                output.raw(credentials.request());
                flush();
            }
            listener.onConnected();
        }
    }

    private void read() throws IOException {
        if (transport.read(input) < 0) {
            throw new IOException("closed by the other side");
        }
        for (String line = nextLine(); line != null && !isClosed; line = nextLine()) {
            take(line);
        }
        if (!input.hasRemaining()) {
            throw new IOException("a reply is longer than " + MAX_LINE + " bytes");
        }
    }

    private void take(String line) throws IOException {
        if (!isLoggingIn) {
            listener.onLine(line);
        } else if (line.equals("+OK")) {
            isLoggingIn = false;
        } else {
            throw new IOException("it refused the login of this node: " + line);
        }
    }

    private String nextLine() {
        for (int i = 0; i < input.position(); i++) {
            if (input.get(i) == '\n') {
                String line = new String(input.array(), 0, i, StandardCharsets.US_ASCII).trim();
                input.flip().position(i + 1);
                input.compact();
                return line;
            }
        }
        return null;
    }

    @Override
    public void send(String... request) {
        if (isClosed) {
            return;
        }
        output.array(request.length);
        for (String argument : request) {
            output.bulk(argument);
        }
        flush();
    }

    /** A failure is told by {@link #onReady}: nothing may come of it within a call of the owner's. */
    private void flush() {
        try {
            socket.flush();
            awaitMore();
        } catch (IOException e) {
            failure = String.valueOf(e.getMessage());
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        if (!isClosed) {
            close();
            listener.onClosed(String.valueOf(cause.getMessage()));
        }
    }

    @Override
    public void close() {
        isClosed = true;
        Closing.quietly(transport);
        output.close();
    }
}
