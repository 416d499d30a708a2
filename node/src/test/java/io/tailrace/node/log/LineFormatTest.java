package io.tailrace.node.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class LineFormatTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00.000123Z");
    private static final String BEGIN = "time=2026-01-31T12:00:00.000123Z level=info ";

    private static String line(LogFormat format, Instant time, Throwable problem, String pattern, Object... arguments) {
        LogLine line = new LogLine();
        long micros = time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
        LineFormat.line(line, format, micros, Level.INFO, pattern, arguments, problem);
        return new String(line.bytes(), 0, line.length(), StandardCharsets.UTF_8);
    }

    private static String text(String pattern, Object... arguments) {
        return line(LogFormat.TEXT, NOON, null, pattern, arguments);
    }

    @Test
    void shouldMakeFieldsOfThoseAtTheBeginning() {
        assertEquals(
                BEGIN + "shard=3 replica=4f address=10.0.0.7:50122 msg=\"detached: it is silent\"\n",
                text("shard={} replica={} address={}: detached: {}", 3, "4f", "10.0.0.7:50122", "it is silent"));
        assertEquals(
                "{\"time\":\"2026-01-31T12:00:00.000123Z\",\"level\":\"info\",\"shard\":3,\"library\":\"a \\\"b\\\"\","
                        + "\"msg\":\"it {} \\\\\"}\n",
                line(LogFormat.JSON, NOON, null, "shard={} library={}: it {} \\", 3, "a \"b\""));
    }

    @Test
    void shouldLeaveWhatIsNoFieldInTheMessage() {
        assertEquals(BEGIN + "msg=\"ready\"\n", text("ready"));
        assertEquals(BEGIN + "msg=\"the disk: x=1\"\n", text("the disk: x={}", 1));
        assertEquals(BEGIN + "msg=\"x=1, and y=2: z\"\n", text("x={}, and y={}: {}", 1, 2, "z"));
        assertEquals(BEGIN + "msg=\"x=1\"\n", text("x={}", 1));
        assertEquals(BEGIN + "msg=\"shard={}: what a script says\"\n", text("shard={}: what a script says"));
    }

    /** Whatever a peer sends, it makes no line and no field of its own. */
    @Test
    void shouldNotLetAnArgumentMakeALineOrAField() {
        String line = text("replica={}: refused: {}", "a\nlevel=error", "b\" level=error \u001b[31m\u2028\u0085 {}");

        assertEquals(
                BEGIN + "replica=\"a\\nlevel=error\" msg=\"refused: b\\\" level=error \\u001b[31m\\u2028\\u0085 {}\"\n",
                line);
        assertEquals(BEGIN + "replica=\"\" msg=\"x\"\n", text("replica={}: x", ""));
        assertEquals(BEGIN + "replica=null msg=\"x\"\n", text("replica={}: x", (Object) null));
    }

    @Test
    void shouldKeepTextOfAllLanguagesAndEscapeHalfOfAPair() {
        assertEquals(BEGIN + "msg=\"é 日 \ud83d\ude00 \\ud83d!\"\n", text("{}", "é 日 \ud83d\ude00 \ud83d!"));
    }

    @Test
    void shouldShowAnExceptionInTheSameLine() {
        String line = line(LogFormat.TEXT, NOON, new IllegalStateException("no \"luck\""), "shard={}: failed", 0);

        assertTrue(
                line.startsWith(
                        BEGIN + "shard=0 msg=\"failed\" error=\"java.lang.IllegalStateException: no \\\"luck\\\"\""
                                + " stack=\"java.lang.IllegalStateException: no \\\"luck\\\"\\n\\tat io.tailrace"),
                line);
        assertEquals(line.length() - 1, line.indexOf('\n'));
    }

    @Test
    void shouldCutWhatIsEndless() {
        String line = text("{}", "x".repeat(1_000_000));

        assertTrue(line.length() < LogLine.MAX_VALUE_CHARS + 100 && line.endsWith("xxx...\"\n"), line.length() + "");
    }

    @Test
    void shouldSurviveAnArgumentThatFailsToSayWhatItIs() {
        Object broken = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("closed");
            }
        };

        assertEquals(BEGIN + "msg=\"x (java.lang.IllegalStateException: closed)\"\n", text("x {}", broken));
    }

    @Test
    void shouldTellTheTimeOfAnyDay() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            Instant time = Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000) * 1_000_000 + 1_000);
            String shown = line(LogFormat.TEXT, time, null, "x").substring(5, 32);
            assertEquals(time, Instant.parse(shown), shown);
        }
    }

    @Test
    void shouldShowByLevel() {
        assertTrue(LogLevel.DEBUG.shows(Level.TRACE));
        assertFalse(LogLevel.VERBOSE.shows(Level.TRACE));
        assertTrue(LogLevel.VERBOSE.shows(Level.DEBUG));
        assertFalse(LogLevel.NOTICE.shows(Level.DEBUG));
        assertTrue(LogLevel.NOTICE.shows(Level.INFO));
        assertFalse(LogLevel.WARNING.shows(Level.INFO));
        assertTrue(LogLevel.WARNING.shows(Level.WARN));
    }
}
