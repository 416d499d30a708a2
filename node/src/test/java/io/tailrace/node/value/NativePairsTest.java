package io.tailrace.node.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativePairsTest {
    private record Pair(long key, long number) {}

    private static final int COUNT = 5_000;

    private final SplittableRandom random = new SplittableRandom(1);

    /** Keys of this many bits: an odd and an even number of bytes, all bits, and few keys for many pairs. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 8, 16, 24, 41, 64})
    void shouldSortByUnsignedKeys(int bits) {
        List<Pair> pairs = new ArrayList<>();
        try (NativePairs sorted = new NativePairs(COUNT)) {
            for (int i = 0; i < COUNT; i++) {
                assertFalse(sorted.isFull());
                Pair pair = new Pair(bits == 0 ? 7 : random.nextLong() >>> Long.SIZE - bits, i);
                pairs.add(pair);
                sorted.add(pair.key(), pair.number());
            }
            assertTrue(sorted.isFull());
            int first = COUNT / 10;
            int end = COUNT - first;
            sorted.sort(first, end);
            pairs.subList(first, end).sort((a, b) -> Long.compareUnsigned(a.key(), b.key()));
            expect(pairs, sorted);

            sorted.sort(0, COUNT);
            pairs.sort((a, b) -> Long.compareUnsigned(a.key(), b.key()));
            expect(pairs, sorted);
        }
    }

    private static void expect(List<Pair> pairs, NativePairs sorted) {
        assertEquals(pairs.size(), sorted.size());
        for (int i = 0; i < pairs.size(); i++) {
            assertEquals(pairs.get(i), new Pair(sorted.key(i), sorted.number(i)));
        }
    }
}
