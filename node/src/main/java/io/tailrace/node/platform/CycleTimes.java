package io.tailrace.node.platform;

import java.util.Arrays;
import java.util.List;

/**
 * What a {@link CycleMeter} measured, microseconds since the start or CONFIG RESETSTAT. Immutable.
 *
 * @param cycles that had something to do
 * @param steps by {@link CycleStep}
 * @param longest by {@link CycleCause}: time and processor's time of the last minute, and both of all time
 * @param slowest some cycles, in no order
 */
public record CycleTimes(long cycles, long[] steps, long[][] longest, List<SlowCycle> slowest) {
    /** The columns of {@link #longest}. */
    public enum Span {
        MINUTE,
        MINUTE_CPU,
        EVER,
        EVER_CPU
    }

    public long of(CycleStep step) {
        return steps[step.ordinal()];
    }

    /** Microseconds of the longest cycle of a cause within a span of time. */
    public long of(CycleCause cause, Span span) {
        return longest[cause.ordinal()][span.ordinal()];
    }

    /** Of all causes. */
    public long longest(Span span) {
        return Arrays.stream(longest)
                .mapToLong(each -> each[span.ordinal()])
                .max()
                .orElse(0);
    }

    /** Of several threads: sums, and the longest, without {@link #slowest}. */
    public static CycleTimes all(List<CycleTimes> threads) {
        long cycles = 0;
        long[] steps = new long[CycleStep.ALL.size()];
        long[][] longest = new long[CycleCause.ALL.size()][Span.values().length];
        for (CycleTimes each : threads) {
            cycles += each.cycles;
            Arrays.setAll(steps, i -> steps[i] + each.steps[i]);
            for (int i = 0; i < longest.length; i++) {
                long[] most = longest[i];
                long[] other = each.longest[i];
                Arrays.setAll(most, j -> Math.max(most[j], other[j]));
            }
        }
        return new CycleTimes(cycles, steps, longest, List.of());
    }
}
