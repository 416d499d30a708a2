package io.tailrace.tools.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeExpressionTest {
    /** 2026-01-31T12:00:00Z */
    private static final long NOW = 1_769_860_800_000_000L;

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T12:00:00Z, 0",
        "2026-01-31T12:00:00.25Z, 250000",
        "2026-01-31T13:00:00.000001+01:00, 1",
        "2026-01-31T12:00, 0",
        "2026-01-31 12:00, 0",
        "2026-01-31T12:00Z, 0",
        "2026-01-31 12:00:01, 1000000",
        "2026-01-31 12:00:01.5, 1500000",
        "2026-01-31 12:00:01.000250, 1000250",
        "2026-01-31, -43200000000",
        "-90, -90000000",
        "-90s, -90000000",
        "-10min, -600000000",
        "-10m, -600000000",
        "-2h, -7200000000",
        "-1d, -86400000000",
        "-250ms, -250000",
    })
    void shouldReadATime(String text, long after) {
        assertEquals(NOW + after, TimeExpression.micros(text, NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "-x",
                "-5y",
                "now",
                "2026-1-31",
                "2026-13-01",
                "12:00",
                "2026-01-31T25:00",
                "--5m",
                "1e3"
            })
    void shouldRefuseWhatIsNone(String text) {
        assertNull(TimeExpression.micros(text, NOW));
    }
}
