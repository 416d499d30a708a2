package io.tailrace.tools.dump;

import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.QueueIndex;
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

    /** An index, {@code segment:sequence} or raw, or a time ({@link TimeExpression}). */
    public static final String FORMS = "an index (3:1200 or 12884903088) or a time (" + TimeExpression.FORMS + ")";

    /**
     * Reads a place.
     *
     * @param nowMicros what times like {@code -10min} are counted from
     * @throws IllegalArgumentException saying what is allowed
     */
    public static LogPosition parse(String text, long nowMicros) {
        LogPosition index = index(text);
        if (index != null) {
            return index;
        }
        Long time = TimeExpression.micros(text, nowMicros);
        if (time == null) {
            throw new IllegalArgumentException(
                    "'" + text + "' is neither " + FORMS.replace(" or a time", " nor a time"));
        }
        return new LogPosition(true, time);
    }

    /** Reads an index; null when the text is none. */
    public static LogPosition index(String text) {
        Matcher index = INDEX.matcher(text);
        if (index.matches()) {
            long segment = Long.parseLong(index.group(1));
            long sequence = Long.parseLong(index.group(2));
            boolean isInRange = segment <= Integer.MAX_VALUE && sequence <= 0xffff_ffffL;
            return isInRange ? new LogPosition(false, QueueIndex.of((int) segment, sequence)) : null;
        }
        return RAW.matcher(text).matches() ? new LogPosition(false, Long.parseLong(text)) : null;
    }

    /** Whether a record lies before this place. */
    boolean isAfter(long index, long commitMicros) {
        return (isTime ? commitMicros : index) < value;
    }

    /** Whether a record lies after this place. */
    boolean isBefore(long index, long commitMicros) {
        return (isTime ? commitMicros : index) > value;
    }

    @Override
    public String toString() {
        return isTime ? new TimeText().of(value) : QueueIndex.toString(value);
    }
}
