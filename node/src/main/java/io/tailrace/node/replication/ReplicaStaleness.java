package io.tailrace.node.replication;

import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.wire.record.QueueIndex;

/**
 * How old the data of a replica may be. Owned by the shard's reactor thread.
 *
 * <p>A probe asks the primary for its last index. Once the replica has applied that, its data hold all that the primary had
 * when the probe was <em>sent</em>: a time of this node's own clock, so two clocks need not agree, and neither a slow link
 * nor a primary that was stopped can make data look younger than they are. Nothing else counts, so a link that is down
 * counts from the last probe that was answered.
 *
 * <pre>
 *   probe sent ------ answer: last index ------ index applied                     now
 *   |<------------------------------ age of the data ------------------------------>|
 * </pre>
 *
 * <p>Probes are sent while {@code replica-max-staleness-ms} is set, or while replicas of this replica send such.
 */
final class ReplicaStaleness {
    private static final long NONE = -1;
    private static final long PROBES_PER_LIMIT = 4;
    private static final long MAX_APART_MICROS = 1_000_000;
    private static final long MIN_APART_MICROS = 2_000;

    /** For a replica of this replica, which has a limit of its own that is not known here. */
    private static final long RELAYED_APART_MICROS = 50_000;

    private static final long RELAYED_FOR_MICROS = 10_000_000;

    private final CycleClock clock;
    private final LiveSettings settings;
    private long completeMicros = NONE;
    private long probeMicros = NONE;
    private long answeredMicros = NONE;
    private long awaitedIndex = QueueIndex.NONE;
    private long awaitedMicros;
    private long relayedMicros = NONE;
    private long lastMicros;

    ReplicaStaleness(CycleClock clock, LiveSettings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    /** A clock that is set back can't tell how long ago something was. */
    private long now() {
        long now = clock.steadyMicros();
        if (now < lastMicros) {
            forget();
            relayedMicros = NONE;
        }
        lastMicros = now;
        return now;
    }

    /** The data are others now, or the node's role is: nothing is known of them. */
    void forget() {
        completeMicros = NONE;
        disconnected();
    }

    /** The link is down: a probe under way will not be answered. */
    void disconnected() {
        probeMicros = NONE;
        answeredMicros = NONE;
        awaitedIndex = QueueIndex.NONE;
    }

    /** A replica of this replica wants to know, and will again. */
    void relay() {
        relayedMicros = now();
    }

    private boolean isRelayed(long now) {
        return relayedMicros != NONE && now - relayedMicros < RELAYED_FOR_MICROS;
    }

    /** How long after one probe the next is due; Long.MAX_VALUE when none is wanted. */
    private long apartMicros(long now) {
        long limitMicros = settings.current().replicaMaxStalenessMs() * 1_000;
        long own = limitMicros == 0
                ? Long.MAX_VALUE
                : Math.max(MIN_APART_MICROS, Math.min(MAX_APART_MICROS, limitMicros / PROBES_PER_LIMIT));
        return isRelayed(now) ? Math.min(RELAYED_APART_MICROS, own) : own;
    }

    /** Whether a probe is to be sent now, over a link that is up. */
    boolean isProbeDue() {
        long now = now();
        long apart = apartMicros(now);
        return apart != Long.MAX_VALUE
                && probeMicros == NONE
                && (answeredMicros == NONE || now - answeredMicros >= apart);
    }

    /** What the probe carries. */
    long probe() {
        probeMicros = now();
        return probeMicros;
    }

    /**
     * The primary has answered.
     *
     * @param probe what it repeats of the probe
     * @param lastIndex its last one
     * @param ageMicros how old its own data may be: it may be a replica itself; negative when it does not know
     * @param appliedIndex ours
     */
    void answered(long probe, long lastIndex, long ageMicros, long appliedIndex) {
        if (probe != probeMicros) {
            return;
        }
        probeMicros = NONE;
        answeredMicros = probe;
        if (ageMicros < 0) {
            return;
        }
        if (lastIndex <= appliedIndex) {
            complete(probe - ageMicros);
        } else if (awaitedIndex == QueueIndex.NONE) {
            awaitedIndex = lastIndex;
            awaitedMicros = probe - ageMicros;
        }
    }

    /** Records up to an index have been applied. */
    void applied(long index) {
        if (awaitedIndex != QueueIndex.NONE && index >= awaitedIndex) {
            awaitedIndex = QueueIndex.NONE;
            complete(awaitedMicros);
        }
    }

    private void complete(long micros) {
        completeMicros = Math.max(completeMicros, micros);
    }

    /** How old the data may be, microseconds, or -1 when that is not known. */
    long ageMicros() {
        long now = now();
        return completeMicros == NONE ? NONE : Math.max(0, now - completeMicros);
    }

    /** Why the data are too old to be read, as an error without the dash, or null. */
    String refusal(int shard) {
        long limitMs = settings.current().replicaMaxStalenessMs();
        if (limitMs == 0) {
            return null;
        }
        long age = ageMicros();
        if (age == NONE) {
            return "STALE how old the data of shard " + shard + " is, the primary has not told yet;"
                    + " replica-max-staleness-ms is " + limitMs;
        }
        return age <= limitMs * 1_000
                ? null
                : "STALE the data of shard " + shard + " may be " + age / 1_000
                        + " ms old, replica-max-staleness-ms is " + limitMs;
    }

    /** How long the reactor may block without being late for a probe. */
    long maxBlockNanos() {
        long apart = apartMicros(now());
        return apart == Long.MAX_VALUE ? Long.MAX_VALUE : apart * 1_000;
    }
}
