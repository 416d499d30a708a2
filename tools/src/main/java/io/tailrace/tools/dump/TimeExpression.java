package io.tailrace.tools.dump;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as an operator writes them; what has no zone is UTC, as what is printed is.
 *
 * <pre>
 *  2026-01-31T12:00:00.25+01:00    ISO-8601
 *  2026-01-31T12:00 or with a space   without seconds, without zone
 *  2026-01-31                      the day's start
 *  -10min, -2h, -3d, 90s ago: -90s before now; a number without a unit counts seconds
 * </pre>
 */
public final class TimeExpression {
    public static final String FORMS = "2026-01-31T12:00:00Z, 2026-01-31 12:00, 2026-01-31, -10min";

    private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})([a-z]*)");
    private static final Map<String, Long> UNIT_MICROS = Map.ofEntries(
            Map.entry("", 1_000_000L),
            Map.entry("ms", 1_000L),
            Map.entry("s", 1_000_000L),
            Map.entry("sec", 1_000_000L),
            Map.entry("m", 60_000_000L),
            Map.entry("min", 60_000_000L),
            Map.entry("h", 3_600_000_000L),
            Map.entry("d", 86_400_000_000L));

    private TimeExpression() {}

    /** The time in microseconds since the epoch, or null when the text is none. */
    public static Long micros(String text, long nowMicros) {
        if (text.startsWith("-")) {
            Long span = span(text.substring(1));
            return span == null ? null : Long.valueOf(nowMicros - span);
        }
        String iso = text.trim().replace(' ', 'T');
        try {
            return iso.length() == "2026-01-31".length()
                    ? micros(LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC))
                    : micros(instant(iso));
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private static Instant instant(String iso) {
        try {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(iso, Instant::from);
        } catch (DateTimeException e) {
            return LocalDateTime.parse(iso.replaceFirst("Z$", "")).toInstant(ZoneOffset.UTC);
        }
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /** A span such as {@code 10m}, {@code 90s} or {@code 2h} in microseconds, or null when the text is none. */
    public static Long span(String text) {
        Matcher span = SPAN.matcher(text.toLowerCase(Locale.ROOT));
        Long unit = span.matches() ? UNIT_MICROS.get(span.group(2)) : null;
        return unit == null ? null : Long.valueOf(Long.parseLong(span.group(1)) * unit);
    }
}
