package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.command.CommandBench;
import io.tailrace.node.command.CommandGenerator;
import io.tailrace.node.config.EvictionPolicy;
import io.tailrace.node.store.ManualBackground;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.QueueIndex;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** However short memory is, and whatever moves meanwhile, the log says exactly what the store holds. */
class CapacityModelTest {
    private static final StoreSizing SMALL = new StoreSizing(100, 8, 900);
    private static final int COMMANDS = 6_000;
    private static final int KEYS = 3_000;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("tailrace.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ManualBackground background = new ManualBackground();
    private CommandBench bench;
    private CommandGenerator generator;
    private ActiveExpiry expiry;
    private int refused;

    @BeforeEach
    void open() {
        bench = new CommandBench(directory, 0, 1, SMALL, background);
        generator = new CommandGenerator(seed, bench.nowEpochMs());
        expiry = new ActiveExpiry(bench.shard());
    }

    @AfterEach
    void close() {
        expiry.close();
        bench.close();
        background.runAll();
    }

    private static TreeMap<String, String> contents(Store store) {
        TreeMap<String, String> contents = new TreeMap<>();
        for (int segment = 0; segment < store.segments(); segment++) {
            store.scan(
                    segment,
                    (key, keyLength, entry) -> contents.put(
                            Memory.toAscii(key, keyLength),
                            Memory.hash64(entry.valueAddress(), entry.valueLength()) + " until "
                                    + entry.expireAtEpochMs() + " by " + QueueIndex.toString(entry.version()) + "/"
                                    + entry.ordinal()));
        }
        return contents;
    }

    private String[] write() {
        String key = "key" + random.nextInt(KEYS);
        String value = "v".repeat(random.nextInt(8) == 0 ? random.nextInt(40_000) : random.nextInt(1_500));
        switch (random.nextInt(6)) {
            case 0:
                return new String[] {"APPEND", key, value};
            case 1:
                return new String[] {"SETRANGE", key, "" + random.nextInt(2_000), value};
            case 2:
                return new String[] {"SET", key, value, "PX", "" + (1 + random.nextInt(60_000_000))};
            case 3:
                return new String[] {"MSET", key, value, "key" + random.nextInt(KEYS), value};
            default:
                return new String[] {"SET", key, value};
        }
    }

    private void step() {
        switch (random.nextInt(60)) {
            case 0:
                bench.at(bench.nowEpochMs() + random.nextInt(1_000_000));
                break;
            case 1:
                expiry.step();
                break;
            case 2:
                bench.shard().memory().step();
                break;
            case 3:
                bench.replyAll(write(), generator.next(), write(), generator.next());
                break;
            case 4:
                limit();
                break;
            case 5, 6:
                background.runAll();
                break;
            case 7, 8, 9, 10, 11, 12, 13, 14:
                bench.shard().store().growStep(random.nextInt(200));
                break;
            case 15, 16, 17:
                bench.reply(generator.next());
                break;
            default:
                refused += bench.reply(write()).startsWith("-OOM") ? 1 : 0;
        }
    }

    private void limit() {
        EvictionPolicy policy = EvictionPolicy.values()[random.nextInt(EvictionPolicy.values().length)];
        long bytes = random.nextInt(3) == 0 ? MemoryLimit.NONE : 500_000 + random.nextInt(8_000_000);
        bench.shard().memory().set(bytes, policy);
    }

    @RepeatedTest(3)
    void shouldBeRebuiltFromTheLogAsItIs() {
        for (int i = 0; i < COMMANDS; i++) {
            step();
        }
        long moves = bench.shard().store().figures().moves();
        long evicted = bench.shard().memory().evicted();
        TreeMap<String, String> before = contents(bench.shard().store());
        long used = bench.shard().store().usedBytes();
        bench.close();
        background.runAll();
        bench = new CommandBench(directory, 0, 1, SMALL, background);
        assertEquals(before, contents(bench.shard().store()), "seed " + seed);
        assertEquals(before.size(), bench.shard().store().keys(), "seed " + seed);
        String facts = "seed " + seed + ": " + moves + " moves, " + evicted + " evicted, " + refused + " refused, "
                + used + " bytes used";
        assertTrue(moves > 0 && evicted > 0 && refused > 0, facts);
    }
}
