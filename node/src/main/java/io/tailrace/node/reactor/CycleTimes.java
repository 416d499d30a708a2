package io.tailrace.node.reactor;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.platform.CycleStep;
import java.util.function.IntSupplier;

/** How long the turns of a duty cycle take, and their steps. Owned by the reactor's thread. */
final class CycleTimes {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long LONG_CYCLE_MICROS = 10_000;

    private final CycleClock clock;
    private long startMicros;
    private long lastSecondMicros;

    /** @param lastingCauses of long turns that are there for longer than one, as bits of {@code CycleCause} */
    CycleTimes(CycleClock clock, IntSupplier lastingCauses) {
        this.clock = clock;
        clock.meter().processorTime(ReactorServices::processorNanos);
        clock.meter().lasting(lastingCauses);
    }

    /** A turn begins: its time is read as soon as it has something to do. */
    void begin(boolean hasFound, boolean mayHaveWaited) {
        if (hasFound || mayHaveWaited) {
            clock.tick();
        } else {
            clock.tickIdle();
        }
        startMicros = clock.steadyMicros();
        clock.meter().begin(startMicros, hasFound, mayHaveWaited);
    }

    /** Whether it is time for what is done once a second. */
    boolean isSecondOver() {
        boolean isOver = clock.steadyMicros() - lastSecondMicros >= MICROS_PER_SECOND;
        if (isOver) {
            lastSecondMicros = clock.steadyMicros();
        }
        return isOver;
    }

    /** A step of it is done; one without work takes no time worth measuring. */
    void mark(CycleStep step, int work) {
        if (work > 0) {
            clock.meter().mark(step, clock.refreshSteadyMicros());
        }
    }

    /** @param clients who were not idle while the turn lasted, however long ago they sent something */
    void end(int work, Clients clients) {
        if (work == 0) {
            clock.meter().endIdle();
            return;
        }
        long end = clock.steadyMicros();
        if (end - startMicros > LONG_CYCLE_MICROS) {
            clients.wereActive(startMicros / 1_000, end / 1_000);
        }
        clock.meter().end();
    }
}
