package io.tailrace.tools.dump;

import io.tailrace.wire.record.QueueIndex;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a log.
 *
 * @param isTime whether the value is a commit time, in microseconds since the epoch, instead of an index
 */
public record LogPosition(boolean isTime, long value) {
    private static final Pattern INDEX = Pattern.compile("([0-9]{1,10}):([0-9]{1,10})");
    private static final Pattern RAW = Pattern.compile("[0-9]{1,18}");

    /** Reads {@code segment:sequence}, a raw index or an ISO-8601 time; throws IllegalArgumentException, saying so. */
    public static LogPosition parse(String text) {
        Matcher index = INDEX.matcher(text);
        if (index.matches()) {
            long segment = Long.parseLong(index.group(1));
            long sequence = Long.parseLong(index.group(2));
            if (segment <= Integer.MAX_VALUE && sequence <= 0xffff_ffffL) {
                return new LogPosition(false, QueueIndex.of((int) segment, sequence));
            }
        } else if (RAW.matcher(text).matches()) {
            return new LogPosition(false, Long.parseLong(text));
        } else {
            try {
                return new LogPosition(true, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text)));
            } catch (DateTimeException | ArithmeticException e) {
                throw wrong(text);
            }
        }
        throw wrong(text);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is neither an index (3:1200 or 12884903088) nor a time (2026-01-31T12:00:00Z)");
    }

    /** Whether a record lies before this place. */
    boolean isAfter(long index, long commitMicros) {
        return (isTime ? commitMicros : index) < value;
    }

    /** Whether a record lies behind this place. */
    boolean isBefore(long index, long commitMicros) {
        return (isTime ? commitMicros : index) > value;
    }
}
