package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandTable;
import io.tailrace.node.config.FsyncPolicy;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.pubsub.Subscriptions;
import io.tailrace.node.security.Tls;
import io.tailrace.node.security.Transport;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.shard.ActiveExpiry;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardFailedException;
import io.tailrace.wire.resp.RequestDecoder;
import io.tailrace.wire.resp.RespLimits;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard's thread, as a duty cycle: everything of the shard happens here, nothing in it blocks but the selector when
 * there is nothing to do. {@link #cycle} may also be driven by hand, by one thread, with a clock of its own.
 *
 * <pre>
 *  poll sockets (executes what came in) - inbox - force the log - replication - growth - expiry and snapshots - flush
 *  - timers
 * </pre>
 */
public final class Reactor {
    private static final Logger LOG = LoggerFactory.getLogger(Reactor.class);
    private static final long MICROS_PER_SECOND = 1_000_000;
    /** Entries that move to a larger map of the store, besides as many as were put: about 60 µs. */
    private static final int MOVED_EACH_CYCLE = 64;

    private static final int REAPED_EACH_CYCLE = 64;

    private final Shard shard;
    private final NodeServices node;
    private final CycleClock clock;
    private final SelectorProvider sockets;
    private final Selector selector;
    private final Inbox inbox;
    private final Connections connections = new Connections();
    private final Subscriptions subscriptions;
    private final PausedListeners pausedListeners = new PausedListeners();
    private final Dispatcher dispatcher;
    private final RemoteCommands remote;
    private final WaitingCommands waiting;
    private final ActiveExpiry expiry;
    private final IdleStrategy idle;
    private final ReactorServices services;
    private final RespLimits limits;
    private final Consumer<SelectionKey> onKey = this::onKey;
    private final Handshakes handshakes = new Handshakes();
    private final ConnectionAgenda agenda = new ConnectionAgenda();
    private final ForceGate forceGate;
    private final PausedRequests pausedRequests;
    private final WriteGate gate;
    private Outbox[] outboxes = new Outbox[0];
    private final List<ReactorAgent> agents = new ArrayList<>();
    private ReactorAgent replication;
    private final AtomicInteger assigned = new AtomicInteger();
    private boolean isTicked;
    private long lastMillis;
    private long lastSecondMicros;
    private NodeConfig config;

    /**
     * @param clock microseconds since the epoch
     * @param sockets the network
     */
    public Reactor(Shard shard, NodeServices node, CommandTable commands, CycleClock clock, SelectorProvider sockets)
            throws IOException {
        this.shard = shard;
        this.sockets = sockets;
        this.node = node;
        this.clock = clock;
        config = node.settings().current();
        selector = sockets.openSelector();
        inbox = new Inbox(selector);
        subscriptions = new Subscriptions(node.topics());
        CommandRunner runner = new CommandRunner(shard, node.shardCount());
        remote = new RemoteCommands(this, shard, runner);
        waiting = new WaitingCommands(this, runner);
        gate = new WriteGate(this, shard);
        forceGate = new ForceGate(shard, agenda);
        dispatcher = new Dispatcher(this, commands, runner);
        pausedRequests = new PausedRequests(node.clientPause(), dispatcher);
        expiry = new ActiveExpiry(shard);
        idle = new IdleStrategy(config.idle());
        services = new ReactorServices(this, shard);
        int maxRequest = Math.max(64 << 20, 2 * config.maxValueSize());
        limits = new RespLimits(
                config.maxValueSize(),
                RespLimits.DEFAULT_MAX_ARGUMENTS,
                RespLimits.DEFAULT_MAX_INLINE,
                maxRequest,
                config.maxValueSize());
    }

    /** Tells which reactors there are, in the order of their shards, before any runs. */
    public void connect(List<Reactor> reactors) {
        outboxes = new Outbox[reactors.size()];
        for (int i = 0; i < outboxes.length; i++) {
            outboxes[i] = new Outbox(reactors.get(i));
        }
    }

    /** Gives the replication of the shard, before the first cycle. */
    public <T extends ReactorAgent & io.tailrace.node.services.ReplicationServices> void replication(T agent) {
        replication = agent;
        services.replication(agent);
        shard.onProgress(() -> inbox.offer(() -> {}));
    }

    /** Drives one more, before the first cycle. */
    public void add(ReactorAgent agent) {
        agents.add(agent);
    }

    /**
     * One turn of the duty cycle.
     *
     * @param blockNanos how long the poll may wait, negative for not at all
     * @return how much work was done
     */
    public int cycle(long blockNanos) throws IOException {
        isTicked = false;
        int work = poll(blockNanos);
        tick();
        work += inbox.drain();
        work += subscriptions.deliver();
        work += pausedRequests.resumeWhenOver(clock.steadyMillis());
        work += agenda.resumeReady();
        work += drainOutboxes();
        work += waiting.poll(clock.steadyMillis());
        forceGate.force(config.fsync() == FsyncPolicy.ALWAYS);
        work += replication.doWork();
        work += shard.store().growSome(MOVED_EACH_CYCLE);
        work += shard.store().reap(REAPED_EACH_CYCLE);
        for (int i = 0; i < agents.size(); i++) {
            work += agents.get(i).doWork();
        }
        if (clock.millis() != lastMillis) {
            lastMillis = clock.millis();
            config = node.settings().current();
            work += maintainShard();
        }
        work += agenda.flush();
        if (clock.steadyMicros() - lastSecondMicros >= MICROS_PER_SECOND) {
            lastSecondMicros = clock.steadyMicros();
            onSecond();
        }
        return work;
    }

    /** How long the poll of the next cycle may block. */
    public long idleNanos(boolean hasWorked, long nowNanos) {
        long agentNanos = Math.min(replication.maxBlockNanos(), pausedRequests.maxBlockNanos());
        agentNanos = Math.min(agentNanos, waiting.maxBlockNanos(clock.steadyMillis()));
        for (int i = 0; i < agents.size(); i++) {
            agentNanos = Math.min(agentNanos, agents.get(i).maxBlockNanos());
        }
        return Math.min(idle.blockNanos(hasWorked, nowNanos), agentNanos);
    }

    private int poll(long blockNanos) throws IOException {
        if (blockNanos < 0) {
            return selector.selectNow(onKey);
        }
        if (!inbox.sleep()) {
            return selector.selectNow(onKey);
        }
        try {
            return selector.select(onKey, Math.max(1, blockNanos / 1_000_000));
        } finally {
            inbox.awake();
        }
    }

    private void tick() {
        if (!isTicked) {
            isTicked = true;
            clock.tick();
        }
    }

    private void onKey(SelectionKey key) {
        tick();
        ChannelHandler handler = (ChannelHandler) key.attachment();
        call(handler, key);
    }

    /** @param key or null, for more than a selector knows of */
    private void call(ChannelHandler handler, SelectionKey key) {
        try {
            if (key == null) {
                handler.onMore();
            } else {
                handler.onReady(key);
            }
        } catch (IOException | CancelledKeyException e) {
            handler.onFailure(e);
        } catch (ShardFailedException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            // Between log and store nothing may fail: that is a ShardFailedException. Anything else changed no data.
            LOG.error("a connection is closed by a fault of this node", e);
            handler.onFailure(e);
        }
    }

    private int drainOutboxes() {
        int count = 0;
        for (Outbox outbox : outboxes) {
            count += outbox.drain();
        }
        return count;
    }

    private int maintainShard() {
        shard.backlog().retention().set(config.backlogSize(), config.backlogDiskLimit());
        boolean isPrimary = services.replication().isPrimary();
        boolean isPaused = node.clientPause().isPaused(clock.steadyMillis());
        gate.limitMemory(config, isPrimary);
        int work = isPrimary && !isPaused ? expiry.expireSome() + shard.memory().evictSome() : 0;
        work += shard.snapshots().poll(config.snapshotInterval(), config.snapshotDueBytes(), isPrimary) ? 1 : 0;
        return work;
    }

    private void onSecond() {
        replication.onSecond();
        agents.forEach(ReactorAgent::onSecond);
        services.onSecond();
        node.publishReport(services);
        pausedListeners.resume();
        connections.restIdle(clock.steadyMillis());
        handshakes.endOverdue(clock.steadyMillis());
        if (config.timeout() > 0) {
            connections.closeSilent(clock.steadyMillis() - config.timeout() * 1_000L);
        }
    }

    /** Runs a task in a cycle of this reactor; any thread. False when its inbox is full. */
    public boolean execute(Runnable task) {
        return inbox.offer(task);
    }

    /** Runs a task on the thread of a shard: now when that is this one. */
    void onShard(int target, Consumer<Reactor> task) {
        if (target == shard.id()) {
            task.accept(this);
        } else {
            Outbox outbox = outboxes[target];
            Reactor reactor = outbox.target();
            outbox.send(() -> {
                task.accept(reactor);
                reactor.waiting.serve();
            });
        }
    }

    /** Runs a task on the thread of another reactor, after what this one has logged so far is as durable as it must be. */
    void backTo(Reactor home, Runnable task) {
        if (home == this) {
            task.run();
        } else if (config.fsync() == FsyncPolicy.ALWAYS) {
            forceGate.afterForce(() -> outboxes[home.shardId()].send(task));
        } else {
            outboxes[home.shardId()].send(task);
        }
    }

    /** The reactor of a shard; only what any thread may ask of it. */
    Reactor peer(int target) {
        return outboxes[target].target();
    }

    boolean isCongested() {
        for (Outbox outbox : outboxes) {
            if (outbox.isCongested()) {
                return true;
            }
        }
        return false;
    }

    /** Registers a channel; its handler is called when it is ready. On this reactor's thread, or before it runs. */
    public SelectionKey register(SelectableChannel channel, int operations, ChannelHandler handler) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, operations, handler);
    }

    /**
     * The transport of a socket that this reactor polls.
     *
     * @param tls null for none
     */
    public Transport transport(SocketChannel channel, Tls tls, boolean isAccepted, ChannelHandler handler) {
        if (tls == null) {
            return Transport.plain(channel);
        }
        return isAccepted
                ? tls.accepted(channel, this::execute, () -> call(handler, null))
                : tls.connecting(channel, this::execute, () -> call(handler, null));
    }

    /**
     * Takes over a client's socket, on this reactor's thread.
     *
     * @param tls null for none
     */
    void adopt(SocketChannel channel, long id, Tls tls) {
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ClientInfo info = new ClientInfo(
                    id, text(channel.getRemoteAddress()), text(channel.getLocalAddress()), clock.steadyMillis());
            info.user(node.security().users().atConnect());
            Connection connection =
                    new Connection(this, channel, info, new RequestDecoder(limits), node.shardCount(), tls);
            connection.attach(register(channel, SelectionKey.OP_READ, connection));
            if (tls != null) {
                handshakes.add(connection, clock.steadyMillis());
            }
            connections.add(connection);
            services.connected();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.debug("a client could not be taken over", e);
            closeQuietly(channel);
            assigned.decrementAndGet();
            node.clientClosed();
        }
    }

    /** Notes that a connection is on its way here; any thread. */
    void assign() {
        assigned.incrementAndGet();
    }

    /** Notes that it went elsewhere. */
    void unassign() {
        assigned.decrementAndGet();
    }

    /** Connections that are open here or on their way; any thread, for balancing. */
    int assigned() {
        return assigned.get();
    }

    private static String text(java.net.SocketAddress address) {
        java.net.InetSocketAddress socket = (java.net.InetSocketAddress) address;
        String host = socket.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + socket.getPort();
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }

    void forget(Connection connection) {
        connections.remove(connection);
        assigned.decrementAndGet();
        services.disconnected();
        node.clientClosed();
    }

    /** What connections have to do later. */
    ConnectionAgenda agenda() {
        return agenda;
    }

    /** What may run, and whose replies are held. */
    WriteGate gate() {
        return gate;
    }

    /** What waits for the end of a pause. */
    PausedRequests pausedRequests() {
        return pausedRequests;
    }

    /** Runs what comes from other reactors. */
    RemoteCommands remote() {
        return remote;
    }

    /** Commands that wait for keys. */
    WaitingCommands waiting() {
        return waiting;
    }

    /** Whether clients may write, as far as that depends on the node's role. */
    boolean isWritable() {
        return services.replication().isPrimary() && node.primary() == null;
    }

    public Shard shard() {
        return shard;
    }

    int shardId() {
        return shard.id();
    }

    int shardCount() {
        return node.shardCount();
    }

    /** Opens the sockets of the network that this reactor polls. */
    public SelectorProvider sockets() {
        return sockets;
    }

    public CycleClock clock() {
        return clock;
    }

    boolean isLoginNeeded() {
        return node.security().users().isLoginNeeded();
    }

    NodeServices node() {
        return node;
    }

    public ShardServices services() {
        return services;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Who of its clients wants which messages. */
    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** Listening sockets of this reactor that can't accept now. */
    public PausedListeners pausedListeners() {
        return pausedListeners;
    }

    Connections connections() {
        return connections;
    }

    /** Connections open now; any thread. */
    public int connectionCount() {
        return services.openConnections();
    }

    /** Notes which processor the thread is pinned to, -1 for none. */
    public void pinnedTo(int cpu) {
        services.cpu(cpu);
    }

    /** Unsent bytes at which a client is closed. */
    long outputLimit(ClientInfo client) {
        return client.isSubscribed() ? config.pubSubOutputLimit() : config.clientOutputLimit();
    }

    /** The most bytes of one reply. */
    long replyLimit() {
        return config.clientOutputLimit();
    }

    long expiredKeys() {
        return expiry.expired();
    }

    void countInput(int bytes) {
        services.countInput(bytes);
    }

    void countOutput(int bytes) {
        services.countOutput(bytes);
    }

    void countCommand() {
        services.countCommand();
    }

    void countOutputLimitClosed() {
        services.countOutputLimitClosed();
    }

    /** Sends what it can to clients and closes everything but the shard's data, on this reactor's thread. */
    public void closeConnections() throws IOException {
        agenda.flush();
        List.copyOf(connections.all()).forEach(Connection::close);
        if (replication != null) {
            replication.close();
        }
        agents.forEach(ReactorAgent::close);
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
        connections.close();
        pausedRequests.close();
        subscriptions.close();
        expiry.close();
        waiting.close();
        remote.close();
    }
}
