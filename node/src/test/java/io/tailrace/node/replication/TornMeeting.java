package io.tailrace.node.replication;

import io.tailrace.node.reactor.Reactor;

/** Breaks on purpose what {@link PartMeeting} is for. */
public final class TornMeeting {
    private TornMeeting() {}

    /** Lets a replica's shard take the part with which its link waits for the others, without them; nothing where none waits. */
    public static void takeAlone(Reactor reactor) {
        ShardReplication replication = (ShardReplication) reactor.services().replication();
        PartMeeting meeting = replication.meeting();
        int shard = reactor.shard().id();
        StagedPart part = meeting == null ? null : meeting.waiting(shard);
        if (part != null && reactor.shard().follow(part.index(), part.record()) == null) {
            meeting.leave(shard);
        }
    }
}
