package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.RecordView;

/** A link's side of the {@link PartMeeting}: the part that came last, and whether it waits. Owned by the shard's reactor thread. */
final class PartLink implements AutoCloseable {
    private final PartMeeting meeting;
    private final int shard;
    private final PartMeeting.Hold hold;
    private final PartView part = new PartView();
    private final StagedPart staged = new StagedPart();
    private boolean isWaiting;

    /** @param primary of which the shard's log is a beginning, as has just been found */
    PartLink(PartMeeting meeting, int shard, PartMeeting.Hold hold, HostPort primary) {
        this.meeting = meeting;
        this.shard = shard;
        this.hold = hold;
        meeting.follows(shard, primary);
    }

    /**
     * A part has come.
     *
     * @return null, or why it can't be taken; then it was not. Otherwise {@link #isTaken} says whether it waits
     */
    String stage(long index, RecordView record) {
        String problem = record.problem();
        problem = problem == null ? part.wrap(record) : problem;
        if (problem == null && (part.parts().of(shard) != index || !meeting.knows(part))) {
            problem = "it is a part of another place: of " + part.parts();
        }
        if (problem != null) {
            return problem;
        }
        staged.set(index, record, part);
        meeting.stage(shard, staged);
        isWaiting = true;
        problem = meet();
        if (problem == null && isWaiting) {
            meeting.wakeOthers(shard, staged.parts());
        }
        return problem;
    }

    /** Takes all parts if they are there by now; returns null or why that can't be. */
    String meet() {
        String problem = meeting.meet(shard, hold);
        isWaiting = meeting.isWaiting(shard);
        return problem;
    }

    boolean isWaiting() {
        return isWaiting;
    }

    /** Whether the part that came last was taken. */
    boolean isTaken() {
        return !isWaiting;
    }

    /** Records were taken that are no parts. */
    void hasGrown() {
        meeting.hasGrown();
    }

    /** The shard that is waited for, or -1. */
    int missing() {
        return meeting.missing(shard);
    }

    long index() {
        return staged.index();
    }

    long commitMicros() {
        return staged.record().commitMicros();
    }

    @Override
    public void close() {
        meeting.leave(shard);
        meeting.follows(shard, null);
        staged.close();
    }
}
