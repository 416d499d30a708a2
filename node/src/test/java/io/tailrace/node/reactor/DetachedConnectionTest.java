package io.tailrace.node.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.command.FakeNode;
import io.tailrace.node.command.FakeReplication;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleStep;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.FileMaker;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client's connection that another than the executor of requests takes over; the reactor is turned by hand. */
class DetachedConnectionTest {
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** More than the kernel takes for both sockets. */
    private static final int LARGE = 16 << 20;

    private final long liveBytesBefore = NativeBuffer.liveBytes();
    private final StringBuilder received = new StringBuilder();
    private final FakeNode node = new FakeNode(1);
    private ShardBench shard;
    private Reactor reactor;
    private ServerSocketChannel listener;
    private SocketChannel client;
    private Connection connection;
    private EchoSession session;
    private boolean isEnded;
    private boolean isReactorClosed;

    @TempDir
    private Path directory;

    @BeforeEach
    void connect() throws Exception {
        shard = new ShardBench(directory).begin();
        reactor =
                new Reactor(shard.shard(), node, node.commands(), shard.shard().clock(), SelectorProvider.provider());
        reactor.replication(new FakeReplication());
        reactor.connect(List.of(reactor));
        listener = Acceptor.bind(SelectorProvider.provider(), "127.0.0.1", 0);
        Acceptor.start(
                listener, null, List.of(reactor), new Acceptor.Admission(node.security(), () -> 100, node.clients()));
        client = SocketChannel.open((InetSocketAddress) listener.getLocalAddress());
        client.configureBlocking(false);
        await(() -> reactor.connections().count() == 1);
        connection = reactor.connections().all().iterator().next();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        listener.close();
        closeReactor();
        shard.close();
        // a snapshot that was being written lets its memory go a little later
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (NativeBuffer.liveBytes() != liveBytesBefore && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        assertEquals(liveBytesBefore, NativeBuffer.liveBytes(), "native memory is leaked");
    }

    private void closeReactor() throws IOException {
        if (!isReactorClosed) {
            isReactorClosed = true;
            reactor.closeConnections();
        }
    }

    private void await(BooleanSupplier condition) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "it does not come to be");
            reactor.cycle(-1);
        }
    }

    private void send(String text) throws IOException {
        client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** All that has come so far. */
    private String receive() {
        try {
            ByteBuffer some = ByteBuffer.allocate(1 << 20);
            int count = client.read(some);
            isEnded |= count < 0;
            received.append(new String(some.array(), 0, Math.max(0, count), StandardCharsets.ISO_8859_1));
            return received.toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private PeerConnection echo(DetachedConnection detached) {
        session = new EchoSession(detached);
        return session;
    }

    @Test
    void shouldGetWhatCameInAndWasNotExecuted() throws IOException {
        send("PING\r\n");
        await(() -> receive().equals("+PONG\r\n"));
        connection.requests().block();
        send("PING\r\nGET so");
        await(() -> connection.requests().input().received() == 12);
        connection.detach(this::echo);
        await(() -> session != null);
        assertEquals("PING\r\nGET so", session.input);
        send("mething");
        await(() -> receive().equals("+PONG\r\n+something else:PING\r\nGET so\r\n+mething\r\n"));
        assertEquals(ConnectionState.DETACHED, connection.state());
    }

    @Test
    void shouldGetNothingWhereAllWasExecuted() throws IOException {
        connection.detach(this::echo);
        await(() -> session != null);
        assertEquals("", session.input);
    }

    @Test
    void shouldExecuteNothingMoreOnceItIsToBeDetached() throws IOException {
        List<Consumer<String>> owed = new ArrayList<>();
        connection
                .session()
                .<String>gatherLater(
                        (shardServices, answer) -> owed.add(answer), (answers, reply) -> reply.simple(answers.get(0)));
        connection.detach(this::echo);
        send("SET a 1");
        for (int i = 0; i < 100; i++) {
            reactor.cycle(-1);
        }
        assertNull(session, "a reply is owed");
        owed.get(0).accept("late");
        await(() -> session != null && receive().contains("SET a"));
        assertEquals("+late\r\n+something else:SET a 1\r\n", received.toString());
        assertEquals(Map.of(), shard.contents());
    }

    @Test
    void shouldBeHandedOverWhenWhatWasRepliedIsSent() throws IOException {
        connection.message(reply -> reply.bulk("x".repeat(LARGE)));
        connection.detach(this::echo);
        for (int i = 0; i < 100; i++) {
            reactor.cycle(-1);
        }
        assertNull(session, "there is more to send");
        await(() -> receive().endsWith("+something else:\r\n"));
        assertEquals(LARGE + "$16777216\r\n\r\n+something else:\r\n".length(), received.length());
    }

    @Test
    void shouldBeHandedToNobodyWhenItIsClosedBefore() throws IOException {
        connection.message(reply -> reply.bulk("x".repeat(LARGE)));
        send("GET so");
        await(() -> connection.requests().input().received() == 6);
        connection.detach(this::echo);
        reactor.cycle(-1);
        assertEquals(ConnectionState.DETACHING, connection.state());
        assertEquals(1, reactor.services().killClients(any -> true, -1));
        await(() -> receive() != null && isEnded);
        assertNull(session);
        assertEquals(0, node.clients().get());
    }

    @Test
    void shouldCountAsAClientUntilItIsClosed() throws IOException {
        long sent = connection.info().outputBytes();
        connection.detach(this::echo);
        await(() -> receive().equals("+something else:\r\n"));
        assertEquals(0, reactor.services().stats().connections());
        assertEquals(1, reactor.connections().assigned());
        assertEquals(1, node.clients().get());
        ClientInfo info = session.client();
        assertEquals(sent + received.length(), info.outputBytes());
        List<String> lines = reactor.services().clientLines(any -> true);
        assertEquals(1, lines.size());
        assertTrue(lines.get(0).startsWith("id=" + info.id() + " "), lines.get(0));
        assertEquals(1, reactor.services().killClients(of -> of.id() == info.id(), -1));
        await(() -> receive() != null && isEnded);
        assertEquals(0, reactor.connections().assigned());
        assertEquals(0, node.clients().get());
        assertEquals(List.of(), reactor.services().clientLines(any -> true));
    }

    @Test
    void shouldEndWhatBelongsToAClientThatExecutesRequests() throws IOException {
        send("HELLO 3\r\nMONITOR\r\nSUBSCRIBE news\r\nMULTI\r\nSET a 1\r\n");
        await(() -> receive().contains("+QUEUED\r\n"));
        assertTrue(connection.info().isSubscribed() && connection.session().isMonitor());
        connection.detach(this::echo);
        await(() -> session != null);
        assertFalse(session.client().isSubscribed());
        assertFalse(connection.session().isMonitor());
        assertEquals(0, node.diagnostics().monitors().get());
        connection.message(reply -> reply.simple("to nobody"));
        connection.close();
        await(() -> receive().endsWith("+something else:\r\n"));
        send("still here");
        await(() -> receive().endsWith("+still here\r\n"));
    }

    @Test
    void shouldBeClosedWhenNobodyCanTakeIt() throws IOException {
        connection.detach(detached -> {
            throw new IOException("no room");
        });
        await(() -> receive() != null && isEnded);
        assertEquals(0, node.clients().get());
        assertEquals(0, reactor.connections().assigned());
    }

    @Test
    void shouldBeClosedWhenItTakesNothingForTooLong() throws IOException {
        connection.detach(this::echo);
        await(() -> receive().equals("+something else:\r\n"));
        long later = shard.shard().clock().steadyMs() + 61_000;
        reactor.clients().onSecond(later, 60);
        assertFalse(session.isClosed, "it has nothing to take");
        session.say("x".repeat(LARGE));
        await(() -> session.pendingBytes() > 0);
        reactor.clients().onSecond(later, 62);
        assertFalse(session.isClosed, "it has time");
        reactor.clients().onSecond(later, 60);
        assertTrue(session.isClosed);
    }

    @Test
    void shouldBeClosedWithTheReactor() throws IOException {
        connection.detach(this::echo);
        await(() -> session != null);
        closeReactor();
        assertTrue(session.isClosed);
        assertEquals(0, node.clients().get());
    }

    @Test
    void shouldBeClosedWhenItFails() throws IOException {
        connection.detach(this::echo);
        await(() -> session != null);
        session.failure = new IOException("no sense");
        send("?");
        await(() -> session.isClosed);
        assertEquals(0, node.clients().get());
    }

    private void sendFile(FileMaker maker) {
        FileTransfer file = new FileTransfer(maker, directory.resolve("file"), "1");
        connection.detach(detached -> new FileSession(detached, file).start(Background.THREADS, "file-for-test"));
    }

    @Test
    void shouldSendAFileOfAnyLengthAfterWhatWasReplied() throws IOException {
        byte[] part = "y".repeat(LARGE).getBytes(StandardCharsets.US_ASCII);
        send("PING\r\n");
        await(() -> connection.info().commands() == 1);
        sendFile((out, isCancelled) -> out.write(part));
        send("PING\r\n");
        await(() -> receive().length() > LARGE / 2);
        assertTrue(reactor.services().clientLines(any -> true).get(0).contains(" flags=S "));
        await(() -> receive() != null && isEnded);
        String begin = "+PONG\r\n$" + LARGE + "\r\n";
        assertEquals(begin + "yyy", received.substring(0, begin.length() + 3));
        assertEquals(begin.length() + LARGE, received.length());
    }

    @Test
    void shouldSendAFileToOneThatHasEndedItsSide() throws IOException {
        client.shutdownOutput();
        sendFile((out, isCancelled) -> out.write("abc".getBytes(StandardCharsets.US_ASCII)));
        await(() -> receive() != null && isEnded);
        assertEquals("$3\r\nabc", received.toString());
    }

    @Test
    void shouldSayThatAFileCanNotBeMade() throws IOException {
        sendFile((out, isCancelled) -> {
            throw new IOException("no data");
        });
        await(() -> receive() != null && isEnded);
        assertTrue(received.toString().startsWith("-ERR no RDB file could be made: "), received.toString());
    }

    @Test
    void shouldMakeNoFileForOneThatIsGone() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        sendFile((out, isCancelled) -> {
            begun.incrementAndGet();
            while (!isCancelled.getAsBoolean()) {
                Thread.onSpinWait();
            }
            cancelled.incrementAndGet();
        });
        await(() -> begun.get() == 1);
        reactor.services().killClients(any -> true, -1);
        await(() -> node.clients().get() == 0 && cancelled.get() == 1);
    }

    /** Says what it was given, and what it reads. */
    private static final class EchoSession implements PeerConnection {
        private final DetachedConnection connection;
        private final ReplyWriter output = new ReplyWriter(64);
        private final String input;
        private IOException failure;
        private boolean isClosed;

        EchoSession(DetachedConnection connection) {
            this.connection = connection;
            byte[] rest = new byte[connection.received()];
            Memory.copyOut(connection.input(), rest, 0, rest.length);
            input = new String(rest, StandardCharsets.ISO_8859_1);
            connection.output(output);
            say("something else:" + input);
        }

        private void say(String text) {
            output.raw(("+" + text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            connection.await(true);
        }

        @Override
        public void onReady(SelectionKey key) throws IOException {
            if (failure != null) {
                throw failure;
            }
            if (key.isReadable()) {
                ByteBuffer some = ByteBuffer.allocate(1 << 10);
                int count = connection.read(some);
                if (count < 0) {
                    kill();
                    return;
                }
                say(new String(some.array(), 0, count, StandardCharsets.ISO_8859_1));
            }
            connection.flush();
            connection.await(true);
        }

        @Override
        public void onFailure(Throwable cause) {
            assertNotNull(cause);
            kill();
        }

        @Override
        public ClientInfo client() {
            return connection.info();
        }

        @Override
        public CycleStep step() {
            return CycleStep.PUMP;
        }

        @Override
        public long pendingBytes() {
            return output.pending();
        }

        @Override
        public void kill() {
            if (!isClosed) {
                isClosed = true;
                connection.close();
                output.close();
            }
        }
    }
}
