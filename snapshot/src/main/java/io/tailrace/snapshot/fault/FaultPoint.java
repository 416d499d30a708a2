package io.tailrace.snapshot.fault;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Places in the node where a test lets the process die, as kill -9 would just there. Hit by any thread.
 *
 * <p>The system property {@code tailrace.fault} arms one: {@code logged} at its first hit, {@code logged:500} at its 500th.
 * Without the property nothing is armed, for good, and a hit is a comparison of constants, which the compiler leaves out.
 *
 * <p>The process ends by {@link Runtime#halt}: no hook, no finally, no flush runs. What it wrote to files and mapped memory stays
 * in the page cache, as after SIGKILL, and to what it wrote to sockets the same happens. The difference is that other
 * threads end where they could stop for a collection, and not within an instruction; kills from outside are for that.
 */
public enum FaultPoint {
    /** A write is in the log; the store hasn't it yet, and no client was answered. */
    LOGGED,
    /** One more part of a transaction over several shards is in its shard's log. */
    PART_LOGGED,
    /** All parts of such a transaction are; no shard was given back, and nobody was answered. */
    PARTS_LOGGED,
    /** A replica has taken one more part of such a transaction, into its shard's log and store. */
    PART_TAKEN,
    /** The old segment has its end mark; the next one has no file. */
    ROLL_CLOSED,
    /** The next segment has its file, without a header. */
    ROLL_CREATED,
    /** The next segment has its header, and no record. */
    ROLL_OPENED,
    /** A closed segment has just given back what it did not use. */
    SEGMENT_SHRUNK,
    /** One of the oldest segments was deleted; others, and snapshots, may be due as well. */
    SEGMENT_DELETED,
    /** A snapshot's part file has its header. */
    SNAPSHOT_BEGUN,
    /** Half of the store is in the part file. */
    SNAPSHOT_HALF,
    /** All of it is, and on the disk, under its working name. */
    SNAPSHOT_FORCED,
    /** It has its name, which is not on the disk yet. */
    SNAPSHOT_RENAMED,
    /** A start has redone a record. */
    REDONE,
    /** A start has cut one more shard's log before a part of a transaction that another shard's log lacks. */
    LOG_CUT,
    /** A start has cleared a page of what a half-written record left after the log. */
    TAIL_CLEARED,
    /** All of a full sync is here and on the disk; the old generation is current. */
    SYNC_DURABLE,
    /** The file that names the current generation was written under its working name. */
    SWITCH_WRITTEN,
    /** It has its name, which is not on the disk yet. */
    SWITCH_RENAMED,
    /** A full sync has taken over; the old generation is still there. */
    SYNC_REPLACED,
    /** The node remembers that it is to be promoted; no shard was. */
    PROMOTION_NOTED,
    /** A shard's log has the first record of the new history, which isn't on the disk yet. */
    PROMOTION_BEGUN,
    /** A small file other than CURRENT was written under its working name: histories, roles, places of replicas. */
    NOTE_WRITTEN,
    /** It has its name, which is not on the disk yet. */
    NOTE_RENAMED;

    /** Names the armed point, and which of its hits counts. */
    public static final String PROPERTY = "tailrace.fault";

    /** As of a process that SIGKILL has ended. */
    public static final int EXIT_CODE = 137;

    private static final FaultPoint ARMED = armed(System.getProperty(PROPERTY));
    private static final AtomicInteger LEFT = new AtomicInteger(hits(System.getProperty(PROPERTY)));
    /** Where there are assertions. */
    private static volatile Consumer<FaultPoint> watcher = point -> {};

    /** Tells a test that runs nodes in its own process, with assertions, of every hit from here on. It may throw. */
    public static void watch(Consumer<FaultPoint> by) {
        watcher = by;
    }

    /** Whether one is: hits that no test means would count, too. */
    public static boolean isArmed() {
        return ARMED != null;
    }

    private boolean isTold() {
        watcher.accept(this);
        return true;
    }

    /** Dies here, when this is the armed point and this many hits have come. */
    public void hit() {
        assert isTold();
        if (ARMED == this && LEFT.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }

    /** What the property calls it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The point that a value of the property names, null for none. Throws IllegalArgumentException for an unknown one. */
    static FaultPoint armed(String property) {
        if (property == null) {
            return null;
        }
        String text = property.replaceFirst(":.*", "");
        for (FaultPoint point : values()) {
            if (point.text().equals(text)) {
                return point;
            }
        }
        throw new IllegalArgumentException(PROPERTY + " = '" + property + "' names no fault point");
    }

    /** Which hit counts, from 1. Throws NumberFormatException. */
    static int hits(String property) {
        int colon = property == null ? -1 : property.indexOf(':');
        return colon < 0 ? 1 : Integer.parseInt(property.substring(colon + 1));
    }
}
