package io.tailrace.node.handover;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.reactor.ChannelHandler;
import io.tailrace.node.reactor.EventLoop;
import io.tailrace.node.security.Credentials;
import io.tailrace.node.security.Security;
import io.tailrace.node.security.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A {@link HandoverPeer} over a socket that a reactor polls. Owned by the reactor's thread; requests are small. */
public final class ControlChannel implements HandoverPeer, ChannelHandler {
    private static final int MAX_LINE = 4 << 10;

    private final HandoverPeer.Listener listener;
    private final ByteBuffer input = ByteBuffer.allocate(MAX_LINE);
    private final SocketChannel channel;
    private final Credentials credentials;
    private String failure;
    private Transport transport;
    private SelectionKey key;
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
        try {
            ControlChannel control = new ControlChannel(channel, security.credentials(), listener);
            control.transport = loop.transport(channel, security.replicationTls(), false, control);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            boolean isConnected =
                    channel.connect(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
            SelectionKey key = loop.register(channel, SelectionKey.OP_CONNECT, control);
            if (isConnected && !loop.execute(() -> control.connected(key))) {
                throw new IOException("this node is too busy");
            }
            return control;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void onReady(SelectionKey key) throws IOException {
        if (isClosed) {
            return;
        }
        if (key.isConnectable()) {
            channel.finishConnect();
            connected(key);
        }
        if (!isClosed && failure != null) {
            throw new IOException(failure);
        }
        if (!isClosed && key.isWritable()) {
            transport.push();
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

    private void connected(SelectionKey selectionKey) {
        if (isClosed) {
            return;
        }
        key = selectionKey;
        try {
            transport.push();
            opened();
            awaitMore();
        } catch (IOException e) {
            onFailure(e);
        }
    }

    private void awaitMore() {
        if (!isClosed && key.isValid()) {
            key.interestOps(transport.interest(SelectionKey.OP_READ));
        }
    }

    /** The first time that bytes can pass. */
    private void opened() {
        if (!isClosed && !isOpen && transport.isOpen()) {
            isOpen = true;
            isLoggingIn = credentials != null;
            if (isLoggingIn) {
                send(ByteBuffer.wrap(credentials.request()));
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
        StringBuilder text = new StringBuilder("*" + request.length + "\r\n");
        for (String argument : request) {
            text.append('$')
                    .append(argument.length())
                    .append("\r\n")
                    .append(argument)
                    .append("\r\n");
        }
        send(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.US_ASCII)));
    }

    private void send(ByteBuffer bytes) {
        if (failure != null) {
            return;
        }
        try {
            transport.write(bytes);
            awaitMore();
            failure = bytes.hasRemaining() ? "a request of " + bytes.limit() + " bytes did not go out at once" : null;
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
        try {
            transport.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
