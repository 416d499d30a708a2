package io.tailrace.node.platform;

import java.util.EnumSet;
import java.util.Set;

/**
 * A duty cycle that took long. Immutable.
 *
 * @param atMicros when it began, microseconds since the epoch, about
 * @param micros how long it took
 * @param processorMicros of the thread within it
 * @param steps microseconds by {@link CycleStep}; what none did is in the one after it
 * @param causes what it included, as bits of {@link CycleCause}
 * @param command the longest one in it, or null
 * @param commandMicros how long that took
 */
public record SlowCycle(
        long atMicros,
        long micros,
        long processorMicros,
        long[] steps,
        int causes,
        String command,
        long commandMicros) {
    public long of(CycleStep step) {
        return steps[step.ordinal()];
    }

    public Set<CycleCause> included() {
        Set<CycleCause> included = EnumSet.noneOf(CycleCause.class);
        for (CycleCause cause : CycleCause.ALL) {
            if ((causes & cause.bit()) != 0) {
                included.add(cause);
            }
        }
        return included;
    }
}
