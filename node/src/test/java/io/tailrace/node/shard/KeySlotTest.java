package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The expected slots are what a Redis Cluster answers to CLUSTER KEYSLOT. */
class KeySlotTest {
    private static int slot(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        try (NativeBuffer buffer = new NativeBuffer(Math.max(1, bytes.length))) {
            Memory.copyIn(bytes, 0, buffer.address(), bytes.length);
            return KeySlot.slotOf(buffer.address(), bytes.length);
        }
    }

    @Test
    void shouldGiveRedisClustersSlots() {
        assertEquals(12739, slot("123456789"));
        assertEquals(12182, slot("foo"));
        assertEquals(5061, slot("bar"));
        assertEquals(0, slot(""));
    }

    @Test
    void shouldHashTheTagAlone() {
        assertEquals(slot("user1000"), slot("{user1000}.following"));
        assertEquals(slot("{user"), slot("foo{{user}}bar"));
        assertEquals(slot("bar"), slot("foo{bar}{zap}"));
    }

    @Test
    void shouldHashAllOfAKeyWithAnEmptyTag() {
        assertEquals(slot("foo{}{bar}"), slot("foo{}{bar}"));
        assertEquals(true, slot("foo{}{bar}") != slot("bar"));
        assertEquals(true, slot("{}") != slot(""));
    }

    @Test
    void shouldDealSlotsOutEvenly() {
        int[] count = new int[3];
        try (NativeBuffer buffer = new NativeBuffer(16)) {
            for (int i = 0; i < 30_000; i++) {
                Memory.putLong(buffer.address(), i * 0x9E3779B97F4A7C15L);
                count[KeySlot.shardOf(buffer.address(), 8, 3)]++;
            }
        }
        for (int each : count) {
            assertEquals(10_000, each, 500);
        }
    }
}
