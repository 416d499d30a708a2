package io.tailrace.node.replication;

import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows record by record, and acknowledges what is applied, once for all records of a read. */
final class StreamStage implements LinkStage {
    private static final Logger LOG = LoggerFactory.getLogger(StreamStage.class);

    private final ReplicaLink link;
    private final LinkHost host;
    private final Shard shard;
    private final PrimaryConnection connection;
    private final LinkProgress progress;
    private final long firstTarget;
    private boolean isAckDue = true;
    private long ackedDurable = QueueIndex.NONE;

    StreamStage(
            ReplicaLink link,
            LinkHost host,
            PrimaryConnection connection,
            HandshakeReply reply,
            LinkProgress progress) {
        this.link = link;
        this.host = host;
        this.connection = connection;
        this.progress = progress;
        shard = host.shard();
        firstTarget = reply.own().index();
    }

    @Override
    public LinkState state() {
        return LinkState.STREAMING;
    }

    @Override
    public String overdue(long nowSteadyMs) {
        return LinkDeadlines.overdueTraffic(
                link.silentMs(nowSteadyMs), link.host().silenceMs());
    }

    @Override
    public String onRecord(long index, RecordView record) {
        String problem = shard.follow(index, record);
        if (problem != null) {
            LOG.error("shard {}: following {} stopped: {}", shard.id(), link.primary(), problem);
            link.refused(problem);
            return null;
        }
        isAckDue = true;
        progress.applied(record.commitMicros());
        if (!link.hasData() && index >= firstTarget) {
            link.gotData();
        }
        return null;
    }

    @Override
    public void onPing() {
        isAckDue = true;
    }

    @Override
    public void onProbed(long echo, long lastIndex, long ageMicros) {
        host.staleness().answered(echo, lastIndex, ageMicros, shard.backlog().lastIndex());
    }

    @Override
    public void onBatchEnd() throws IOException {
        acknowledge();
    }

    /** What a replica says by itself: how durable it is, and the question how far the primary is. */
    @Override
    public int doWork() throws IOException {
        boolean isProbeDue = isHeeded() && host.staleness().isProbeDue();
        if (isProbeDue) {
            connection.protocol().probe(connection.peer(), host.staleness().probe());
            isAckDue = true;
        }
        isAckDue |= shard.backlog().durableIndex() != ackedDurable;
        acknowledge();
        return isProbeDue ? 1 : 0;
    }

    /** A primary that does not take what it was told is told no more until it has. */
    private boolean isHeeded() {
        return connection.peer().pending() < ReplicaLink.MAX_PENDING;
    }

    @Override
    public void onSecond() throws IOException {
        isAckDue = true;
        acknowledge();
    }

    private void acknowledge() throws IOException {
        if (!isAckDue || !isHeeded()) {
            return;
        }
        isAckDue = false;
        ackedDurable = shard.backlog().durableIndex();
        long last = shard.backlog().lastIndex();
        host.staleness().applied(last);
        progress.endOfBatch();
        connection
                .protocol()
                .acknowledge(
                        connection.peer(),
                        last,
                        ackedDurable,
                        shard.backlog().lastChain(),
                        progress.lastCommitMicros());
        connection.peer().flush();
    }

    @Override
    public void end() {
        connection.close();
    }
}
