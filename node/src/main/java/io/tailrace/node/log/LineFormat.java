package io.tailrace.node.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.slf4j.event.Level;

/**
 * Makes a line of what a caller logs. The fields of a line stand at the beginning of the caller's pattern, each with its value as
 * an argument, and end with a colon; the rest is the message:
 *
 * <pre>
 *  LOG.info("shard={} replica={} address={}: detached: {}", 0, "4f..", "10.0.0.7", "it is silent")
 *
 *  time=2026-01-31T12:00:00.000000Z level=info shard=0 replica=4f.. address=10.0.0.7 msg="detached: it is silent"
 *  {"time":"2026-01-31T12:00:00.000000Z","level":"info","shard":0,"replica":"4f..","address":"10.0.0.7","msg":"detached: it is silent"}
 * </pre>
 *
 * Fields are read from the pattern only, never from arguments, which may be what a peer has sent. Stateless.
 */
final class LineFormat {
    private static final Object[] NONE = {};
    private static final String HOLE = "{}";
    private static final String FIELD = "={}";
    private static final int DAYS_TO_EPOCH = 719_468;
    private static final int DAYS_OF_ERA = 146_097;
    private static final long MICROS_OF_DAY = 86_400_000_000L;

    private LineFormat() {}

    /**
     * Makes the line, with its end.
     *
     * @param problem whose message and stack are fields too, or null
     */
    static void line(
            LogLine line,
            LogFormat format,
            long micros,
            Level level,
            String pattern,
            Object[] given,
            Throwable problem) {
        boolean isJson = format == LogFormat.JSON;
        Object[] arguments = given == null ? NONE : given;
        time(line.raw(isJson ? "{\"time\":\"" : "time="), micros);
        line.raw(isJson ? "\",\"level\":\"" : " level=").raw(name(level)).raw(isJson ? "\"" : "");
        String text = String.valueOf(pattern);
        int fields = fields(text);
        int at = 0;
        if (fields > arguments.length) {
            fields = 0;
        }
        for (int i = 0; i < fields; i++) {
            int end = text.indexOf(FIELD, at);
            name(line, isJson, text, at, end);
            value(line, isJson, arguments[i]);
            at = end + FIELD.length() + (i + 1 == fields ? 2 : 1);
        }
        name(line, isJson, "msg", 0, 3);
        message(line.raw('"'), text, at, arguments, fields);
        line.raw('"');
        if (problem != null) {
            name(line, isJson, "error", 0, 5);
            quoted(line, problem.toString());
            name(line, isJson, "stack", 0, 5);
            quoted(line, stack(problem));
        }
        line.raw(isJson ? "}\n" : "\n");
    }

    /** How many fields the pattern begins with. */
    static int fields(String pattern) {
        int count = 0;
        for (int at = 0; ; at++) {
            int begin = at;
            while (at < pattern.length() && (isLetter(pattern.charAt(at)) || pattern.charAt(at) == '_')) {
                at++;
            }
            if (at == begin || !pattern.startsWith(FIELD, at)) {
                return 0;
            }
            at += FIELD.length();
            count++;
            if (pattern.startsWith(": ", at)) {
                return count;
            }
            if (!pattern.startsWith(" ", at)) {
                return 0;
            }
        }
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static String name(Level level) {
        return switch (level) {
            case ERROR -> "error";
            case WARN -> "warn";
            case INFO -> "info";
            case DEBUG -> "debug";
            case TRACE -> "trace";
        };
    }

    private static void name(LogLine line, boolean isJson, String text, int from, int to) {
        if (isJson) {
            line.raw(",\"").raw(text, from, to).raw("\":");
        } else {
            line.raw(' ').raw(text, from, to).raw('=');
        }
    }

    private static void value(LogLine line, boolean isJson, Object value) {
        String text = text(value);
        if (isJson ? value instanceof Number : isPlain(text)) {
            line.raw(text);
        } else {
            quoted(line, text);
        }
    }

    /** Whether text is one word wherever it stands. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isWord = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!isWord && "-_.:/@+,[]%".indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= LogLine.MAX_VALUE_CHARS;
    }

    private static void quoted(LogLine line, String text) {
        line.raw('"').escaped(text).raw('"');
    }

    private static void message(LogLine line, String pattern, int from, Object[] arguments, int first) {
        int at = from;
        for (int next = first; next < arguments.length; next++) {
            int hole = pattern.indexOf(HOLE, at);
            if (hole < 0) {
                break;
            }
            line.escaped(pattern, at, hole).escaped(text(arguments[next]));
            at = hole + HOLE.length();
        }
        line.escaped(pattern, at, pattern.length());
    }

    /** What fails to say what it is must not take down who logs it. */
    private static String text(Object value) {
        try {
            return String.valueOf(value);
        } catch (RuntimeException e) {
            return "(" + e + ")";
        }
    }

    private static String stack(Throwable problem) {
        StringWriter text = new StringWriter();
        problem.printStackTrace(new PrintWriter(text));
        return text.toString().strip();
    }

    /** A time in UTC, by the days of eras of 400 years that begin in March. */
    private static void time(LogLine line, long epochMicros) {
        long days = Math.floorDiv(epochMicros, MICROS_OF_DAY) + DAYS_TO_EPOCH;
        long micros = Math.floorMod(epochMicros, MICROS_OF_DAY);
        long era = Math.floorDiv(days, DAYS_OF_ERA);
        long day = days - era * DAYS_OF_ERA;
        long year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        long dayOfYear = day - (365 * year + year / 4 - year / 100);
        long month = (5 * dayOfYear + 2) / 153;
        long isEarly = month >= 10 ? 1 : 0;
        line.digits(era * 400 + year + isEarly, 4).raw('-').digits(month + 3 - 12 * isEarly, 2);
        line.raw('-').digits(dayOfYear - (153 * month + 2) / 5 + 1, 2).raw('T');
        line.digits(micros / 3_600_000_000L, 2).raw(':').digits(micros / 60_000_000 % 60, 2);
        line.raw(':')
                .digits(micros / 1_000_000 % 60, 2)
                .raw('.')
                .digits(micros % 1_000_000, 6)
                .raw('Z');
    }
}
