package io.tailrace.tools.system;

import io.tailrace.snapshot.fault.FaultPoint;
import java.util.List;

/**
 * One way to die.
 *
 * @param point where, or null for a SIGKILL from outside
 * @param most at one of this many hits, in each shard where it is no load that hits, the process dies; for others a time or a load
 */
record Strike(Way way, FaultPoint point, int most) {

    /** When it happens, and to whom. */
    enum Way {
        /** The primary under load, at a fault point. */
        RUNNING,
        /** The primary as it starts after a kill, at a fault point. */
        STARTING,
        /** The same, with the rest of a half-written record behind its log. */
        STARTING_TORN,
        /** The replica under load, at a fault point. */
        FOLLOWING,
        /** A replica that has lost its data, in its full sync. */
        SYNCING,
        /** A replica that is promoted. */
        PROMOTED,
        /** The primary under load, at any moment. */
        ANY_MOMENT,
        /** The primary under load, and once more at any moment of its start. */
        ANY_MOMENT_OF_A_START,
        /** Both nodes at once. */
        BOTH
    }

    /** All of them once, in an order in which few extra starts are needed. */
    static final List<Strike> ALL = List.of(
            new Strike(Way.RUNNING, FaultPoint.LOGGED, 3_000),
            new Strike(Way.RUNNING, FaultPoint.ROLL_CLOSED, 3),
            new Strike(Way.RUNNING, FaultPoint.ROLL_CREATED, 3),
            new Strike(Way.RUNNING, FaultPoint.ROLL_OPENED, 3),
            new Strike(Way.RUNNING, FaultPoint.SEGMENT_SHRUNK, 3),
            new Strike(Way.RUNNING, FaultPoint.SEGMENT_DELETED, 3),
            new Strike(Way.RUNNING, FaultPoint.SNAPSHOT_BEGUN, 2),
            new Strike(Way.RUNNING, FaultPoint.SNAPSHOT_HALF, 2),
            new Strike(Way.RUNNING, FaultPoint.SNAPSHOT_FORCED, 2),
            new Strike(Way.RUNNING, FaultPoint.SNAPSHOT_RENAMED, 2),
            new Strike(Way.ANY_MOMENT, null, 10_000),
            new Strike(Way.STARTING, FaultPoint.REDONE, 200),
            new Strike(Way.STARTING_TORN, FaultPoint.TAIL_CLEARED, 3),
            new Strike(Way.ANY_MOMENT_OF_A_START, null, 1_500),
            new Strike(Way.SYNCING, FaultPoint.SYNC_DURABLE, 1),
            new Strike(Way.SYNCING, FaultPoint.SWITCH_WRITTEN, 1),
            new Strike(Way.SYNCING, FaultPoint.SWITCH_RENAMED, 1),
            new Strike(Way.BOTH, null, 10_000),
            new Strike(Way.PROMOTED, FaultPoint.PROMOTION_NOTED, 1),
            new Strike(Way.PROMOTED, FaultPoint.PROMOTION_BEGUN, 1),
            // beyond the first twenty
            new Strike(Way.RUNNING, FaultPoint.NOTE_WRITTEN, 3),
            new Strike(Way.RUNNING, FaultPoint.NOTE_RENAMED, 3),
            new Strike(Way.STARTING, FaultPoint.ROLL_CLOSED, 1),
            new Strike(Way.STARTING, FaultPoint.ROLL_OPENED, 1),
            new Strike(Way.SYNCING, FaultPoint.SYNC_REPLACED, 1));

    /** Where several shards are written to at once. */
    static final List<Strike> SPREAD = List.of(
            new Strike(Way.RUNNING, FaultPoint.PART_LOGGED, 600),
            new Strike(Way.RUNNING, FaultPoint.PARTS_LOGGED, 300),
            new Strike(Way.FOLLOWING, FaultPoint.PART_TAKEN, 600));

    /** How often the point is passed as a node starts, which is not meant. */
    int hitsOfStart(int shards) {
        return switch (point) {
            case ROLL_CLOSED, ROLL_CREATED, ROLL_OPENED, SEGMENT_SHRUNK -> way == Way.RUNNING ? shards : 0;
            case NOTE_WRITTEN, NOTE_RENAMED -> 1 + 2 * shards;
            case SWITCH_WRITTEN, SWITCH_RENAMED -> shards;
            default -> 0;
        };
    }

    /** Whether the hits are counted in each shard, and so are as many times more; under load it is hit again and again anyway. */
    boolean isInEachShard() {
        return way != Way.RUNNING && point != FaultPoint.PROMOTION_NOTED;
    }

    /** Whether a full copy may be needed afterwards. */
    boolean isInFullSync() {
        return way == Way.SYNCING;
    }

    @Override
    public String toString() {
        return point == null
                ? way.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                : point.text() + (way == Way.STARTING ? " of a start" : "");
    }
}
