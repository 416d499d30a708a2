package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** How long a command waits, as an argument says it in seconds. Stateless. */
final class BlockTimeout {
    private static final BigDecimal MILLIS = BigDecimal.valueOf(1_000);
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private BlockTimeout() {}

    /** What is wrong with it, in Redis's words, or null. What is too large for Redis's clock counts as negative, as it does there. */
    static String problem(Arguments arguments, int i) {
        BigDecimal seconds = LongDouble.parse(arguments.address(i), arguments.length(i));
        if (seconds == null) {
            return "ERR timeout is not a float or out of range";
        }
        boolean isNegative = seconds.signum() < 0 && millis(seconds).signum() < 0;
        return isNegative || millis(seconds).compareTo(MAX) > 0 ? "ERR timeout is negative" : null;
    }

    private static BigDecimal millis(BigDecimal seconds) {
        return LongDouble.round(seconds.multiply(MILLIS)).setScale(0, RoundingMode.CEILING);
    }

    /** When it is over, by the clock of {@code nowSteadyMs}; it has no {@link #problem}. */
    static long deadlineSteadyMs(Arguments arguments, int i, long nowSteadyMs) {
        long millis = millis(LongDouble.parse(arguments.address(i), arguments.length(i)))
                .longValueExact();
        return millis == 0 || millis > KeyWait.NEVER - nowSteadyMs ? KeyWait.NEVER : nowSteadyMs + millis;
    }
}
