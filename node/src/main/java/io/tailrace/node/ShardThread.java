package io.tailrace.node;

import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.backlog.DiskSync;
import io.tailrace.node.backlog.LogGrowth;
import io.tailrace.node.command.CommandTable;
import io.tailrace.node.config.DiskPressure;
import io.tailrace.node.config.FsyncPolicy;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.cores.CorePin;
import io.tailrace.node.cores.NodeCores;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.platform.NodeStartException;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.repair.ShardStart;
import io.tailrace.node.replication.ForceOrder;
import io.tailrace.node.replication.PartMeeting;
import io.tailrace.node.replication.ReplicationContext;
import io.tailrace.node.replication.ShardReplication;
import io.tailrace.node.role.ShardHandle;
import io.tailrace.node.services.LoadStatus;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.shard.LoadProgress;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.ShardSettings;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.node.value.EncodingLimits;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of one shard, which runs the reactor's duty cycle until it is told to stop, and the one that loads its data first. */
public final class ShardThread implements Background.Work, ShardHandle {
    private static final Logger LOG = LoggerFactory.getLogger(ShardThread.class);
    private static final int RECORD_ROOM = 64 << 10;
    private static final long TELL_EVERY_MICROS = TimeUnit.SECONDS.toMicros(5);
    private static final long FULL_INBOX_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** How a shard begins: as the primary that continues or begins a history, or following one. */
    record Beginning(Path directory, HostPort primary, boolean wasReplica, String promotion, String newHistoryId) {}

    /** What all shards of a node have in common. */
    record Surroundings(
            NodeConfig config,
            Platform platform,
            NodeServices node,
            CommandTable commands,
            NodeCores cores,
            PartMeeting meeting) {}

    /**
     * What the node is told, on the shard's thread.
     *
     * @param onServing the shard serves its data
     * @param onFailure it can't any more
     */
    record Events(Runnable onServing, Consumer<Throwable> onFailure) {}

    private final NodeConfig config;
    private final Platform platform;
    private final NodeServices node;
    private final NodeCores cores;
    private final Beginning beginning;
    private final ForceOrder force;
    private final Shard shard;
    private final Reactor reactor;
    private final ShardReplication replication;
    private final Events events;
    private final LoadProgress progress = new LoadProgress(this::tellProgress);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final long startEpochMs;
    private long lastToldMicros;
    private Background.Task thread;
    private Background.Task loader;
    private ShardStart start;
    private CorePin pin;
    /** The history to begin that the log had no room for when the data was loaded, or null. */
    private String dueHistory;

    private long blockNanos = -1;
    private boolean isServing;
    private volatile boolean isStopping;
    private volatile boolean isOrderly = true;

    ShardThread(
            int id,
            Surroundings surroundings,
            Beginning beginning,
            ForceOrder force,
            ServerSocketChannel replicaListener,
            Events events)
            throws IOException {
        config = surroundings.config();
        platform = surroundings.platform();
        node = surroundings.node();
        cores = surroundings.cores();
        this.beginning = beginning;
        this.force = force;
        this.events = events;
        lastToldMicros = platform.steadyMicros().getAsLong();
        startEpochMs = platform.epochMicros().getAsLong() / 1_000;
        CycleClock clock = new CycleClock(platform.epochMicros(), platform.steadyMicros());
        shard = new Shard(settings(id, config, platform, node), clock);
        reactor = new Reactor(shard, node, surroundings.commands(), clock, platform.sockets());
        replication = new ShardReplication(new ReplicationContext(
                reactor, node.settings(), node.nodeId(), platform.locator(), node.security(), surroundings.meeting()));
        reactor.replication(replication);
        if (surroundings.meeting() != null) {
            surroundings.meeting().join(shard, () -> reactor.execute(() -> {}));
        }
        reactor.loading(true);
        replication.listen(replicaListener);
    }

    private static ShardSettings settings(int id, NodeConfig config, Platform platform, NodeServices node) {
        int maxRecord = config.maxValueSize() + Store.MAX_KEY_LENGTH + RECORD_ROOM;
        return new ShardSettings(
                id,
                config.shards().count(),
                new StoreSizing(
                        Math.max(1, config.maxEntries() / config.shards().count()),
                        config.avgKeySize(),
                        config.avgValueSize()),
                new BacklogSettings(
                        config.segmentSize(),
                        config.backlogSize(),
                        maxRecord,
                        () -> platform.background().executor("disk-" + id),
                        DiskSync.REAL,
                        platform.steadyMicros()),
                config.maxValueSize(),
                platform.background(),
                CollectionLimits.standard(new EncodingLimits(node.settings())));
    }

    public Reactor reactor() {
        return reactor;
    }

    public ShardReplication replication() {
        return replication;
    }

    /**
     * Starts a thread that loads the data, and the duty cycle, which serves clients as far as that goes without it. The thread
     * first: a duty cycle that ends at once, as it can't be pinned, waits for it before it closes the data.
     */
    void start() {
        loader = platform.background().run("load-" + shard.id(), this::check);
        thread = platform.background().start("shard-" + shard.id(), this);
    }

    /** Waits until the data is loaded. */
    void awaitLoaded() throws NodeStartException {
        loader.await();
        Throwable cause = failure.get();
        if (cause != null) {
            throw new NodeStartException(FileFailure.of(cause), cause);
        }
    }

    /** Serves the data from now on, once that of every shard is loaded. */
    void serve() {
        while (!isStopping && !reactor.execute(this::begin)) {
            LockSupport.parkNanos(FULL_INBOX_NANOS);
        }
    }

    /** How far the data is loaded; any thread. */
    LoadProgress progress() {
        return progress;
    }

    /** Ends the thread; any thread may ask. */
    void stop(boolean orderly) {
        isOrderly = orderly;
        isStopping = true;
        progress.cancel();
        reactor.execute(() -> {});
    }

    void awaitEnd() {
        if (thread != null) {
            thread.await();
        }
    }

    /** Each step is one turn of the duty cycle, until it is to stop. */
    @Override
    public long step() {
        try {
            if (pin == null) {
                pin = cores.pin(shard.id());
                reactor.pinnedTo(pin.processor());
            }
            if (!isStopping) {
                int work = reactor.cycle(blockNanos);
                blockNanos = reactor.idleNanos(work > 0);
                return MORE;
            }
        } catch (Throwable e) {
            isOrderly = false;
            if (isServing || !failure.compareAndSet(null, e)) {
                events.onFailure().accept(e);
            }
        }
        close();
        return OVER;
    }

    private void check() {
        try {
            cores.onLoaderStart(shard.id());
            ShardDirectory directory = ShardDirectory.open(ShardDirectory.root(beginning.directory(), shard.id()));
            start = ShardStart.begin(shard, directory, progress);
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    /** How far its log is good by itself; waits until that is known. */
    ShardStart awaitChecked() throws NodeStartException {
        awaitLoaded();
        return start;
    }

    /** Loads the data, now that the logs of all shards are closed; unless it is to stop. */
    synchronized void load() {
        if (!isStopping) {
            loader = platform.background().run("load-" + shard.id(), this::loadData);
        }
    }

    private void loadData() {
        try {
            cores.onLoaderStart(shard.id());
            long startMicros = platform.steadyMicros().getAsLong();
            openData();
            shard.log().forceEverySecond(() -> node.settings().current().fsync() == FsyncPolicy.EVERYSEC);
            if (beginning.primary() == null) {
                beginAsPrimary();
            }
            LOG.info(
                    "shard={}: {} keys at {} in {} ms, from {}",
                    shard.id(),
                    shard.databases().keys(),
                    QueueIndex.toString(shard.backlog().lastIndex()),
                    (platform.steadyMicros().getAsLong() - startMicros) / 1_000,
                    progress.source());
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private void openData() throws Exception {
        try {
            start.open();
        } catch (OutOfMemoryError e) {
            throw new NodeStartException(
                    "the machine has not the memory for the store of shard " + shard.id() + " (" + e.getMessage()
                            + "): max-entries = " + config.maxEntries() + ", avg-key-size = " + config.avgKeySize()
                            + ", avg-value-size = " + config.avgValueSize()
                            + "; make them smaller: a store grows by itself when there is more",
                    e);
        }
    }

    /** On the shard's thread. */
    private void begin() {
        reactor.loading(false);
        isServing = true;
        if (beginning.primary() == null) {
            replication.beginAsPrimary(dueHistory);
        } else {
            replication.follow(beginning.primary(), force);
        }
        events.onServing().run();
    }

    private void tellProgress(LoadProgress now) {
        long micros = platform.steadyMicros().getAsLong();
        if (micros - lastToldMicros >= TELL_EVERY_MICROS) {
            lastToldMicros = micros;
            LoadStatus status = new LoadStatus(startEpochMs, now.totalBytes(), now.loadedBytes());
            LOG.info(
                    "shard={}: loading: {}",
                    shard.id(),
                    status.text(platform.epochMicros().getAsLong() / 1_000));
        }
    }

    private void beginAsPrimary() throws InterruptedException {
        boolean hasRoom = reserve();
        boolean isNew = shard.backlog().isEmpty() || beginning.wasReplica();
        if (!hasRoom) {
            LOG.error(
                    "shard={}: {}: {}; reads are served and writes refused until it can: delete what is not needed there, or set"
                            + " backlog-size lower",
                    shard.id(),
                    shard.backlog(),
                    shard.backlog().growth().refusalOfNext());
        }
        if (isNew || isPromotionUnfinished()) {
            String history = isNew ? beginning.newHistoryId() : beginning.promotion();
            if (hasRoom) {
                shard.log().beginHistory(history);
            } else {
                dueHistory = history;
            }
        } else if (hasRoom) {
            shard.log().openSegment();
        } else {
            shard.backlog().growth().openingIsDue();
        }
    }

    /** A start takes a segment, which a full disk may have no room for: to write where it has not is a fault. */
    private boolean reserve() throws InterruptedException {
        boolean mayShorten = config.onDiskPressure() == DiskPressure.DROP_SLOTS;
        return canReserve() || mayShorten && shard.log().shorten() && canReserve();
    }

    /** What was deleted a moment ago, as prepared segments at a start, is free a moment later on some file systems. */
    private boolean canReserve() throws InterruptedException {
        LogGrowth growth = shard.backlog().growth();
        growth.reserve();
        if (growth.canOpenNext()) {
            return true;
        }
        growth.reserve();
        return growth.refusalOfNext() == null && growth.canOpenNext();
    }

    private void awaitLoader() {
        Background.Task last;
        synchronized (this) {
            isStopping = true;
            last = loader;
        }
        if (last != null) {
            last.await();
        }
    }

    /** A crash in a promotion must not leave a primary that writes on in the history of the one it replaces. */
    private boolean isPromotionUnfinished() {
        return beginning.promotion() != null && shard.history().endOf(beginning.promotion()) == QueueIndex.NONE;
    }

    private void close() {
        awaitLoader();
        try {
            reactor.closeConnections();
        } catch (IOException | RuntimeException e) {
            LOG.error("shard={}: failed to close its connections", shard.id(), e);
        }
        try (shard) {
            if (isServing && isOrderly) {
                shard.finish();
            }
        } catch (RuntimeException e) {
            LOG.error("shard={}: failed to stop cleanly: {}", shard.id(), e.getMessage());
        }
        if (pin != null) {
            pin.close();
        }
    }
}
