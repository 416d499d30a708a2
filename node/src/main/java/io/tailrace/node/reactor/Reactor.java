package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandTable;
import io.tailrace.node.command.CommandWatch;
import io.tailrace.node.config.FsyncPolicy;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.platform.CycleCause;
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
import io.tailrace.node.shard.ShardToken;
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
 *  flush                     published messages and replies
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
 *  force the log   the disk, with fsync always: {@link ForceGate}              one sync of the log
 *  inbox           the disk, when a promotion begins a history                 one small file, written and synced
 *  replication     the disk, when the primary's log has a history that is      one small file, written and synced
 *                  new here
 * </pre>
 *
 * <p>What else is for the disk (syncs of {@code everysec}, the next segment, snapshots, closing and deleting) other threads do.
 * While the shard's data is being loaded the steps from force to eviction are left out, and clients are answered without them.
 */
public final class Reactor implements EventLoop {
    /** Entries that move to a larger map of the store, besides as many as were put: about 60 µs. */
    private static final int MOVED_EACH_CYCLE = 64;

    private static final int REAPED_EACH_CYCLE = 64;

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
    private final ForceGate forceGate;
    private final Maintenance maintenance;
    private final IdleStrategy idle;
    private final CommandRunner runner;
    private final ShardLinks links;
    private final ShardSide shardSide;
    private final SpreadCommands spread;
    private final ShardToken token;
    private final PausedRequests pausedRequests;
    private final Clients clients;
    private final Newcomers newcomers;
    private final ReactorAgents agents = new ReactorAgents();
    private ReactorAgent replication;
    private NodeConfig config;
    private ShardHold hold;
    private long mostIdleNanos;
    private long lastMillis;

    /** @param sockets the network */
    public Reactor(Shard shard, NodeServices node, CommandTable commands, CycleClock clock, SelectorProvider sockets)
            throws IOException {
        this.shard = shard;
        this.node = node;
        this.clock = clock;
        this.sockets = sockets;
        config = node.settings().current();
        token = shard.sharing().token();
        times = new CycleTimes(clock, this::lastingCauses);
        poller = new Poller(sockets.openSelector(), clock, this::begin);
        if (token != null) {
            poller.boundary(this::letOthers);
        }
        subscriptions = new Subscriptions(node.topics());
        ClientLimits limits = new ClientLimits(node.security().users(), config);
        side = new SideReplies(limits);
        forceGate = new ForceGate(shard, agenda);
        idle = new IdleStrategy(config.idle());
        links = new ShardLinks(shard.id(), node.shardCount(), node.settings(), forceGate);
        ReactorScripts scripts = new ReactorScripts(node, commands, links);
        runner = new CommandRunner(shard, node.shardCount(), config.databases(), scripts);
        maintenance = new Maintenance(shard, runner.watch());
        BusyPoll busyPoll = new BusyPoll(poller, sockets, agenda, node.settings(), node.scripts(), shard.id());
        scripts.busyPoll(busyPoll);
        if (shard.id() == 0) {
            node.scripts().libraries(shard::libraries);
        }
        counters = new ReactorCounters(runner.stats());
        Connections connections = new Connections(node::clientClosed);
        shardSide = makeSide(connections, limits);
        CommandWatch watch = runner.watch();
        watch.use(node.diagnostics());
        watch.config(config);
        shardSide
                .services()
                .watching(new Monitors(links, subscriptions, node.diagnostics().monitors(), clock), watch);
        Invalidations invalidations = new Invalidations(links, subscriptions, connections);
        shardSide.services().invalidating(invalidations);
        shard.tracking().sender(invalidations, shard.id() == 0);
        spread = new SpreadCommands(node, links, runner, busyPoll, scratch);
        ConnectionParts parts = makeParts(commands, connections, limits, busyPoll);
        pausedRequests = parts.dispatcher().pausedRequests();
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
                new ReactorServices(shard, connections, subscriptions, counters, maintenance, poller::peers);
        WriteGate gate = new WriteGate(shard, services, node, links);
        RemoteCommands remote = new RemoteCommands(shard, runner, gate, side, scratch);
        WaitingCommands waiting = new WaitingCommands(links, runner, gate, remote, limits);
        services.waiting(waiting);
        services.inbox(this::execute);
        return new ShardSide(shard, services, gate, remote, waiting, links);
    }

    private ConnectionParts makeParts(
            CommandTable commands, Connections connections, ClientLimits limits, BusyPoll busyPoll) {
        ShardRouter router = new ShardRouter(
                links, runner, spread, shardSide.gate(), side, node.security().users());
        MultiExec multi =
                new MultiExec(links, router, runner, spread, node.security().users(), side, scratch);
        Session.Parts sessions = new Session.Parts(node, clock, links, router, multi, spread, side, subscriptions);
        Dispatcher dispatcher = new Dispatcher(node, commands, links, router, multi, busyPoll, clock, counters);
        spread.dispatcher(dispatcher);
        return new ConnectionParts(this, connections, agenda, dispatcher, sessions, limits, counters, new LookAhead());
    }

    /** Tells which reactors there are, in the order of their shards, before any runs. */
    public void connect(List<Reactor> reactors) {
        links.connect(reactors);
        if (token != null) {
            ShardToken[] tokens =
                    reactors.stream().map(reactor -> reactor.shard.sharing().token()).toArray(ShardToken[]::new);
            hold = new ShardHold(tokens, shard.id(), clock::refreshSteadyMicros);
            spread.connect(reactors.stream().map(Reactor::shard).toList(), hold);
        }
    }

    /** Takes other shards for what this one's thread has to do with several; null where there is only one. On its thread. */
    public ShardHold hold() {
        return hold;
    }

    /** Gives the replication of the shard, before the first cycle. */
    public <T extends ReactorAgent & ReplicationServices> void replication(T agent) {
        replication = agent;
        shardSide.services().replication(agent);
        shard.onProgress(() -> execute(() -> {}));
    }

    /** Drives one more, before the first cycle. */
    public void add(ReactorAgent agent) {
        agents.add(agent);
    }

    /** The shard's data is loaded from now on, or no more: before the first cycle, or on the reactor's thread. */
    public void loading(boolean isUnderWay) {
        shardSide.services().loading(isUnderWay);
        shard.sharing().serving(!isUnderWay);
    }

    /**
     * One turn of the duty cycle.
     *
     * @param blockNanos how long the poll may wait, negative for not at all
     * @return how much work was done
     */
    public int cycle(long blockNanos) throws IOException {
        int work = poller.poll(blockNanos);
        work += poller.inbox().drain(this::afterTask);
        work += pausedRequests.resumeWhenOver(clock.steadyMillis());
        work += agenda.resumeReady();
        work += links.drain();
        times.mark(CycleStep.EXECUTE, work);
        if (!shardSide.services().isLoading()) {
            work += workOnShard();
        }
        int sent = subscriptions.deliver() + agenda.flush();
        times.mark(CycleStep.FLUSH, sent);
        work += sent;
        if (times.isSecondOver()) {
            onSecond();
            times.mark(CycleStep.MAINTAIN, 1);
        }
        times.end(work, clients);
        if (token != null) {
            mostIdleNanos = mostIdleNanos();
            token.leave();
        }
        return work;
    }

    private void begin(boolean hasFound, boolean mayHaveWaited) {
        if (token != null) {
            token.enter(ShardToken.Patience.ENDLESS);
        }
        times.begin(hasFound, mayHaveWaited);
    }

    private void afterTask() {
        subscriptions.deliver();
        if (token != null) {
            letOthers();
        }
    }

    /** Between two commands. */
    private void letOthers() {
        token.letOthers(ShardToken.Patience.ENDLESS);
    }

    private int workOnShard() {
        forceGate.force(config.fsync() == FsyncPolicy.ALWAYS);
        int work = shardSide.waiting().poll(clock.steadyMillis());
        work += replication.doWork();
        int grown = shard.databases().growStep(MOVED_EACH_CYCLE);
        if (grown > 0) {
            clock.meter().note(CycleCause.GROWTH);
        }
        int done = grown + shard.databases().reap(REAPED_EACH_CYCLE);
        done += agents.doWork();
        boolean isNewMillisecond = clock.millis() != lastMillis;
        if (isNewMillisecond) {
            lastMillis = clock.millis();
            done += pollSnapshots();
        }
        if (isNewMillisecond || maintenance.hasMore()) {
            maintain();
        }
        times.mark(CycleStep.MAINTAIN, done);
        return work + done;
    }

    /** How long the poll of the next cycle may block. */
    public long idleNanos(boolean hasWorked) {
        long mostNanos = token == null ? mostIdleNanos() : mostIdleNanos;
        return Math.min(idle.blockNanos(hasWorked, TimeUnit.MICROSECONDS.toNanos(clock.steadyMicros())), mostNanos);
    }

    /** How long nothing but a socket or a task can want something of this reactor. */
    private long mostIdleNanos() {
        long mostNanos = pausedRequests.maxBlockNanos();
        if (!shardSide.services().isLoading()) {
            mostNanos = Math.min(mostNanos, replication.maxBlockNanos());
            mostNanos = Math.min(mostNanos, maintenance.maxBlockNanos());
            mostNanos = Math.min(mostNanos, shardSide.waiting().maxBlockNanos(clock.steadyMillis()));
            mostNanos = Math.min(mostNanos, agents.maxBlockNanos());
        }
        return mostNanos;
    }

    /** Takes new settings, too: once a millisecond is soon enough. */
    private int pollSnapshots() {
        takeSettings();
        shard.backlog().retention().set(config.backlogSize(), config.backlogDiskLimit());
        ReplicationServices role = shardSide.replication();
        shardSide.gate().limitMemory(config, role.acceptsClientWrites());
        return shard.snapshots().poll(config.snapshotInterval(), config.snapshotDueBytes(), role.ownsLog()) ? 1 : 0;
    }

    private void takeSettings() {
        config = node.settings().current();
        clients.config(config);
        shard.events().classes(config.notifyClasses());
        shard.tracking().limit(divided(config.trackingTableMaxKeys()));
        runner.watch().config(config);
        node.diagnostics().config(config);
    }

    private long divided(long keys) {
        return keys == 0 ? 0 : Math.max(1, keys / links.count());
    }

    private void maintain() {
        boolean isPaused = node.clientPause().isPaused(clock.steadyMillis());
        if (shardSide.replication().expiresKeys() && !isPaused) {
            maintenance.step();
        } else {
            maintenance.suspend();
        }
    }

    /** A connection was turned away by a listener of this reactor. */
    void countRejected() {
        counters.connectionsRejected++;
    }

    private void onSecond() {
        if (shardSide.services().isLoading()) {
            replication.onLoadingSecond();
        } else {
            replication.onSecond();
            agents.onSecond();
            runner.onSecond();
            shard.databases().prepareSpares();
        }
        counters.onSecond();
        clock.meter().onSecond(clock.steadyMicros());
        node.publishReport(shardSide.services());
        pausedListeners.resume();
        clients.onSecond(clock.steadyMillis(), config.timeout());
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
        if (token != null) {
            token.close();
        }
        agenda.flush();
        clients.disconnect();
        if (replication != null) {
            replication.close();
        }
        agents.close();
        poller.close();
        clients.close();
        pausedRequests.close();
        subscriptions.close();
        maintenance.close();
        shardSide.waiting().close();
        side.close();
        spread.close();
        runner.close();
        scratch.close();
    }
}
