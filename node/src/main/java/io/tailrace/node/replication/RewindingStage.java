package io.tailrace.node.replication;

import io.tailrace.node.rewind.EntrySender;
import io.tailrace.wire.handshake.FrameDecoder;

/** Answers what a replica that takes records back asks for, until it wants the records after the last shared one. */
final class RewindingStage implements SessionStage {
    private final ReplicaSession session;
    private final EntrySender entries;
    private final RecordSender records;

    RewindingStage(ReplicaSession session, EntrySender entries, RecordSender records) {
        this.session = session;
        this.entries = entries;
        this.records = records;
    }

    @Override
    public SessionState state() {
        return SessionState.REWINDING;
    }

    @Override
    public String redisState() {
        return "online";
    }

    @Override
    public int fill(int budget, int highWater) {
        return entries.fill(session.peer().frames(), budget);
    }

    @Override
    public long sentIndex() {
        return records.index();
    }

    @Override
    public String onFetch(FrameDecoder fetch) {
        String problem = entries.fetch(fetch);
        if (problem == null && fetch.bodyLength() == 0) {
            entries.close();
            session.rewound(records);
        }
        return problem;
    }

    @Override
    public void end() {
        entries.close();
        records.close();
    }
}
