package io.tailrace.node.shard;

import java.util.function.LongSupplier;

/**
 * The time as one duty cycle sees it: read once at its beginning, the same for all that happens in it. Owned by the
 * reactor thread. It never goes back by itself, but follows the machine's clock when that is set back.
 */
public final class CycleClock {
    private final LongSupplier source;
    private long micros;

    /** @param source of the time, microseconds since the epoch; a test hands in its own */
    public CycleClock(LongSupplier source) {
        this.source = source;
        tick();
    }

    /** Reads the time for the cycle that begins. */
    public void tick() {
        micros = source.getAsLong();
    }

    /** Microseconds since the epoch. */
    public long micros() {
        return micros;
    }

    /** The time this very moment, for measuring within a cycle; what the cycle sees as the time stays. */
    public long freshMicros() {
        return source.getAsLong();
    }

    /** Milliseconds since the epoch. */
    public long millis() {
        return micros / 1_000;
    }
}
