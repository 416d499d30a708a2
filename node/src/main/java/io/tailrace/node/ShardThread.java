package io.tailrace.node;

import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.command.CommandTable;
import io.tailrace.node.config.DiskPressure;
import io.tailrace.node.config.FsyncPolicy;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.cores.CorePin;
import io.tailrace.node.cores.NodeCores;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.platform.NodeStartException;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.repair.ShardStart;
import io.tailrace.node.replication.ShardReplication;
import io.tailrace.node.role.ShardHandle;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.ShardSettings;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of one shard: rebuilds the data, then runs the reactor's duty cycle until it is told to stop. */
public final class ShardThread implements Background.Work, ShardHandle {
    private static final Logger LOG = LoggerFactory.getLogger(ShardThread.class);
    private static final int RECORD_ROOM = 64 << 10;

    /** How a shard begins: as the primary that goes on or begins a history, or following one. */
    record Beginning(Path directory, HostPort primary, boolean wasReplica, String promotion, String newHistoryId) {}

    /**
     * Whether the shard's data is to be thrown away for the primary, as was said before the node last ended.
     *
     * @param done told, in the background, for whom it was, once the shard follows; also when that is ordered later
     */
    record Force(boolean isWanted, Consumer<HostPort> done) {}

    private final NodeConfig config;
    private final Platform platform;
    private final NodeServices node;
    private final NodeCores cores;
    private final Beginning beginning;
    private final Force force;
    private final ServerSocketChannel replicaListener;
    private final Shard shard;
    private final Reactor reactor;
    private final ShardReplication replication;
    private final Consumer<Throwable> onFailure;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private Background.Task thread;
    private CorePin pin;
    private long blockNanos = -1;
    private volatile boolean isStopping;
    private volatile boolean isOrderly = true;

    ShardThread(
            int id,
            NodeConfig config,
            Platform platform,
            NodeServices node,
            CommandTable commands,
            NodeCores cores,
            Beginning beginning,
            Force force,
            ServerSocketChannel replicaListener,
            Consumer<Throwable> onFailure)
            throws IOException {
        this.config = config;
        this.platform = platform;
        this.node = node;
        this.cores = cores;
        this.beginning = beginning;
        this.force = force;
        this.replicaListener = replicaListener;
        this.onFailure = onFailure;
        CycleClock clock = new CycleClock(platform.epochMicros(), platform.steadyMicros());
        shard = new Shard(settings(id, config, platform.background()), clock);
        reactor = new Reactor(shard, node, commands, clock, platform.sockets());
        replication =
                new ShardReplication(reactor, node.settings(), node.nodeId(), platform.locator(), node.security());
        replication.onForceDone(force.done());
        reactor.replication(replication);
    }

    private static ShardSettings settings(int id, NodeConfig config, Background background) {
        int maxRecord = config.maxValueSize() + Store.MAX_KEY_LENGTH + RECORD_ROOM;
        return new ShardSettings(
                id,
                config.shards(),
                new StoreSizing(
                        Math.max(1, config.maxEntries() / config.shards()), config.avgKeySize(), config.avgValueSize()),
                new BacklogSettings(
                        config.segmentSize(), config.backlogSize(), maxRecord, () -> background.executor("disk-" + id)),
                config.maxValueSize(),
                background);
    }

    public Reactor reactor() {
        return reactor;
    }

    public ShardReplication replication() {
        return replication;
    }

    void start() {
        thread = platform.background().start("shard-" + shard.id(), this);
    }

    /** Completes when the data is rebuilt; fails with why it can't be. */
    CompletableFuture<Void> started() {
        return started;
    }

    /** Lets the duty cycle begin, once every shard is rebuilt. */
    void release() {
        released.complete(null);
    }

    /** Ends the thread; any thread may ask. */
    void stop(boolean orderly) {
        isOrderly = orderly;
        isStopping = true;
        released.complete(null);
        reactor.execute(() -> {});
    }

    void awaitEnd() {
        if (thread != null) {
            thread.await();
        }
    }

    /** First opens the data; after that each step is one turn of the duty cycle, until it is to stop. */
    @Override
    public long step() {
        try {
            if (!started.isDone()) {
                open();
                started.complete(null);
                return MORE;
            }
            released.join();
            if (!isStopping) {
                int work = reactor.cycle(blockNanos);
                blockNanos = reactor.idleNanos(work > 0);
                return MORE;
            }
        } catch (Throwable e) {
            if (!started.completeExceptionally(e)) {
                isOrderly = false;
                onFailure.accept(e);
            }
        }
        close();
        return OVER;
    }

    private void open() throws Exception {
        long begin = System.nanoTime();
        pin = cores.pin(shard.id());
        reactor.pinnedTo(pin.processor());
        ShardStart.open(shard, ShardDirectory.open(ShardDirectory.root(beginning.directory(), shard.id())));
        shard.forceEverySecond(() -> node.settings().current().fsync() == FsyncPolicy.EVERYSEC);
        if (beginning.primary() == null) {
            beginAsPrimary();
        } else {
            replication.follow(beginning.primary(), force.isWanted());
        }
        replication.listen(replicaListener);
        LOG.info(
                "shard {}: {} keys at {} in {} ms",
                shard.id(),
                shard.store().keys(),
                QueueIndex.toString(shard.backlog().lastIndex()),
                (System.nanoTime() - begin) / 1_000_000);
    }

    private void beginAsPrimary() throws InterruptedException, NodeStartException {
        reserve();
        boolean isNew = shard.backlog().isEmpty() || beginning.wasReplica();
        if (isNew || isPromotionUnfinished()) {
            shard.beginHistory(isNew ? beginning.newHistoryId() : beginning.promotion());
        } else {
            shard.openSegment();
        }
    }

    /** A start takes a segment, which a full disk must have room for: to write where it has not is a fault. */
    private void reserve() throws InterruptedException, NodeStartException {
        shard.backlog().reserve();
        boolean mayShorten = config.onDiskPressure() == DiskPressure.DROP_SLOTS;
        if (!shard.backlog().canOpenSegment() && mayShorten && shard.shortenBacklog()) {
            shard.backlog().reserve();
        }
        if (!shard.backlog().canOpenSegment()) {
            throw new NodeStartException("no room for a segment of the log in " + shard.backlog() + ": "
                    + shard.backlog().retention().pressure());
        }
    }

    /** A crash in a promotion must not leave a primary that writes on in the history of the one it replaces. */
    private boolean isPromotionUnfinished() {
        return beginning.promotion() != null && shard.history().endOf(beginning.promotion()) == QueueIndex.NONE;
    }

    private void close() {
        try {
            reactor.closeConnections();
        } catch (IOException | RuntimeException e) {
            LOG.error("shard {} did not close its connections well", shard.id(), e);
        }
        try (shard) {
            if (started.isDone() && !started.isCompletedExceptionally() && isOrderly) {
                shard.finish();
            }
        } catch (RuntimeException e) {
            LOG.error("shard {} did not end well: {}", shard.id(), e.getMessage());
        }
        if (pin != null) {
            pin.close();
        }
    }
}
