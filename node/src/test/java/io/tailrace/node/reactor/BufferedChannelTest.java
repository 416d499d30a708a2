package io.tailrace.node.reactor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.security.Transport;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent over a socket whose other side reads late. */
class BufferedChannelTest {
    /** More than the kernel takes for both sockets. */
    private static final int LARGE = 32 << 20;

    private static final int ENOUGH_ROUNDS = 1_000_000;

    private final ReplyWriter output = new ReplyWriter(1 << 10);
    private Selector selector;
    private SocketChannel own;
    private SocketChannel peer;
    private BufferedChannel channel;

    @BeforeEach
    void connect() throws IOException {
        selector = Selector.open();
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            own = SocketChannel.open(listener.getLocalAddress());
            peer = listener.accept();
        }
        own.configureBlocking(false);
        peer.configureBlocking(false);
        channel = new BufferedChannel(Transport.plain(own), output);
    }

    @AfterEach
    void close() throws IOException {
        own.close();
        peer.close();
        selector.close();
        output.close();
    }

    private byte[] write(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        output.raw(bytes);
        return bytes;
    }

    @Test
    void shouldSendWhatTheSocketTakesAndTheRestLater() throws IOException {
        byte[] sent = write(LARGE);
        channel.attach(own.register(selector, 0));
        int count = channel.flush();
        assertTrue(count > 0 && count < LARGE, count + " bytes at first");
        assertEquals(LARGE - count, output.pending());
        assertFalse(channel.isDrained());
        assertEquals(SelectionKey.OP_READ | SelectionKey.OP_WRITE, channel.wanted(true));
        assertEquals(SelectionKey.OP_WRITE, channel.wanted(false));
        ByteBuffer received = ByteBuffer.allocate(LARGE);
        for (int i = 0; received.hasRemaining() && i < ENOUGH_ROUNDS; i++) {
            peer.read(received);
            count += channel.flush();
        }
        assertArrayEquals(sent, received.array());
        assertEquals(LARGE, count);
        assertTrue(channel.isDrained());
        assertEquals(SelectionKey.OP_READ, channel.wanted(true));
        assertEquals(0, channel.flush());
    }

    @Test
    void shouldSendFromTheBufferThatTookOver() throws IOException {
        write(10);
        try (ReplyWriter larger = new ReplyWriter(1 << 10)) {
            larger.raw(output.address(), output.pending());
            channel.output(larger);
            assertEquals(10, channel.flush());
            assertEquals(0, larger.pending());
            assertEquals(10, output.pending());
        }
    }

    @Test
    void shouldWaitForNothingWithoutAGoodKey() {
        assertFalse(channel.isOpen());
        channel.await(SelectionKey.OP_READ);
    }

    @Test
    void shouldAskTheSelectorForWhatIsWanted() throws IOException {
        SelectionKey key = own.register(selector, SelectionKey.OP_READ);
        channel.attach(key);
        channel.await(SelectionKey.OP_WRITE);
        assertEquals(SelectionKey.OP_WRITE, key.interestOps());
        own.close();
        assertFalse(channel.isOpen());
        channel.await(SelectionKey.OP_READ);
    }
}
