package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.command.CollectionGenerator;
import io.tailrace.node.command.CommandBench;
import io.tailrace.node.repair.Resharding;
import io.tailrace.node.value.CollectionLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases that were swapped, emptied and copied between are after a start, from whatever it begins, as they were. */
class DatabaseRestartTest {
    private static final String HISTORY = "fedcba9876543210fedcba9876543210fedcba98";
    private static final CollectionLimits LIMITS = new CollectionLimits(4, 100);
    private static final int STARTS = 6;
    private static final int COMMANDS = 300;
    private static final long DEADLINE_NANOS = 60_000_000_000L;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("tailrace.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** What a start begins with. */
    private enum From {
        THE_LOG,
        A_SNAPSHOT_OF_NOW,
        /** As a replica sends it: it says that it begins before the walk. */
        A_SNAPSHOT_FROM_THE_SEGMENT,
        A_CLEAN_END
    }

    private String database() {
        return Integer.toString(random.nextInt(4));
    }

    private void write(CommandBench bench, CollectionGenerator generator) {
        switch (random.nextInt(20)) {
            case 0 -> bench.reply("SELECT", database());
            case 1 -> bench.reply("SWAPDB", database(), database());
            case 2 -> bench.reply("MOVE", key(), database());
            case 3 -> {
                String key = key();
                bench.reply("COPY", key, key, "DB", database(), "REPLACE");
            }
            case 4 ->
                bench.replyAll(
                        generator.next(),
                        new String[] {"SELECT", database()},
                        generator.next(),
                        new String[] {"SWAPDB", database(), database()},
                        generator.next());
            case 5 -> {
                if (random.nextInt(10) == 0) {
                    bench.reply(random.nextInt(3) == 0 ? "FLUSHALL" : "FLUSHDB");
                }
            }
            default -> bench.reply(generator.next());
        }
    }

    private String key() {
        return "k" + random.nextInt(6);
    }

    private void prepare(From from, CommandBench bench, CollectionGenerator generator) {
        Shard shard = bench.shard();
        switch (from) {
            case A_SNAPSHOT_OF_NOW -> await(bench, shard.snapshots().begin(random.nextBoolean()), generator);
            case A_SNAPSHOT_FROM_THE_SEGMENT -> await(bench, shard.snapshots().beginShippable(false), generator);
            case A_CLEAN_END -> shard.finish();
            default -> {
                // nothing but the log
            }
        }
    }

    /** Writes meanwhile. */
    private void await(CommandBench bench, SnapshotJob begun, CollectionGenerator generator) {
        assertNotNull(begun, "seed " + seed);
        Snapshots snapshots = bench.shard().snapshots();
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (snapshots.job() != null) {
            assertTrue(System.nanoTime() < deadline, "seed " + seed);
            write(bench, generator);
            snapshots.poll(0, Long.MAX_VALUE, true);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 40})
    void shouldBeAsTheyWere(int members) {
        CollectionGenerator generator = new CollectionGenerator(seed, 6, members);
        CommandBench bench = new CommandBench(directory, LIMITS);
        try {
            for (int start = 0; start < STARTS; start++) {
                for (int i = 0; i < COMMANDS; i++) {
                    write(bench, generator);
                }
                From from = From.values()[random.nextInt(From.values().length)];
                prepare(from, bench, generator);
                TreeMap<String, String> before = StoreText.of(bench.shard().databases());
                String swapped = bench.shard().databases().swapped();
                bench.close();
                bench = new CommandBench(directory, LIMITS);
                String context = "seed " + seed + ", start " + start + " from " + from;
                assertEquals(swapped, bench.shard().databases().swapped(), context);
                assertEquals(before, StoreText.of(bench.shard().databases()), context);
            }
        } finally {
            bench.close();
        }
    }

    /** Each shard has swapped others: a key belongs to its database all the same. */
    @Test
    void shouldBeDividedAmongOtherShards() throws Exception {
        List<ShardDirectory> old = new ArrayList<>();
        TreeMap<String, String> all = new TreeMap<>();
        for (int shard = 0; shard < 2; shard++) {
            Path root = ShardDirectory.root(Files.createDirectories(directory.resolve("old")), shard);
            try (CommandBench bench = new CommandBench(root, shard, 2)) {
                fill(bench, shard);
                all.putAll(StoreText.of(bench.shard().databases()));
            }
            old.add(ShardDirectory.current(root));
        }
        assertEquals(2 * 3 * 20, all.size());
        Path divided = Files.createDirectories(directory.resolve("new"));
        try (Resharding resharding = new Resharding(divided, 3, HISTORY, 1_000_000_000_000_000L)) {
            resharding.run(old);
        }
        TreeMap<String, String> found = new TreeMap<>();
        for (int shard = 0; shard < 3; shard++) {
            try (CommandBench bench = new CommandBench(ShardDirectory.root(divided, shard), shard, 3)) {
                assertEquals("", bench.shard().databases().swapped());
                found.putAll(StoreText.of(bench.shard().databases()));
            }
        }
        assertEquals(all, found);
    }

    private static void fill(CommandBench bench, int shard) throws IOException {
        for (int database = 0; database < 3; database++) {
            bench.reply("SELECT", Integer.toString(database));
            for (int i = 0; i < 10; i++) {
                bench.reply("SET", "s" + shard + ":" + i, "in " + database);
                String[] large = new String[1_002];
                large[0] = "SADD";
                large[1] = "l" + shard + ":" + i;
                for (int member = 2; member < large.length; member++) {
                    large[member] = database + "-" + member;
                }
                bench.reply(large);
            }
        }
        bench.reply("SWAPDB", "0", Integer.toString(1 + shard));
    }
}
