package io.tailrace.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KeyOrderTest {
    private static final int KEYS = 1_000;
    private static final int ASKED = 200_000;

    private static long[] counts(KeyOrder.Kind kind) {
        KeyOrder order = KeyOrder.of(kind, KEYS, 1);
        long[] counts = new long[KEYS];
        for (int i = 0; i < ASKED; i++) {
            counts[(int) order.next()]++;
        }
        return counts;
    }

    @Test
    void shouldAskForAllKeysAlike() {
        long[] counts = counts(KeyOrder.Kind.UNIFORM);
        assertTrue(Arrays.stream(counts).min().orElse(0) > 100, "200 each, more or less");
        assertTrue(Arrays.stream(counts).max().orElse(0) < 300, "200 each, more or less");
    }

    @Test
    void shouldAskForOneAfterTheOtherAndBeginAgain() {
        KeyOrder order = KeyOrder.of(KeyOrder.Kind.SEQUENTIAL, 3, 1);
        assertEquals(0, order.next());
        assertEquals(1, order.next());
        assertEquals(2, order.next());
        assertEquals(0, order.next());
    }

    @Test
    void shouldAskForFewKeysOftenByZipf() {
        long[] counts = counts(KeyOrder.Kind.ZIPFIAN);
        Arrays.sort(counts);
        double zeta = 0;
        for (int i = 1; i <= KEYS; i++) {
            zeta += Math.pow(i, -0.99);
        }
        assertEquals(ASKED / zeta, counts[KEYS - 1], 0.03 * ASKED / zeta, "the most frequent one");
        assertEquals(ASKED / zeta / Math.pow(2, 0.99), counts[KEYS - 2], 0.05 * ASKED / zeta, "the next");
        long ten = Arrays.stream(counts, KEYS - 10, KEYS).sum();
        assertTrue(ten > 0.3 * ASKED && ten < 0.5 * ASKED, "ten keys of a thousand got " + ten);
    }
}
