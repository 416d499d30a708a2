package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.command.CommandBench;
import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.EvictionPolicy;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.store.Store;
import io.tailrace.wire.memory.Memory;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Eviction by how keys are used: of what is left and what is gone. */
class UseEvictionTest {
    private static final int KEYS = 2_000;
    private static final String VALUE = "v".repeat(100);

    @TempDir
    private Path directory;

    private CommandBench bench;

    @BeforeEach
    void start() {
        bench = new CommandBench(directory);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private Store store() {
        return bench.shard().store();
    }

    private MemoryLimit memory() {
        return bench.shard().memory();
    }

    private Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        for (int segment = 0; segment < store().segments(); segment++) {
            store().scan(segment, (key, length, entry) -> keys.add(Memory.toAscii(key, length)));
        }
        return keys;
    }

    private void fill(String prefix) {
        for (int i = 0; i < KEYS; i++) {
            bench.reply("SET", prefix + i, VALUE);
        }
    }

    private void samples(int samples) throws ConfigException {
        memory().choose(NodeConfig.builder()
                .set(Setting.MAX_MEMORY_SAMPLES, samples)
                .build());
    }

    private void evict(double rest, EvictionPolicy policy) {
        memory().set((long) (store().usedBytes() * rest), policy);
        int calls = 0;
        while (memory().isOver()) {
            assertTrue(memory().makeRoom(), "nothing to evict");
            assertTrue(calls++ < 10_000, "no end");
        }
    }

    private static long count(Set<String> keys, String prefix) {
        return keys.stream().filter(key -> key.startsWith(prefix)).count();
    }

    @ParameterizedTest
    @EnumSource(names = {"ALLKEYS_LRU", "VOLATILE_LRU"})
    void shouldEvictWhatWasNotUsedForLong(EvictionPolicy policy) throws ConfigException {
        samples(10);
        fill("old");
        fill("used");
        bench.at(bench.nowEpochMs() + 100_000);
        for (int i = 0; i < KEYS; i++) {
            bench.reply("GET", "used" + i);
            bench.reply("EXISTS", "old" + i);
            bench.reply("TYPE", "old" + i);
            bench.reply("PEXPIREAT", "used" + i, "" + (bench.nowEpochMs() + 1_000_000));
        }
        if (policy == EvictionPolicy.VOLATILE_LRU) {
            // setting a deadline is a use, so that they are all equal
            fill("kept");
            bench.at(bench.nowEpochMs() + 100_000);
            for (int i = 0; i < KEYS / 2; i++) {
                bench.reply("GET", "used" + i);
            }
        }

        evict(0.75, policy);

        Set<String> left = keys();
        if (policy == EvictionPolicy.ALLKEYS_LRU) {
            assertTrue(count(left, "used") > KEYS * 0.98, count(left, "used") + " of those that were used");
            assertTrue(count(left, "old") < KEYS * 0.7, count(left, "old") + " of those that were not");
        } else {
            assertEquals(2 * KEYS, count(left, "old") + count(left, "kept"));
            long used = left.stream()
                    .filter(key -> key.startsWith("used") && Integer.parseInt(key.substring(4)) < KEYS / 2)
                    .count();
            assertTrue(used > count(left, "used") / 2, used + " of " + count(left, "used"));
        }
    }

    @Test
    void shouldEvictWhatIsSeldomUsed() throws ConfigException {
        samples(10);
        memory().set(MemoryLimit.NONE, EvictionPolicy.ALLKEYS_LFU);
        fill("often");
        fill("seldom");
        for (int times = 0; times < 50; times++) {
            for (int i = 0; i < KEYS; i++) {
                bench.reply("GET", "often" + i);
            }
        }

        evict(0.75, EvictionPolicy.ALLKEYS_LFU);

        Set<String> left = keys();
        assertTrue(count(left, "often") > KEYS * 0.97, count(left, "often") + " of those that are used often");
        assertTrue(count(left, "seldom") < KEYS * 0.7, count(left, "seldom") + " of those that are not");
    }

    /** Many more than those may be evicted at all. */
    @ParameterizedTest
    @EnumSource(names = {"VOLATILE_LRU", "VOLATILE_LFU", "VOLATILE_RANDOM", "VOLATILE_TTL"})
    void shouldEvictOnlyWhatHasADeadline(EvictionPolicy policy) {
        fill("kept");
        for (int i = 0; i < 20; i++) {
            bench.reply("SET", "gone" + i, VALUE, "PX", "" + (1_000_000 + i));
        }
        memory().set(store().usedBytes() / 2, policy);
        for (int calls = 0; memory().makeRoom(); calls++) {
            assertTrue(calls < 10_000, "no end");
        }

        assertEquals(KEYS, keys().size());
        assertEquals(20, memory().evicted());
        assertFalse(memory().makeRoom());
    }

    @Test
    void shouldLogEvictionsAsDeletions() {
        fill("key");
        evict(0.5, EvictionPolicy.ALLKEYS_LRU);
        Set<String> left = keys();
        bench.close();

        try (CommandBench again = new CommandBench(directory)) {
            bench = again;
            assertEquals(left, keys());
        } finally {
            bench = new CommandBench(directory.resolve("other"));
        }
    }
}
