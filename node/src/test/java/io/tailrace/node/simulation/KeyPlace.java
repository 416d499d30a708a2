package io.tailrace.node.simulation;

import io.tailrace.node.shard.KeySlot;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.charset.StandardCharsets;

/** Which shard a key is of. */
final class KeyPlace {
    private KeyPlace() {}

    static int shardOf(String key, int shards) {
        byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
        try (NativeBuffer copy = new NativeBuffer(bytes.length)) {
            Memory.copyIn(bytes, 0, copy.address(), bytes.length);
            return KeySlot.shardOf(copy.address(), bytes.length, shards);
        }
    }

    /** The first key of the shard whose name is the prefix and a number. */
    static String keyOf(String prefix, int shard, int shards) {
        int number = 0;
        while (shardOf(prefix + number, shards) != shard) {
            number++;
        }
        return prefix + number;
    }
}
