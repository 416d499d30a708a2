package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.Background.Task;
import io.tailrace.node.shard.EffectApplier;
import io.tailrace.node.shard.Generation;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardData;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copy of a primary's log from its first record of all, into a new generation beside what this node holds. It takes over
 * when it has come to where the primary's log ended as it began, and is on the disk. Broken off, it starts over: a log that
 * is whole is short. Owned by the shard's reactor thread.
 */
final class LogCopy implements Resync {
    private static final Logger LOG = LoggerFactory.getLogger(LogCopy.class);

    private final LinkHost host;
    private final Shard shard;
    private final HostPort primary;
    private final CopyTarget target;
    private final Generation generation;
    private final EffectApplier applier;
    private String failure;
    /** Why a record is in the new log and not in the new store, or null. */
    private String halfTaken;

    private boolean isClosed;
    private Task ending;

    /**
     * @param target when it may take over
     * @param keepReplaced why the data that it replaces is to stay on the disk, or null
     */
    LogCopy(LinkHost host, HostPort primary, CopyTarget target, String keepReplaced) throws IOException {
        this.host = host;
        this.primary = primary;
        this.target = target;
        shard = host.shard();
        applier = EffectApplier.forFilling(shard.settings());
        generation = Generation.begin(shard.directory());
        try {
            generation.fill(ShardData.empty(generation.directory(), shard.settings()));
        } catch (RuntimeException e) {
            generation.abandon();
            throw e;
        }
        if (keepReplaced != null) {
            generation.keepReplaced(keepReplaced);
        }
        if (shard.isBlank()) {
            host.counters().countPartialSync();
        } else {
            host.counters().countFullSync(false);
        }
        LOG.info(
                "shard={} primary={}: full sync begins: its whole log, up to {}",
                shard.id(),
                primary,
                QueueIndex.toString(target.index()));
    }

    private ShardData data() {
        return generation.data();
    }

    @Override
    public String step() {
        return "COPYING";
    }

    @Override
    public String onFrame(FrameDecoder frame) {
        return Unexpected.frame(frame.type(), step());
    }

    @Override
    public String onRecord(long index, RecordView record) {
        String problem = data().takeAndRedo(applier, index, record);
        boolean isLogged = data().backlog().lastIndex() == index;
        halfTaken = problem != null && isLogged ? problem : halfTaken;
        return problem;
    }

    @Override
    public Progress poll(FrameWriter out) {
        generation.requireDecided(shard);
        if (generation.isCommitted()) {
            host.disconnectReplicas("this node takes over a copy of its primary's log");
            generation.activate(shard);
            end();
            return Progress.DONE;
        }
        if (failure() != null) {
            return Progress.FAILED;
        }
        long last = data().backlog().lastIndex();
        if (last < target.index() || generation.isCommitting()) {
            return Progress.WAITING;
        }
        failure = target.lack(data());
        if (failure != null) {
            return Progress.FAILED;
        }
        if (data().isBlank() && !shard.isBlank()) {
            generation.keepReplaced("it was replaced by a log without a write, history "
                    + target.end().history());
        }
        generation.commitSoon(shard, () -> data().backlog().sync().upTo(last), host::wake);
        return Progress.ADVANCED;
    }

    private void end() {
        isClosed = true;
        LOG.info(
                "shard={} primary={}: full sync complete, at {}",
                shard.id(),
                primary,
                QueueIndex.toString(shard.backlog().lastIndex()));
        if (generation.keptReplaced() != null) {
            LOG.warn(
                    "shard={}: the previous data of this node is kept in {}; delete it when it is no longer needed",
                    shard.id(),
                    generation.keptReplaced());
        }
    }

    @Override
    public void acknowledge(FrameWriter out) {
        out.ack(QueueIndex.NONE, data().backlog().lastIndex(), QueueIndex.NONE, 0, 0);
    }

    @Override
    public String failure() {
        return failure != null ? failure : generation.failure();
    }

    @Override
    public boolean close() {
        if (isClosed) {
            return false;
        }
        if (generation.settle(shard, () -> halfTaken)) {
            end();
            return true;
        }
        isClosed = true;
        ending = shard.settings().background().run("copy-end-" + shard.id(), generation::abandon);
        return false;
    }

    @Override
    public boolean hasEnded() {
        return isClosed && (ending == null || ending.isOver()) && generation.hasCleaned();
    }

    @Override
    public void await() {
        if (ending != null) {
            ending.await();
        }
        generation.await();
    }
}
