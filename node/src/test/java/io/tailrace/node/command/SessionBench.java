package io.tailrace.node.command;

import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.backlog.DiskSync;
import io.tailrace.node.config.Setting;
import io.tailrace.node.feed.FeedPages;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.reactor.Acceptor;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.security.Tls;
import io.tailrace.node.services.LoadStatus;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.shard.KeySlot;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.ShardSettings;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.node.value.EncodingLimits;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Shards with their reactors, turned by hand, and clients that talk to them over loopback; around them a
 * {@link FakeNode} and a {@link FakeReplication} each. The clock stands until it is set. For one test thread.
 */
final class SessionBench implements AutoCloseable {
    static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    static final long NOW_MICROS = 1_700_000_000_123_456L;

    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(20);

    final FakeNode node;
    final List<FakeReplication> replication = new ArrayList<>();
    final List<Shard> shards = new ArrayList<>();
    long nowMicros = NOW_MICROS;
    /** By how much the machine's clock was set. */
    long jumpedMicros;
    /** How long all work so far has taken, of its own. */
    LongSupplier workMicros = () -> 0;

    private final List<Reactor> reactors = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final ServerSocketChannel listener;
    private final Acceptor.Admission admission;
    private final List<ServerSocketChannel> more = new ArrayList<>();

    SessionBench(Path directory, int shardCount) throws IOException, RebuildException {
        this(directory, shardCount, DiskSync.REAL);
    }

    /** @param disk of all shards */
    SessionBench(Path directory, int shardCount, DiskSync disk) throws IOException, RebuildException {
        this(directory, shardCount, disk, Map.of());
    }

    SessionBench(Path directory, int shardCount, DiskSync disk, Map<Setting, String> settingsOfNode)
            throws IOException, RebuildException {
        node = new FakeNode(shardCount, settingsOfNode);
        for (int i = 0; i < shardCount; i++) {
            CycleClock clock = new CycleClock(() -> nowMicros() + jumpedMicros, this::nowMicros);
            String thread = "disk-test-" + i;
            BacklogSettings backlog = new BacklogSettings(
                    64 << 20, 1 << 30, 2 * CommandBench.MAX_VALUE, () -> Background.THREADS.executor(thread), disk);
            ShardSettings settings = new ShardSettings(
                    i,
                    shardCount,
                    CommandBench.SIZING,
                    backlog,
                    CommandBench.MAX_VALUE,
                    Background.THREADS,
                    CollectionLimits.standard(new EncodingLimits(node.settings())));
            Shard shard = new Shard(settings, clock);
            shard.open(ShardDirectory.open(directory.resolve("shard-" + i)));
            shard.log().beginHistory(HISTORY);
            Reactor reactor = new Reactor(shard, node, node.commands(), clock, SelectorProvider.provider());
            FakeReplication fake = new FakeReplication();
            fake.feedPages = new FeedPages(shard);
            reactor.replication(fake);
            shards.add(shard);
            replication.add(fake);
            reactors.add(reactor);
        }
        reactors.forEach(reactor -> reactor.connect(reactors));
        listener = Acceptor.bind(SelectorProvider.provider(), "127.0.0.1", 0);
        admission = new Acceptor.Admission(node.security(), () -> 100, node.clients);
        Acceptor.start(listener, null, reactors, admission);
    }

    /** Lets all shards be loading, or no more for null. */
    void loading(LoadStatus status) {
        node.loading = status;
        reactors.forEach(reactor -> reactor.loading(status != null));
    }

    long nowMicros() {
        return nowMicros + workMicros.getAsLong();
    }

    /** A key of a shard, the same each time. */
    String keyOfShard(int shard) {
        try (NativeBuffer bytes = new NativeBuffer(16)) {
            for (int i = 0; ; i++) {
                byte[] key = ("key" + i).getBytes(StandardCharsets.US_ASCII);
                Memory.copyIn(key, 0, bytes.address(), key.length);
                if (KeySlot.shardOf(bytes.address(), key.length, shards.size()) == shard) {
                    return "key" + i;
                }
            }
        }
    }

    ShardServices services(int shard) {
        return reactors.get(shard).services();
    }

    SocketChannel connect() throws IOException {
        return SocketChannel.open(listener.getLocalAddress());
    }

    /** A connection that was accepted elsewhere and that the reactor of a shard is to serve; any thread. */
    SocketChannel handOverTo(int shard) throws IOException {
        try (ServerSocketChannel another = ServerSocketChannel.open()) {
            another.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel channel = SocketChannel.open(another.getLocalAddress());
            node.clients.incrementAndGet();
            reactors.get(shard).adoptSoon(another.accept(), null);
            return channel;
        }
    }

    Client client() throws IOException {
        return client(connect());
    }

    Client client(SocketChannel channel) throws IOException {
        Client client = new Client(channel);
        clients.add(client);
        return client;
    }

    /** A connection by way of another address of this machine. */
    SocketChannel connectTo(InetAddress address) throws IOException {
        return SocketChannel.open(listenTo(address, null));
    }

    /** Another address to connect to, with TLS or null for none. */
    SocketAddress listenTo(InetAddress address, Tls tls) throws IOException {
        return listener(address, tls).getLocalAddress();
    }

    ServerSocketChannel listener(InetAddress address, Tls tls) throws IOException {
        ServerSocketChannel another = Acceptor.bind(SelectorProvider.provider(), address.getHostAddress(), 0);
        more.add(another);
        Acceptor.start(another, tls, reactors, admission);
        return another;
    }

    /** A client whose connection the reactor of a shard serves. */
    Client clientOfShard(int shard) {
        try {
            for (int i = 0; i < 2 * reactors.size(); i++) {
                int before = reactors.get(shard).services().stats().connections();
                Client client = client();
                client.reply("PING");
                if (reactors.get(shard).services().stats().connections() > before) {
                    return client;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("no connection came to shard " + shard);
    }

    /** Turns the reactors until something holds. */
    void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("it does not come to be");
            }
            try {
                turn();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    void turn() throws IOException {
        for (int i = 0; i < reactors.size(); i++) {
            reactors.get(i).cycle(-1);
        }
    }

    /** One reactor's. */
    void turn(int shard) throws IOException {
        reactors.get(shard).cycle(-1);
    }

    /** One client's connection. */
    final class Client {
        private final SocketChannel channel;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private boolean isEnded;

        private Client(SocketChannel channel) throws IOException {
            this.channel = channel;
            channel.configureBlocking(false);
        }

        Reply reply(String... command) {
            send(command);
            return next();
        }

        void send(String... command) {
            sendRaw(request(command));
        }

        /** In RESP. */
        static String request(String... command) {
            StringBuilder request = new StringBuilder("*" + command.length + "\r\n");
            for (String argument : command) {
                request.append('$')
                        .append(argument.length())
                        .append("\r\n")
                        .append(argument)
                        .append("\r\n");
            }
            return request.toString();
        }

        void sendRaw(String text) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Sends as the node takes it, which it does not forever. */
        void sendPatiently(String text, int turns) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
            try {
                for (int i = 0; i < turns && bytes.hasRemaining(); i++) {
                    channel.write(bytes);
                    turn();
                }
            } catch (IOException e) {
                isEnded = true;
            }
        }

        /** The next reply, turning the reactors until it is here. */
        Reply next() {
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            for (Reply reply = poll(); ; reply = poll()) {
                if (reply != null) {
                    return reply;
                }
                if (isEnded || System.nanoTime() > deadline) {
                    throw new IllegalStateException("no reply; got " + received);
                }
                step();
            }
        }

        /** The next reply if it has come, else null. */
        Reply poll() {
            ByteArrayInputStream in = new ByteArrayInputStream(received.toByteArray());
            try {
                Reply reply = Reply.read(in);
                received.reset();
                received.writeBytes(in.readAllBytes());
                return reply;
            } catch (EOFException e) {
                return null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Whether nothing comes in this many turns. */
        boolean isSilent(int turns) {
            for (int i = 0; i < turns; i++) {
                step();
            }
            return received.size() == 0 && !isEnded;
        }

        boolean isClosed() {
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            while (!isEnded && System.nanoTime() < deadline) {
                step();
            }
            return isEnded;
        }

        private void step() {
            try {
                turn();
                ByteBuffer into = ByteBuffer.allocate(64 << 10);
                int count = channel.read(into);
                isEnded |= count < 0;
                received.write(into.array(), 0, Math.max(0, count));
            } catch (SocketException e) {
                isEnded = true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Sends no more, and still reads. */
        void endSending() {
            try {
                channel.shutdownOutput();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void close() throws IOException {
            channel.close();
        }
    }

    /**
     * Fails when native memory is leaked. Some may be in use for a moment yet: a map that is made in the background, to be spare, is
     * checked with some.
     *
     * @param before what was live before
     */
    static void assertFreed(long before) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (NativeBuffer.liveBytes() > before && System.nanoTime() < deadline) {
            Thread.yield();
        }
        long leaked = NativeBuffer.liveBytes() - before;
        if (leaked > 0) {
            throw new AssertionError(leaked + " bytes of native memory are leaked");
        }
    }

    @Override
    public void close() throws IOException {
        for (Client client : clients) {
            client.close();
        }
        listener.close();
        for (ServerSocketChannel each : more) {
            each.close();
        }
        for (Reactor reactor : reactors) {
            reactor.closeConnections();
        }
        shards.forEach(Shard::close);
        node.security().close();
    }
}
