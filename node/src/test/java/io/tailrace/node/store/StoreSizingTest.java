package io.tailrace.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreSizingTest {
    private static final int HEADER_AND_LENGTHS = 24 + 2;

    /** The store of a node of which nothing is said, and others. */
    @ParameterizedTest
    @ValueSource(ints = {1, 100, 512, 4_000, 16_384, 1 << 20, 256 << 20})
    void shouldRoundEntriesUpToSixteenBytesWhateverIsExpected(int averageValue) {
        try (StoreMap map = new StoreMap(new StoreSizing(10_000, 16, averageValue))) {
            int entry = 16 + 100 + HEADER_AND_LENGTHS;
            assertEquals((entry + 15) / 16 * 16 + 8, map.cost(16, 100 + 24));
        }
    }

    @Test
    void shouldHoldWhatItIsMadeForInItsFirstTiersOrNearly() {
        int entries = 20_000;
        try (StoreMap map = new StoreMap(new StoreSizing(entries, 16, 100));
                NativeBuffer memory = new NativeBuffer(200)) {
            Slice key = new Slice();
            Slice value = new Slice().set(memory.address() + 16, 100 + 24);
            Memory.fill(memory.address(), 200, (byte) 0);
            for (int i = 0; i < entries; i++) {
                Memory.putLong(memory.address(), i);
                map.library().put(key.set(memory.address(), 16), value);
            }
            assertEquals(entries, map.library().longSize());
            assertTrue(
                    map.tiersUsed() <= map.segments() / 20,
                    map.tiersUsed() + " tiers more than " + map.segments() + " segments");
        }
    }
}
