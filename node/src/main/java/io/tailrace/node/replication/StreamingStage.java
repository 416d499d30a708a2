package io.tailrace.node.replication;

/** Sends records. */
final class StreamingStage implements SessionStage {
    private final ReplicaSession session;
    private final RecordSender records;

    StreamingStage(ReplicaSession session, RecordSender records) {
        this.session = session;
        this.records = records;
    }

    @Override
    public SessionState state() {
        return SessionState.STREAMING;
    }

    @Override
    public String redisState() {
        return "online";
    }

    @Override
    public int fill(int budget, int highWater) {
        return records.fill(session.peer(), session.acks().lag(), budget, highWater);
    }

    @Override
    public long sentIndex() {
        return records.index();
    }

    @Override
    public void end() {
        records.close();
    }
}
