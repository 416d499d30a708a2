package io.tailrace.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RequestTemplateTest {
    private static String put(RequestTemplate template, long... numbers) {
        ByteBuffer out = ByteBuffer.allocate(1_000);
        for (long number : numbers) {
            template.put(out, number, number + 1, number + 2);
        }
        return StandardCharsets.ISO_8859_1.decode(out.flip()).toString();
    }

    @Test
    void shouldPutNumbersWhereTheyBelong() {
        RequestTemplate set = RequestTemplate.of("SET {key} {value}", 3);
        String first = "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000000\r\n$3\r\nxxx\r\n";
        assertEquals(first.length(), set.length());
        assertEquals(first + first.replace("000000000000", "000000120345"), put(set, 0, 120_345));
    }

    @Test
    void shouldPutTheSameNumberIntoEachPlace() {
        assertEquals(
                "*4\r\n$4\r\nZADD\r\n$1\r\nz\r\n$12\r\n999999999999\r\n$14\r\nm:999999999999\r\n",
                put(RequestTemplate.of("ZADD z {n} m:{n}", 0), 999_999_999_999L));
    }

    @Test
    void shouldTellTheKindsOfNumbersApart() {
        RequestTemplate zadd = RequestTemplate.of("ZADD {u}z{r} {r} {key}{n}", 0);
        assertEquals(
                "*4\r\n$4\r\nZADD\r\n$25\r\n000000000009z000000000008\r\n$12\r\n000000000008\r\n"
                        + "$28\r\nkey:000000000007000000000007\r\n",
                put(zadd, 7));
        assertTrue(zadd.wantsOther());
        assertTrue(zadd.wantsUnique());
        assertFalse(RequestTemplate.of("SET {n} {v}", 0).wantsUnique());
    }
}
