package io.tailrace.node.handover;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.command.FakeNode;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.reactor.ChannelHandler;
import io.tailrace.node.reactor.EventLoop;
import io.tailrace.node.reactor.PausedListeners;
import io.tailrace.node.security.Tls;
import io.tailrace.node.security.Transport;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests to another node and its replies, over a loopback socket that a selector of the test's polls. */
class ControlChannelTest {
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** More than the kernel takes for both sockets. */
    private static final int LARGE = 32 << 20;

    private final long liveBytesBefore = NativeBuffer.liveBytes();
    private final HandLoop loop = new HandLoop();
    private final Heard heard = new Heard();
    private ServerSocketChannel listener;
    private SocketChannel other;
    private ControlChannel channel;

    @BeforeEach
    void connect() throws Exception {
        listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        channel = ControlChannel.connect(loop, new HostPort("127.0.0.1", port), new FakeNode(1).security(), heard);
        other = listener.accept();
        other.configureBlocking(false);
        turnUntil(() -> heard.isConnected);
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
        other.close();
        listener.close();
        loop.selector.close();
        assertEquals(liveBytesBefore, NativeBuffer.liveBytes(), "native memory is leaked");
    }

    private void turnUntil(BooleanSupplier condition) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "heard: " + heard.lines + ", closed: " + heard.closed);
            loop.turn();
        }
    }

    private void answer(String text) throws IOException {
        other.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void shouldSendRequestsAndHearTheLinesThatAnswerThem() throws IOException {
        channel.send("REPLCONF", "HANDOVER", "CONFIRM", "abc");
        ByteBuffer received = ByteBuffer.allocate(1 << 10);
        byte[] request = "*4\r\n$8\r\nREPLCONF\r\n$8\r\nHANDOVER\r\n$7\r\nCONFIRM\r\n$3\r\nabc\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        turnUntil(() -> read(received) == request.length);
        assertArrayEquals(request, bytes(received));
        answer("+O");
        loop.turn();
        answer("K\r\n-ERR no\r\n");
        turnUntil(() -> heard.lines.size() == 2);
        assertEquals(List.of("+OK", "-ERR no"), heard.lines);
    }

    @Test
    void shouldSendLaterWhatTheSocketDoesNotTakeAtOnce() throws IOException {
        channel.send("x".repeat(LARGE));
        channel.send("PING");
        String last = "*1\r\n$4\r\nPING\r\n";
        int whole = ("*1\r\n$" + LARGE + "\r\n\r\n").length() + LARGE + last.length();
        ByteBuffer received = ByteBuffer.allocate(whole + 1);
        loop.turn();
        turnUntil(() -> read(received) == whole);
        int lastAt = whole - last.length();
        assertEquals(last, new String(received.array(), lastAt, last.length(), StandardCharsets.US_ASCII));
        answer("+PONG\r\n");
        turnUntil(() -> heard.lines.size() == 1);
        assertNull(heard.closed);
        assertEquals(SelectionKey.OP_READ, loop.key.interestOps());
    }

    @Test
    void shouldTellThatTheOtherSideClosed() throws IOException {
        other.close();
        turnUntil(() -> heard.closed != null);
        assertEquals("closed by the other side", heard.closed);
        channel.send("PING");
    }

    @Test
    void shouldGiveUpALineWithoutEnd() throws IOException {
        answer("x".repeat(4 << 10));
        turnUntil(() -> heard.closed != null);
        assertEquals("a reply is longer than 4096 bytes", heard.closed);
    }

    @Test
    void shouldHearNothingAfterItIsClosed() throws IOException {
        answer("+OK\r\n");
        channel.close();
        loop.turn();
        assertEquals(List.of(), heard.lines);
        assertNull(heard.closed);
    }

    private int read(ByteBuffer target) {
        try {
            other.read(target);
            return target.position();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        return bytes;
    }

    private static final class Heard implements HandoverPeer.Listener {
        private final List<String> lines = new ArrayList<>();
        private boolean isConnected;
        private String closed;

        @Override
        public void onConnected() {
            isConnected = true;
        }

        @Override
        public void onLine(String line) {
            lines.add(line);
        }

        @Override
        public void onClosed(String reason) {
            closed = reason;
        }
    }

    /** Polls one channel when the test says so. */
    private static final class HandLoop implements EventLoop {
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private final Selector selector;
        private SelectionKey key;

        HandLoop() {
            try {
                selector = Selector.open();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        void turn() throws IOException {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
            selector.select(
                    ready -> {
                        ChannelHandler handler = (ChannelHandler) ready.attachment();
                        try {
                            handler.onReady(ready);
                        } catch (IOException e) {
                            handler.onFailure(e);
                        }
                    },
                    1);
        }

        @Override
        public SelectionKey register(SelectableChannel socket, int operations, ChannelHandler handler)
                throws IOException {
            key = socket.register(selector, operations, handler);
            return key;
        }

        @Override
        public boolean execute(Runnable task) {
            return tasks.add(task);
        }

        @Override
        public Transport transport(SocketChannel socket, Tls tls, boolean isAccepted, ChannelHandler handler) {
            return Transport.plain(socket);
        }

        @Override
        public void reattach(SelectionKey socketKey, Transport transport, ChannelHandler handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SelectorProvider sockets() {
            return SelectorProvider.provider();
        }

        @Override
        public CycleClock clock() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ClientInfo info(ClientInfo.Kind kind, SocketChannel socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PausedListeners pausedListeners() {
            throw new UnsupportedOperationException();
        }
    }
}
