package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.command.CollectionGenerator;
import io.tailrace.node.command.CommandBench;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Store;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Snapshots that are walked by a thread while collections are written, deleted, renamed, converted and flushed: loading one and
 * redoing the log from where it begins is the state where it ends, element by element.
 */
class FrozenWalkTest {
    private static final int SNAPSHOTS = 12;
    private static final long DEADLINE_NANOS = 60_000_000_000L;

    @TempDir
    Path directory;

    private Random random;

    @ParameterizedTest
    @CsvSource({"2, 6, 40", "2, 60, 12", "128, 4, 2000", "5, 300, 10"})
    void shouldBeExactWhateverIsWrittenMeanwhile(int maxPacked, int keys, int members) throws IOException {
        long seed = Long.getLong("tailrace.seed", System.nanoTime());
        random = new Random(seed);
        CollectionLimits limits = new CollectionLimits(maxPacked, 4 << 10);
        try (CommandBench bench = new CommandBench(directory, limits)) {
            CollectionGenerator generator = new CollectionGenerator(seed, keys, members).withStreams();
            for (int i = 0; i < 3_000; i++) {
                bench.reply(generator.next());
            }
            for (int i = 0; i < SNAPSHOTS; i++) {
                walk(bench, generator, "seed " + seed + ", snapshot " + i);
            }
            empty(bench, "seed " + seed);
        }
    }

    private void walk(CommandBench bench, CollectionGenerator generator, String context) throws IOException {
        Shard shard = bench.shard();
        long countBefore = shard.snapshots().count();
        assertTrue(shard.snapshots().begin(true) != null, context);
        long begin = shard.snapshots().job().header().beginIndex();
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (shard.snapshots().job() != null) {
            assertTrue(System.nanoTime() < deadline, context);
            for (int i = random.nextInt(8); i > 0; i--) {
                write(bench, generator);
            }
            shard.databases().growStep(64);
            shard.databases().reap(16);
            shard.snapshots().poll(0, Long.MAX_VALUE, true);
        }
        assertEquals(countBefore + 1, shard.snapshots().count(), context + ": the snapshot failed");
        check(bench, begin, context);
    }

    private String database() {
        return Integer.toString(random.nextInt(3));
    }

    private void write(CommandBench bench, CollectionGenerator generator) {
        if (random.nextInt(3_000) == 0) {
            bench.reply(random.nextBoolean() ? "FLUSHALL" : "FLUSHDB");
        } else if (random.nextInt(40) == 0) {
            bench.reply("SELECT", database());
        } else if (random.nextInt(60) == 0) {
            bench.reply("SWAPDB", database(), database());
        } else if (random.nextInt(30) == 0) {
            String[] moved = generator.next();
            bench.reply("MOVE", moved.length > 1 ? moved[1] : "none", database());
        } else if (random.nextInt(30) == 0) {
            String[] copied = generator.next();
            String key = copied.length > 1 ? copied[1] : "none";
            bench.reply("COPY", key, key, "DB", database(), "REPLACE");
        } else if (random.nextInt(20) == 0) {
            bench.replyAll(generator.next(), generator.next(), generator.next());
        } else {
            bench.reply(generator.next());
        }
    }

    /** The file, loaded and redone up to now, is what the shard holds now. */
    private void check(CommandBench bench, long begin, String context) throws IOException {
        Shard shard = bench.shard();
        SnapshotFile file =
                new SnapshotFiles(shard.directory().snapshots()).newestFirst().get(0);
        assertEquals(begin, file.beginIndex(), context);
        try (Databases loaded = new Databases(CommandBench.SIZING)) {
            try (StoreLoader loader = new StoreLoader(loaded, shard.settings().newTypes())) {
                StoreState.restore(file.header(), loaded);
                SnapshotReader.read(file.path(), loader, 64 << 20);
            }
            EffectApplier applier = EffectApplier.forFilling(shard.settings());
            try (BacklogReader reader = shard.backlog().reader()) {
                for (RecordView record = reader.readAt(begin); record != null; record = reader.next()) {
                    if (record.kind() == RecordLayout.KIND_EFFECT) {
                        boolean isRedo = reader.index() <= file.trailer().endIndex();
                        assertNull(applier.apply(record, loaded, reader.index(), isRedo), context);
                    }
                }
            }
            assertEquals(StoreText.of(shard.databases()), StoreText.of(loaded), context);
        }
        Files.delete(file.path());
    }

    private static void empty(CommandBench bench, String context) {
        Databases databases = bench.shard().databases();
        for (Store store : databases.stores()) {
            bench.reply("SELECT", Integer.toString(databases.databaseAt(store.place())));
            for (String key : StoreText.of(store).keySet()) {
                bench.reply("DEL", key);
            }
            while (store.reap(64) > 0) {
                continue;
            }
            assertEquals(0, store.usedBytes(), context);
            assertEquals(0, store.figures().reapableBytes(), context);
            assertEquals(0, store.keys(), context);
        }
        bench.reply("SELECT", "0");
    }
}
