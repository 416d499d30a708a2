package io.tailrace.tools.dump;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Commit times as ISO-8601 in UTC with microseconds; remembers the last second, which mostly is the next one, too. */
public final class TimeText {
    private static final int MICROS = 1_000_000;
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private long second = Long.MIN_VALUE;
    private String secondText;

    public String of(long epochMicros) {
        long now = Math.floorDiv(epochMicros, MICROS);
        if (now != second) {
            second = now;
            secondText = SECONDS.format(Instant.ofEpochSecond(now));
        }
        String fraction = Integer.toString(MICROS + (int) Math.floorMod(epochMicros, (long) MICROS));
        return secondText + '.' + fraction.substring(1) + 'Z';
    }
}
