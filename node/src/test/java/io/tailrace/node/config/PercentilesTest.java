package io.tailrace.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PercentilesTest {
    @Test
    void shouldBeWrittenAsRedisDoes() {
        assertEquals("0 50 100", Percentiles.parse("0.0 50.0 100.0").toString());
        assertEquals(
                "12.25 10 0.000001", Percentiles.parse(" 12.25  1e1 0.000001 ").toString());
        assertEquals("", Percentiles.parse("").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0 50.0 a", "10 101", "-1", "nan", "1,2"})
    void shouldBeFromNothingToAll(String text) {
        assertThrows(IllegalArgumentException.class, () -> Percentiles.parse(text));
    }
}
