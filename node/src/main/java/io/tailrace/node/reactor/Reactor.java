package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandTable;
import io.tailrace.node.command.CommandWatch;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.platform.CycleStep;
import io.tailrace.node.pubsub.Subscriptions;
import io.tailrace.node.security.Tls;
import io.tailrace.node.security.Transport;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.LoadStatus;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ReplicationServices;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardHold;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One shard's thread, as a duty cycle: everything of the shard happens here. {@link #cycle} may also be driven by hand, by one
 * thread, with a clock of its own.
 *
 * <pre>
 *  poll sockets              executes what came in
 *  inbox                     tasks of other threads
 *  paused requests           those whose pause is over
 *  resumed connections       what they had not executed yet
 *  outboxes                  what other shards are asked and answered
 *  force the log             with fsync always
 *  waiting commands          those whose time is over
 *  replication               a budget for each replica, or what came from the primary
 *  growth of the store       a step of a move to a larger map
 *  freeing                   some of what was dropped
 *  agents                    the handover
 *  snapshots                 starts one that is due, takes one that is done; new settings
 *  expiry and eviction       a bounded number of keys
 *  flush                     published messages and replies; closes clients that hold too much memory together
 *  timers                    once a second
 * </pre>
 *
 * <p>Of several shards each has a {@link ShardToken}: this thread has it from the moment at which the poll wakes until the end of the
 * cycle, and lets a transaction over several shards go first between two connections or tasks, when one waits for it. Nothing of the
 * shard, nor of this reactor, is touched without it.
 *
 * <p>Each step is bounded. These may wait, and then every client of the shard does:
 *
 * <pre>
 *  step            waits for                                                   for at most
 *  poll sockets    something to do, when there was nothing                     100 ms, and the selector wakes for anything
 *  every step      the shard's token, at the beginning and between two         that transaction, with its syncs with fsync always
 *                  connections or tasks, while another thread's transaction has it
 *  commands        the tokens of other shards, for a transaction over          {@link ShardHold}: what those shards are at
 *                  several
 *  force the log   the disk, with fsync always: {@link ForceGate}              one sync of the log
 *  commands        the disk, for the role of the node: at REPLICAOF, in a      one small file, written and synced
 *                  handover, at a promotion within EXEC
 * </pre>
 *
 * <p>What else is for the disk (syncs of {@code everysec}, the next segment, snapshots, closing and deleting) other threads do.
 * While the shard's data is being loaded the steps from force to eviction are left out, and clients are answered without them.
 */
public final class Reactor implements EventLoop {
    private final Shard shard;
    private final NodeServices node;
    private final CycleClock clock;
    private final SelectorProvider sockets;
    private final CycleTimes times;
    private final Poller poller;
    private final Subscriptions subscriptions;
    private final PausedListeners pausedListeners = new PausedListeners();
    private final ConnectionAgenda agenda = new ConnectionAgenda();
    private final ReactorCounters counters;
    private final SideReplies side;
    private final RequestScratch scratch = new RequestScratch();
    private final IdleStrategy idle;
    private final CommandRunner runner;
    private final ShardLinks links;
    private final ShardSide shardSide;
    private final SpreadCommands spread;
    private final ShardTurn turn;
    private final ShardDuties duties;
    private final PausedRequests pausedRequests;
    private final Clients clients;
    private final Runnable afterTask = this::afterTask;
    private final Newcomers newcomers;
    private NodeConfig config;
    private long mostIdleNanos;

    /** @param sockets the network */
    public Reactor(Shard shard, NodeServices node, CommandTable commands, CycleClock clock, SelectorProvider sockets)
            throws IOException {
        this.shard = shard;
        this.node = node;
        this.clock = clock;
        this.sockets = sockets;
        config = node.settings().current();
        turn = new ShardTurn(shard.sharing().token());
        times = new CycleTimes(clock, this::lastingCauses);
        poller = new Poller(sockets.openSelector(), clock, this::begin);
        poller.boundaries(turn::letOthers, turn::letGo);
        subscriptions = new Subscriptions(node.topics());
        ClientLimits limits = new ClientLimits(node.security().users(), config);
        side = new SideReplies(limits);
        ForceGate forceGate = new ForceGate(shard, agenda);
        idle = new IdleStrategy(config.idle());
        links = new ShardLinks(shard.id(), node.shardCount(), node.settings(), forceGate);
        ReactorScripts scripts = new ReactorScripts(node, commands, links, clock);
        runner = new CommandRunner(shard, node.shardCount(), config.databases(), scripts);
        duties = new ShardDuties(shard, node, forceGate, runner);
        BusyPoll busyPoll = new BusyPoll(poller, sockets, agenda, node.settings(), node.scripts(), shard.id());
        scripts.busyPoll(busyPoll);
        turn.answering(busyPoll);
        links.lentWhen(busyPoll::isLent);
        if (shard.id() == 0) {
            node.scripts().libraries(shard::libraries);
        }
        counters = new ReactorCounters(runner.stats());
        Connections connections = new Connections(node::clientClosed);
        shardSide = makeSide(connections, limits);
        duties.connect(shardSide, this::takeSettings);
        CommandWatch watch = runner.watch();
        watch.use(node.diagnostics());
        runner.config(config);
        shardSide
                .services()
                .watching(new Monitors(links, subscriptions, node.diagnostics().monitors(), clock), watch);
        Invalidations invalidations = new Invalidations(links, subscriptions, connections);
        shardSide.services().invalidating(invalidations);
        shard.tracking().sender(invalidations, shard.id() == 0);
        spread = new SpreadCommands(node, links, runner, busyPoll, scratch);
        ConnectionRequests host = new ConnectionRequests(makeSessions(), commands, busyPoll, counters);
        pausedRequests = host.pausedRequests();
        ConnectionParts parts =
                new ConnectionParts(this, connections, agenda, host, links.count(), side, limits, counters);
        clients = new Clients(parts, node.security().users(), clock, config.maxValueSize());
        newcomers = new Newcomers(clients, this);
        busyPoll.newcomers(newcomers::run);
        shardSide.services().onSettings(this::takeSettings);
        shard.events().listener(new EventPublisher(links, node.topics()));
    }

    private int lastingCauses() {
        return shardSide.services().isLoading() ? 0 : shardSide.lastingCauses();
    }

    private ShardSide makeSide(Connections connections, ClientLimits limits) {
        ReactorServices services =
                new ReactorServices(shard, connections, subscriptions, counters, duties.maintenance(), poller::peers);
        WriteGate gate = new WriteGate(shard, services, node, links);
        RemoteCommands remote = new RemoteCommands(shard, runner, gate, side, scratch);
        WaitingCommands waiting = new WaitingCommands(links, runner, gate, remote, limits);
        services.waiting(waiting::unblock);
        poller.inbox().ahead(new TasksAhead(shard, services));
        services.inbox(this::execute);
        return new ShardSide(shard, services, gate, remote, waiting, links);
    }

    private SessionParts makeSessions() {
        ShardRouter router = new ShardRouter(
                links, runner, spread, shardSide.gate(), side, node.security().users());
        MultiExec multi =
                new MultiExec(links, router, runner, spread, node.security().users());
        return new SessionParts(node, clock, links, router, multi, spread, side, subscriptions);
    }

    /** Tells which reactors there are, in the order of their shards, before any runs. */
    public void connect(List<Reactor> reactors) {
        links.connect(reactors.stream().map(Reactor::side).toList(), reactors);
        clients.connect(reactors.stream().map(Reactor::clients).toList());
        List<Shard> shards = reactors.stream().map(Reactor::shard).toList();
        if (turn.connect(shards, shard.id(), clock)) {
            spread.connect(shards, turn.kept());
            shardSide.waiting().connect(spread);
        }
    }

    /** Takes other shards for what this one's thread has to do with several; null where there is only one. On its thread. */
    public ShardHold hold() {
        return turn.hold();
    }

    /** Gives the replication of the shard, before the first cycle. */
    public <T extends ReactorAgent & ReplicationServices> void replication(T agent) {
        duties.replication(agent);
        shardSide.services().replication(agent);
        shard.onProgress(() -> execute(() -> {}));
    }

    /** Drives one more, before the first cycle. */
    public void add(ReactorAgent agent) {
        duties.add(agent);
    }

    /** The shard's data is loaded from now on, or no more: before the first cycle, or on the reactor's thread. */
    public void loading(boolean isUnderWay) {
        shardSide.services().loading(isUnderWay);
        shard.sharing().serving(!isUnderWay);
        if (!isUnderWay) {
            // functions are data: they are counted, and compiled, before the first is called
            runner.onSecond();
        }
    }

    /**
     * One turn of the duty cycle.
     *
     * @param blockNanos how long the poll may wait, negative for not at all
     * @return how much work was done
     */
    public int cycle(long blockNanos) throws IOException {
        turn.keep();
        int work = poller.poll(blockNanos);
        turn.endKeeping();
        work += poller.inbox().drain(afterTask);
        work += pausedRequests.resumeWhenOver(clock.steadyMs());
        turn.keep();
        work += agenda.resumeReady();
        turn.endKeeping();
        work += links.drain();
        times.mark(CycleStep.EXECUTE, work);
        if (!shardSide.services().isLoading()) {
            work += duties.doWork();
        }
        int sent = subscriptions.deliver() + agenda.flush() + clients.evict();
        times.mark(CycleStep.FLUSH, sent);
        work += sent;
        if (times.isSecondOver()) {
            onSecond();
            times.mark(CycleStep.MAINTAIN, 1);
        }
        times.end(work, clients);
        mostIdleNanos = mostIdleNanos();
        spread.wakeOthers();
        turn.end();
        return work;
    }

    private void begin(boolean hasFound, boolean mayHaveWaited) {
        turn.begin();
        times.begin(hasFound, mayHaveWaited);
    }

    private void afterTask() {
        subscriptions.deliver();
        turn.letOthers();
    }

    /** How long the poll of the next cycle may block. */
    public long idleNanos(boolean hasWorked) {
        return Math.min(idle.blockNanos(hasWorked, TimeUnit.MICROSECONDS.toNanos(clock.steadyMicros())), mostIdleNanos);
    }

    /** How long nothing but a socket or a task can want something of this reactor. */
    private long mostIdleNanos() {
        long mostNanos = pausedRequests.maxBlockNanos();
        return shardSide.services().isLoading() ? mostNanos : Math.min(mostNanos, duties.maxBlockNanos());
    }

    private void takeSettings() {
        config = node.settings().current();
        clients.config(config);
        shard.events().classes(config.notifyClasses());
        shard.tracking().limit(divided(config.trackingTableMaxKeys()));
        runner.config(config);
        node.diagnostics().config(config);
    }

    private long divided(long keys) {
        return keys == 0 ? 0 : Math.max(1, keys / links.count());
    }

    /** A connection was turned away by a listener of this reactor. */
    void countRejected() {
        counters.connectionsRejected++;
    }

    private void onSecond() {
        if (shardSide.services().isLoading()) {
            duties.onLoadingSecond();
        } else {
            duties.onSecond();
        }
        counters.onSecond();
        clock.meter().onSecond(clock.steadyMicros());
        node.publishReport(shardSide.services());
        pausedListeners.resume();
        clients.onSecond(clock.steadyMs(), shardSide.services().isKeepingIdle() ? 0 : config.timeout());
    }

    @Override
    public boolean execute(Runnable task) {
        return poller.inbox().offer(task);
    }

    /** As {@link Newcomers#adoptSoon}. */
    public boolean adoptSoon(SocketChannel channel, Tls tls) {
        return newcomers.adoptSoon(channel, tls);
    }

    @Override
    public SelectionKey register(SelectableChannel channel, int operations, ChannelHandler handler) throws IOException {
        return poller.register(channel, operations, handler);
    }

    @Override
    public Transport transport(SocketChannel channel, Tls tls, boolean isAccepted, ChannelHandler handler) {
        if (tls == null) {
            return Transport.plain(channel);
        }
        Runnable again = () -> poller.call(handler, null);
        return isAccepted ? tls.accepted(channel, this::execute, again) : tls.connecting(channel, this::execute, again);
    }

    @Override
    public void reattach(SelectionKey key, Transport transport, ChannelHandler handler) {
        key.attach(handler);
        transport.onMore(() -> poller.call(handler, null));
    }

    @Override
    public SelectorProvider sockets() {
        return sockets;
    }

    @Override
    public CycleClock clock() {
        return clock;
    }

    @Override
    public ClientInfo info(ClientInfo.Kind kind, SocketChannel channel) throws IOException {
        return clients.info(kind, node.nextClientId(), channel);
    }

    @Override
    public PausedListeners pausedListeners() {
        return pausedListeners;
    }

    Clients clients() {
        return clients;
    }

    /** Client connections that are open here or on their way; any thread, for balancing. */
    Connections connections() {
        return clients.connections();
    }

    public Shard shard() {
        return shard;
    }

    public ShardServices services() {
        return shardSide.services();
    }

    /** How far the node's data is loaded, or null once it is. */
    public LoadStatus loadStatus() {
        return node.loading();
    }

    ShardSide side() {
        return shardSide;
    }

    ShardLinks links() {
        return links;
    }

    /** Notes which processor the thread is pinned to, -1 for none. */
    public void pinnedTo(int cpu) {
        shardSide.services().cpu(cpu);
    }

    /** Sends what it can to clients and closes everything but the shard's data, on this reactor's thread. */
    public void closeConnections() throws IOException {
        turn.close();
        agenda.flushLast(!shard.transactions().hasUnlogged());
        clients.disconnect();
        duties.close();
        poller.close();
        clients.close();
        pausedRequests.close();
        subscriptions.close();
        shardSide.waiting().close();
        side.close();
        spread.close();
        runner.close();
        scratch.close();
    }
}
