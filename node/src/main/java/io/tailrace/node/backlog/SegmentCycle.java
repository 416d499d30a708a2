package io.tailrace.node.backlog;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.rollcycles.RollCycleArithmetic;

/**
 * Chronicle's roll cycle made into a segment number: one "second" of the queue's clock is one segment, so the queue rolls
 * when the backlog says so and not when time passes. An index is {@code segment << 32 | sequence}.
 *
 * <p>File names look like dates ({@code 19700101-000001S.cq4} is segment 1): the library insists on a date format.
 */
final class SegmentCycle implements RollCycle {
    static final SegmentCycle INSTANCE = new SegmentCycle();

    private static final String FORMAT = "yyyyMMdd-HHmmss'S'";
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern(FORMAT, Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int INDEX_COUNT = 4 << 10;
    private static final int INDEX_SPACING = 16;

    private final RollCycleArithmetic arithmetic = RollCycleArithmetic.of(INDEX_COUNT, INDEX_SPACING);

    private SegmentCycle() {}

    static String nameOf(int segment) {
        return NAME.format(Instant.ofEpochSecond(segment));
    }

    /** The segment a file belongs to by its name without extension; throws DateTimeException for another name. */
    static int segmentOf(String name) {
        return Math.toIntExact(Instant.from(NAME.parse(name)).getEpochSecond());
    }

    @Override
    public String format() {
        return FORMAT;
    }

    @Override
    public int lengthInMillis() {
        return 1000;
    }

    @Override
    public int defaultIndexCount() {
        return arithmetic.indexCount();
    }

    @Override
    public int defaultIndexSpacing() {
        return arithmetic.indexSpacing();
    }

    @Override
    public long toIndex(int cycle, long sequenceNumber) {
        return arithmetic.toIndex(cycle, sequenceNumber);
    }

    @Override
    public long toSequenceNumber(long index) {
        return arithmetic.toSequenceNumber(index);
    }

    @Override
    public int toCycle(long index) {
        return arithmetic.toCycle(index);
    }

    @Override
    public long maxMessagesPerCycle() {
        return arithmetic.maxMessagesPerCycle();
    }
}
