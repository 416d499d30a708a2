package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LongDoubleTest {
    private final NativeBuffer bytes = new NativeBuffer(8 << 10);

    @AfterEach
    void close() {
        bytes.close();
    }

    private BigDecimal parse(String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        Memory.copyIn(ascii, 0, bytes.address(), ascii.length);
        return LongDouble.parse(bytes.address(), ascii.length);
    }

    private String sum(String left, String right) {
        return LongDouble.text(LongDouble.add(parse(left), parse(right)));
    }

    @Test
    void shouldPrintWhatPeopleTyped() {
        assertEquals("10.6", sum("10.50", "0.1"));
        assertEquals("0.3", sum("0.1", "0.2"));
        assertEquals("5200", sum("5.0e3", "2.0e2"));
        assertEquals("0", sum("-0", "-0.0"));
        assertEquals("0", sum("0", "-1e-18"));
    }

    @Test
    void shouldKeepSixtyFourBits() {
        assertEquals("18446744073709551615", sum("18446744073709551614", "1"));
        assertEquals("18446744073709551616", sum("18446744073709551615", "0.5"));
        assertEquals("18446744073709551616", sum("18446744073709551616", "1"));
        assertEquals("18446744073709551620", sum("18446744073709551616", "3"));
        assertEquals("0.33333333333333333", sum("0.33333333333333333333333", "0"));
    }

    @Test
    void shouldReadWhatStrtoldReads() {
        assertEquals("16", sum("0x10", "0"));
        assertEquals("0.75", sum("0x.8p-1", ".5"));
        assertEquals("5", sum("5.", "+0"));
        assertEquals("0", sum("0e99999999999999999999", "0"));
        assertSame(LongDouble.INFINITE, parse("-Infinity"));
    }

    @Test
    void shouldRefuseWhatRedisRefuses() {
        for (String text :
                new String[] {"", ".", "e5", "1e", "1e+", " 1", "1 ", "nan", "0x", "0xg", "--1", "1,5", "infx"}) {
            assertNull(parse(text), text);
        }
        assertNull(parse("1e4933"));
        assertNull(parse("1e-4960"));
        assertNull(parse("1e999999999999"));
        assertNull(parse("0x1p16384"));
        assertNull(parse("1".repeat(5_120)));
    }

    @Test
    void shouldSayWhenASumIsTooLarge() {
        assertSame(LongDouble.INFINITE, LongDouble.add(parse("1e4932"), parse("1e4932")));
        assertSame(LongDouble.INFINITE, LongDouble.add(parse("inf"), parse("-inf")));
        assertEquals(4_933, sum("1e4932", "1").length());
    }
}
