package io.tailrace.node.replication;

import io.tailrace.node.services.SyncProgress;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/** New data comes, beside the old. */
final class ResyncStage implements LinkStage {
    private final ReplicaLink link;
    private final PrimaryConnection connection;
    private final HandshakeReply reply;
    private final Resync resync;

    ResyncStage(ReplicaLink link, PrimaryConnection connection, HandshakeReply reply, Resync resync) {
        this.link = link;
        this.connection = connection;
        this.reply = reply;
        this.resync = resync;
    }

    @Override
    public LinkState state() {
        return LinkState.RESYNCING;
    }

    @Override
    public String shown() {
        return resync.step();
    }

    @Override
    public int doWork() throws IOException {
        switch (resync.poll(connection.peer().frames())) {
            case WAITING:
                return 0;
            case FAILED:
                link.fail(resync.failure());
                return 1;
            case NEEDS_COPY:
                link.consentTo(resync.grant(reply));
                return 1;
            case DONE:
                link.resynced(connection, reply);
                return 1;
            default:
                connection.peer().flush();
                return 1;
        }
    }

    @Override
    public String overdue(long nowSteadyMs) {
        return LinkDeadlines.overdueTraffic(
                link.silentMs(nowSteadyMs), link.host().silenceMs());
    }

    @Override
    public void onSecond() throws IOException {
        if (connection.peer().pending() < ReplicaLink.MAX_PENDING) {
            resync.acknowledge(connection.peer().frames());
            connection.peer().flush();
        }
    }

    @Override
    public String onRecord(long index, RecordView record) {
        String problem = resync.onRecord(index, record);
        if (problem != null) {
            link.refused(problem);
        }
        return null;
    }

    @Override
    public String onResyncFrame(FrameDecoder frame) throws IOException {
        return resync.onFrame(frame);
    }

    @Override
    public SyncProgress progress() {
        return resync.progress();
    }

    @Override
    public boolean isWorthRetrying() {
        return resync.isWorthRetrying();
    }

    /** Ends it without the new data, unless that was just being made current. */
    @Override
    public void end() {
        connection.close();
        if (resync.close()) {
            link.tookOver();
        }
    }
}
