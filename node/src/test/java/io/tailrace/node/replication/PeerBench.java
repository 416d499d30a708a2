package io.tailrace.node.replication;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.command.FakeNode;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.reactor.Acceptor;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.replication.PrimaryLocator.Location;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A shard with its replication, turned by hand, and on the other side of loopback peers that do what a test tells them: replicas of
 * this primary, or the primary that this replica follows. The clock stands until it is set. For one test thread.
 */
final class PeerBench implements AutoCloseable {
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(20);

    final ShardBench shard;
    final ShardReplication replication;

    final Reactor reactor;
    private final ServerSocketChannel replicas;
    private final ServerSocketChannel primary;
    private final List<Peer> peers = new ArrayList<>();
    private Function<Location, Location> located = Function.identity();
    private Runnable afterTurn = () -> {};
    private long nowMs = 10_000_000;

    /** What the test is at, for the message when it goes no further. */
    String step = "";

    PeerBench(Path directory) throws Exception {
        this(new ShardBench(directory).begin());
    }

    PeerBench(ShardBench shard) throws Exception {
        this.shard = shard;
        FakeNode node = new FakeNode(1);
        SelectorProvider sockets = new NarrowSockets();
        reactor =
                new Reactor(shard.shard(), node, node.commands(), shard.shard().clock(), sockets);
        reactor.connect(List.of(reactor));
        primary = Acceptor.bind(sockets, "127.0.0.1", 0);
        InetSocketAddress address = (InetSocketAddress) primary.getLocalAddress();
        Location here = new Location(address, 1, "primary-id", null, false);
        PrimaryLocator locator = (host, security, answer) -> answer.accept(located.apply(here));
        replication = new ShardReplication(
                new ReplicationContext(reactor, node.settings(), "test-node", locator, node.security()));
        reactor.replication(replication);
        replicas = Acceptor.bind(sockets, "127.0.0.1", 0);
        replication.listen(replicas);
        shard.at(nowMs);
    }

    /** Changes what this replica is told of where its primary replicates. */
    void locate(Function<Location, Location> change) {
        located = change;
    }

    /** The same with a port that nobody listens on. */
    static Location unreachable(Location here) {
        try (ServerSocketChannel free = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            return new Location((InetSocketAddress) free.getLocalAddress(), 1, here.nodeId(), null, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port whose queue of connections is full, so that one more neither comes to be nor fails. */
    static final class BusyPort implements AutoCloseable {
        private static final int MORE_THAN_WAIT = 4;

        private final ServerSocketChannel listener = ServerSocketChannel.open();
        private final List<SocketChannel> waiting = new ArrayList<>();

        BusyPort() throws IOException {
            listener.bind(new InetSocketAddress("127.0.0.1", 0), 1);
            for (int i = 0; i < MORE_THAN_WAIT; i++) {
                SocketChannel channel = SocketChannel.open();
                waiting.add(channel);
                channel.configureBlocking(false);
                channel.connect(listener.getLocalAddress());
            }
        }

        Location instead(Location here) {
            try {
                return new Location((InetSocketAddress) listener.getLocalAddress(), 1, here.nodeId(), null, false);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel channel : waiting) {
                channel.close();
            }
            listener.close();
        }
    }

    /** Has something done after each turn of the reactor. */
    void afterTurn(Runnable task) {
        afterTurn = task;
    }

    /** A replica connects to this primary. */
    Peer replica() throws IOException {
        return add(SocketChannel.open(replicas.getLocalAddress()));
    }

    /** Replicas that are attached, and connections that are none yet. */
    int sessions() {
        return replication.primary().sessions().size();
    }

    /** This node follows a primary, whose side the peer is; what it says first has been taken. */
    Peer followedPrimary() throws IOException {
        replication.follow(new HostPort("127.0.0.1", 1), null);
        return primary();
    }

    /** The primary's side of the next connection that this replica opens, at a time of its choice. */
    Peer primary() throws IOException {
        primary.configureBlocking(false);
        SocketChannel accepted = primary.accept();
        for (int i = 0; accepted == null && i < 1_000; i++) {
            pass(1);
            turn();
            turn();
            accepted = primary.accept();
        }
        Peer peer = add(accepted);
        await(() -> peer.received().contains("CHAIN\r\n$16\r\n"));
        return peer;
    }

    /** The same of the connection that this replica has now: it may have closed others before. */
    Peer livePrimary() throws IOException {
        Peer peer = primary();
        while (peer.isEnded()) {
            peer = primary();
        }
        return peer;
    }

    private Peer add(SocketChannel channel) throws IOException {
        Peer peer = new Peer(channel);
        peers.add(peer);
        return peer;
    }

    /** Lets time pass, a second at a time. */
    void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            passMs(1_001);
        }
    }

    void passMs(long ms) {
        nowMs += ms;
        shard.at(nowMs);
        turn();
    }

    void turn() {
        try {
            reactor.cycle(-1);
            afterTurn.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Turns the reactor until something holds. */
    void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("it does not come to be: " + step + "; link " + replication.link());
            }
            turn();
        }
    }

    /** The request of a replica that has all that is here. */
    String request(String id) {
        return request(
                id,
                shard.shard().history().current().id(),
                shard.shard().backlog().lastIndex(),
                shard.shard().backlog().lastChain());
    }

    static String request(String id, String history, long index, long chain) {
        return "REPLICATE VERSION 2 SHARD 0 OF 1 ID " + id + " PORT 7000 HISTORY " + history + " INDEX " + index
                + " CHAIN " + HexText.of(chain) + "\r\n";
    }

    /** The other end of a connection. */
    final class Peer {
        private final SocketChannel channel;
        private final StringBuilder received = new StringBuilder();
        private boolean isEnded;

        private Peer(SocketChannel channel) throws IOException {
            this.channel = channel;
            channel.configureBlocking(false);
        }

        /** Sends all of it, turning the reactor where there is no room; what the other side has closed takes nothing. */
        Peer send(byte[] bytes) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            await(() -> {
                try {
                    channel.write(rest);
                } catch (IOException e) {
                    isEnded = true;
                }
                return isEnded || !rest.hasRemaining();
            });
            return this;
        }

        Peer send(String text) {
            return send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** Sends the same over and over and reads nothing, until the other side takes no more or has taken this much. */
        long flood(byte[] bytes, long most) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            long sent = 0;
            for (int idle = 0; sent < most && idle < 1_000 && !isEnded; ) {
                try {
                    rest.clear();
                    int count = channel.write(rest);
                    // half a frame must be completed before anything else
                    for (int turns = 0; count > 0 && rest.hasRemaining() && turns < 10_000; turns++) {
                        turn();
                        count += channel.write(rest);
                    }
                    sent += count;
                    idle = count == 0 ? idle + 1 : 0;
                } catch (IOException e) {
                    isEnded = true;
                }
                turn();
            }
            return sent;
        }

        /** What has come so far, one character a byte. */
        String received() {
            ByteBuffer into = ByteBuffer.allocate(64 << 10);
            try {
                int count = isEnded ? -1 : channel.read(into);
                isEnded |= count < 0;
                received.append(new String(into.array(), 0, Math.max(0, count), StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                isEnded = true;
            }
            return received.toString();
        }

        void awaitEnd() {
            await(() -> {
                received();
                return isEnded;
            });
        }

        boolean isEnded() {
            received();
            return isEnded;
        }

        /** Attaches as a replica that has all there is. */
        Peer attach(String id) {
            send(request(id));
            await(() -> received().contains("+STREAM "));
            return this;
        }

        void reset() throws IOException {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        }
    }

    /** A primary's answer to who gets all of its log, which ends there. */
    static String logReply(HistoryPosition end) {
        return "+LOG " + QueueIndex.of(1, 0) + " " + end.text() + "\r\n";
    }

    /** All of a primary's log, as RECORD frames. */
    static byte[] log(ShardBench primary) {
        try (BacklogReader reader = primary.shard().backlog().reader()) {
            return frames(frames -> {
                RecordView record = reader.readAt(primary.shard().backlog().firstIndex());
                for (; record != null; record = reader.next()) {
                    frames.record(reader.index(), record.address(), record.length());
                }
            });
        }
    }

    /** What a frame writer is told to write, as bytes. */
    static byte[] frames(java.util.function.Consumer<io.tailrace.wire.handshake.FrameWriter> writes) {
        try (ReplyWriter out = new ReplyWriter(1024)) {
            writes.accept(new io.tailrace.wire.handshake.FrameWriter(out));
            return Memory.toBytes(out.address(), out.pending());
        }
    }

    /** A frame whose header says anything. */
    static byte[] frame(int bodyLength, int type, long argument, int bodySent) {
        try (NativeBuffer frame = new NativeBuffer(16 + bodySent)) {
            Memory.putInt(frame.address(), bodyLength);
            Memory.putInt(frame.address() + 4, type);
            Memory.putLong(frame.address() + 8, argument);
            for (int i = 0; i < bodySent; i++) {
                Memory.putByte(frame.address() + 16 + i, (byte) 0);
            }
            return Memory.toBytes(frame.address(), frame.capacity());
        }
    }

    @Override
    public void close() throws IOException {
        for (Peer peer : peers) {
            peer.channel.close();
        }
        reactor.closeConnections();
        primary.close();
        shard.close();
    }
}
