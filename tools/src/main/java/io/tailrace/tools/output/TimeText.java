package io.tailrace.tools.output;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Commit times as ISO-8601 in UTC with microseconds; remembers the last second, which mostly is the next one, too. */
public final class TimeText {
    private static final int MICROS = 1_000_000;
    private static final int MICRO_DIGITS = 6;
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private long second = Long.MIN_VALUE;
    private String secondText;

    public String of(long epochMicros) {
        String fraction = Integer.toString(MICROS + (int) Math.floorMod(epochMicros, (long) MICROS));
        return second(epochMicros) + '.' + fraction.substring(1) + 'Z';
    }

    /** Writes it without making an object. */
    public void write(long epochMicros, ByteOutput out) throws IOException {
        out.ascii(second(epochMicros));
        out.write('.');
        int fraction = (int) Math.floorMod(epochMicros, (long) MICROS);
        int power = MICROS;
        for (int i = 0; i < MICRO_DIGITS; i++) {
            power /= 10;
            out.write('0' + fraction / power % 10);
        }
        out.write('Z');
    }

    private String second(long epochMicros) {
        long now = Math.floorDiv(epochMicros, MICROS);
        if (now != second) {
            second = now;
            secondText = SECONDS.format(Instant.ofEpochSecond(now));
        }
        return secondText;
    }
}
