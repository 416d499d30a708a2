package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.command.CommandBench;
import io.tailrace.node.config.EvictionPolicy;
import io.tailrace.node.store.ManualBackground;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which keys go for lack of memory, and what is logged of it. */
class EvictionTest {
    private static final String VALUE = "v".repeat(300);
    private static final int MAX_AT_ONCE = 128;
    /** Less than any key takes, and not so little that nothing is ever taken. */
    private static final int MIN_BYTES = 40;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("tailrace.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ManualBackground background = new ManualBackground();
    private CommandBench bench;

    @BeforeEach
    void open() {
        bench = new CommandBench(directory, 0, 1, new StoreSizing(1_000, 8, 300), background);
    }

    @AfterEach
    void close() {
        bench.close();
        background.runAll();
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

    private void evictUntilThereIsRoom() {
        int calls = 0;
        while (memory().isOver()) {
            assertTrue(memory().makeRoom(), "seed " + seed + ": nothing to evict");
            assertTrue(calls++ < 10_000, "seed " + seed + ": no end");
        }
    }

    /** Half of them with a deadline each of its own; gives the keys by their deadlines. */
    private TreeMap<Long, String> fillHalfExpiring(int keys) {
        TreeMap<Long, String> expiring = new TreeMap<>();
        for (int i = 0; i < keys; i++) {
            bench.reply("SET", "key" + i, VALUE);
            long deadline = bench.nowEpochMs() + 1_000 + random.nextInt(1_000_000_000);
            if (i % 2 == 0 && expiring.putIfAbsent(deadline, "key" + i) == null) {
                bench.reply("PEXPIREAT", "key" + i, "" + deadline);
            }
        }
        return expiring;
    }

    private void shouldHaveLeastTimeLeft(TreeMap<Long, String> expiring) {
        Set<String> kept = keys();
        List<String> gone =
                expiring.values().stream().filter(key -> !kept.contains(key)).toList();
        List<String> first = expiring.values().stream().limit(gone.size()).toList();
        assertEquals(first, gone, "seed " + seed);
        assertEquals(memory().evicted(), gone.size());
        assertFalse(gone.isEmpty());
    }

    @RepeatedTest(3)
    void shouldEvictWhatHasLeastTimeLeft() {
        TreeMap<Long, String> expiring = fillHalfExpiring(1_000);
        // bounds that are too early: a key with a deadline before all others that has none any more
        for (int i = 0; i < 50; i++) {
            bench.reply("SET", "early" + i, VALUE, "PX", "1000");
            bench.reply(random.nextBoolean() ? "PERSIST" : "DEL", "early" + i);
        }
        memory().set(store().usedBytes() * 3 / 4, EvictionPolicy.VOLATILE_TTL);
        evictUntilThereIsRoom();
        shouldHaveLeastTimeLeft(expiring);
    }

    @Test
    void shouldEvictWhatHasLeastTimeLeftInAMove() {
        TreeMap<Long, String> expiring = fillHalfExpiring(2_500);
        store().growStep(64);
        background.runAll();
        while (store().figures().percentMoved() == 100 || store().figures().percentMoved() < 30) {
            assertTrue(store().growStep(64) > 0);
        }
        memory().set(store().usedBytes() * 9 / 10, EvictionPolicy.VOLATILE_TTL);
        evictUntilThereIsRoom();
        assertTrue(store().figures().percentMoved() < 100);
        shouldHaveLeastTimeLeft(expiring);
    }

    @Test
    void shouldFailWhenNothingExpires() {
        TreeMap<Long, String> expiring = fillHalfExpiring(200);
        memory().set(store().usedBytes() / 4, EvictionPolicy.VOLATILE_TTL);
        while (memory().makeRoom()) {
            assertFalse(store().keys() == 0);
        }
        assertTrue(memory().isExhausted());
        assertEquals(expiring.size(), memory().evicted());
        assertEquals(0, store().expiringKeys());
        assertEquals("-OOM command not allowed when used memory > 'maxmemory'.", bench.reply("SET", "new", "1"));
        memory().set(MemoryLimit.NONE, EvictionPolicy.VOLATILE_TTL);
        assertEquals("+OK", bench.reply("SET", "new", "1"));
    }

    @Test
    void shouldEvictAnyKeyWithLikeChance() {
        for (int i = 0; i < 2_000; i++) {
            bench.reply("SET", "key" + i, i % 2 == 0 ? VALUE : VALUE.substring(1));
        }
        List<Set<String>> halves = halvesOfSegments();
        memory().set(store().usedBytes() / 2, EvictionPolicy.ALLKEYS_RANDOM);
        evictUntilThereIsRoom();
        Set<String> kept = keys();
        long even = kept.stream()
                .filter(key -> Integer.parseInt(key.substring(3)) % 2 == 0)
                .count();
        long low = kept.stream()
                .filter(key -> Integer.parseInt(key.substring(3)) < 1_000)
                .count();
        assertTrue(kept.size() > 900 && kept.size() < 1_100, kept.size() + " are kept");
        assertTrue(even > 400 && even < 600, even + " even ones are kept");
        assertTrue(low > 400 && low < 600, low + " early ones are kept");
        for (Set<String> half : halves) {
            long keptOfHalf = half.stream().filter(kept::contains).count();
            double part = (double) keptOfHalf / half.size();
            assertTrue(part > 0.4 && part < 0.6, part + " of a half of all places");
        }
    }

    /** The keys that are visited first in their segments, and the others. */
    private List<Set<String>> halvesOfSegments() {
        List<Set<String>> halves = List.of(new TreeSet<>(), new TreeSet<>());
        for (int segment = 0; segment < store().segments(); segment++) {
            List<String> all = new ArrayList<>();
            store().scan(segment, (key, length, entry) -> all.add(Memory.toAscii(key, length)));
            halves.get(0).addAll(all.subList(0, all.size() / 2));
            halves.get(1).addAll(all.subList(all.size() / 2, all.size()));
        }
        return halves;
    }

    @Test
    void shouldLogEvictionsBeforeWhatTheyMakeRoomFor() {
        for (int i = 0; i < 100; i++) {
            bench.reply("SET", "key" + i, VALUE);
        }
        memory().set(store().usedBytes() - 1, EvictionPolicy.ALLKEYS_RANDOM);
        bench.log();
        Set<String> before = keys();
        assertEquals("+OK", bench.reply("MSET", "new1", VALUE, "new2", VALUE));
        List<String> log = bench.log();
        assertEquals(2, log.size(), log::toString);
        before.removeAll(keys());
        String evictions = before.stream().map(key -> "DEL " + key).collect(Collectors.joining("; "));
        assertEquals(sorted(evictions), sorted(log.get(0)));
        assertTrue(log.get(1).startsWith("MSET ") || log.get(1).startsWith("SET new1"), log.get(1));
        assertEquals(before.size(), memory().evicted());
    }

    private static Set<String> sorted(String effects) {
        return new TreeSet<>(List.of(effects.split("; ")));
    }

    @Test
    void shouldEvictNothingForWhatNeedsNoMemory() {
        bench.reply("SET", "key", VALUE);
        memory().set(MIN_BYTES, EvictionPolicy.ALLKEYS_RANDOM);
        bench.log();
        bench.reply("GET", "key");
        bench.reply("EXPIRE", "key", "100");
        bench.reply("PERSIST", "key");
        assertEquals(List.of("PEXPIREAT key " + (bench.nowEpochMs() + 100_000), "PERSIST key"), bench.log());
        assertEquals("+OK", bench.reply("SET", "other", "1"));
        assertEquals(List.of("DEL key", "SET other 1"), bench.log());
    }

    @Test
    void shouldStopAfterSoManyAndGoOn() {
        for (int i = 0; i < 1_000; i++) {
            bench.reply("SET", "key" + i, VALUE);
        }
        memory().set(MIN_BYTES, EvictionPolicy.ALLKEYS_RANDOM);
        int calls = 0;
        for (int evicted = memory().step(); evicted > 0; evicted = memory().step()) {
            assertTrue(evicted <= MAX_AT_ONCE, evicted + " at once");
            calls++;
        }
        assertEquals(0, store().keys());
        assertEquals(1_000, memory().evicted());
        assertTrue(calls >= 1_000 / MAX_AT_ONCE, calls + " calls");
        assertFalse(memory().isExhausted());
    }

    @Test
    void shouldTouchTheWatchOfAnEvictedKey() {
        bench.reply("SET", "watched", VALUE);
        WatchSet watch = new WatchSet();
        byte[] name = {'w', 'a', 't', 'c', 'h', 'e', 'd'};
        try (NativeBuffer key = new NativeBuffer(16)) {
            Memory.copyIn(name, 0, key.address(), name.length);
            bench.shard().watch(watch, key.address(), name.length);
        }
        assertFalse(bench.shard().isTouched(watch));
        memory().set(1, EvictionPolicy.ALLKEYS_RANDOM);
        memory().step();
        assertTrue(bench.shard().isTouched(watch));
        bench.shard().unwatch(watch);
    }
}
