package io.tailrace.node.replication;

import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/** Follows record by record, and acknowledges what is applied, once for all records of a read. */
final class StreamStage implements LinkStage {
    private final ReplicaLink link;
    private final LinkHost host;
    private final Shard shard;
    private final PrimaryConnection connection;
    private final LinkProgress progress;
    private final long firstTarget;
    private final PartLink parts;
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
        parts = host.meeting() == null ? null : new PartLink(host.meeting(), shard.id(), host.hold(), link.primary());
    }

    @Override
    public LinkState state() {
        return LinkState.STREAMING;
    }

    @Override
    public String shown() {
        int missing = isWaiting() ? parts.missing() : -1;
        return missing < 0
                ? state().name()
                : state().name() + ", " + QueueIndex.toString(parts.index()) + " waits for shard " + missing;
    }

    /**
     * While a part waits, what comes is heard as long as there is room to read it. A connection that is full of it for that long is made
     * again, too: it may be one of a primary that is dead.
     */
    @Override
    public String overdue(long nowSteadyMs) {
        return LinkDeadlines.overdueTraffic(
                link.silentMs(nowSteadyMs), link.host().silenceMs());
    }

    @Override
    public String onRecord(long index, RecordView record) {
        if (record.isPart() && parts != null) {
            String problem = parts.stage(index, record);
            if (problem != null) {
                stop(problem);
            } else if (parts.isTaken()) {
                applied(parts.index(), parts.commitMicros());
            } else {
                connection.pause();
            }
            return null;
        }
        String problem = shard.follow(index, record);
        if (problem != null) {
            stop(problem);
        } else {
            applied(index, record.commitMicros());
        }
        return null;
    }

    private void stop(String problem) {
        link.problems().stopped(problem);
        link.backOff(LinkBackoff.REFUSED_MS, problem);
    }

    private void applied(long index, long commitMicros) {
        isAckDue = true;
        progress.applied(commitMicros);
        link.problems().applied();
        if (!link.hasData() && index >= firstTarget) {
            link.gotData();
        }
    }

    /** A part waits for others: they may have come, or another shard's thread has taken all of them. */
    private int meet() throws IOException {
        String problem = parts.meet();
        if (problem != null) {
            stop(problem);
            return 1;
        }
        if (!parts.isTaken()) {
            return 0;
        }
        applied(parts.index(), parts.commitMicros());
        connection.resume();
        return 1;
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
        if (parts != null) {
            parts.hasGrown();
        }
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
        isAckDue |= shard.sharing().closedDurableIndex() != ackedDurable;
        acknowledge();
        int work = isWaiting() ? meet() : 0;
        return isProbeDue ? work + 1 : work;
    }

    /** A primary that does not take what it was told is told no more until it has. */
    private boolean isHeeded() {
        return connection.peer().pending() < ReplicaLink.MAX_PENDING;
    }

    @Override
    public void onSecond() throws IOException {
        isAckDue = true;
        acknowledge();
        int missing = isWaiting() ? parts.missing() : -1;
        if (missing >= 0 && isHeeded()) {
            connection.protocol().waiting(connection.peer(), parts.index(), missing);
            connection.peer().flush();
        }
    }

    private boolean isWaiting() {
        return parts != null && parts.isWaiting();
    }

    private void acknowledge() throws IOException {
        if (!isAckDue || !isHeeded()) {
            return;
        }
        isAckDue = false;
        ackedDurable = shard.sharing().closedDurableIndex();
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
        if (parts != null) {
            parts.close();
        }
        connection.close();
    }
}
