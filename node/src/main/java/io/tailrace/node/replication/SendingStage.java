package io.tailrace.node.replication;

import io.tailrace.node.services.SyncProgress;
import java.io.IOException;

/** Sends a snapshot's file, then the records from its start index on. */
final class SendingStage implements SessionStage {
    /** A snapshot can be read again at any time, so little of it is put aside. */
    private static final int MAX_AHEAD = 512 << 10;

    private final ReplicaSession session;
    private final SessionHost host;
    private final SnapshotSender snapshot;
    private final RecordSender records;

    SendingStage(ReplicaSession session, SessionHost host, SnapshotSender snapshot, RecordSender records) {
        this.session = session;
        this.host = host;
        this.snapshot = snapshot;
        this.records = records;
    }

    @Override
    public SessionState state() {
        return SessionState.SENDING_SNAPSHOT;
    }

    @Override
    public String redisState() {
        return "send_bulk";
    }

    @Override
    public int highWater(int outputLimit) {
        return Math.min(MAX_AHEAD, outputLimit / 2);
    }

    @Override
    public int fill(int budget, int highWater) throws IOException {
        if (snapshot.failure() != null) {
            session.giveUp("the snapshot failed: " + snapshot.failure());
            return 0;
        }
        int before = session.peer().output().position();
        int filled;
        try {
            filled = snapshot.fill(session.peer(), budget, host.snapshotBytesPerSecond());
        } catch (IOException e) {
            session.peer().output().truncate(before);
            session.giveUp("the snapshot failed: " + e.getMessage());
            return 0;
        }
        if (snapshot.end(session.peer())) {
            snapshot.close();
            session.stream(records, "the snapshot was sent");
        }
        return filled;
    }

    @Override
    public long sentIndex() {
        return records.index();
    }

    @Override
    public SyncProgress progress() {
        return snapshot.progress();
    }

    @Override
    public void end() {
        snapshot.close();
        records.close();
    }
}
