package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.command.CommandBench;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Libraries;
import io.tailrace.node.store.Library;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Function libraries as data of a shard: logged, in snapshots, redone, rolled back. */
class LibraryDataTest {
    @TempDir
    Path directory;

    private ShardBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new ShardBench(directory).begin();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static byte[] code(String name, String body) {
        return ("#!lua name=" + name + "\n" + body).getBytes(StandardCharsets.ISO_8859_1);
    }

    private void load(String name, String body) {
        bench.shard().begin(false).libraries().load(code(name, body));
        bench.shard().commit();
    }

    private void delete(String name) {
        bench.shard().begin(false).libraries().delete(name);
        bench.shard().commit();
    }

    private void flushLibraries() {
        bench.shard().begin(false).libraries().flush();
        bench.shard().commit();
    }

    private void restart() throws Exception {
        bench.close();
        bench = new ShardBench(directory);
        bench.begin();
    }

    private static TreeMap<String, String> text(LibrarySet libraries) {
        TreeMap<String, String> text = new TreeMap<>();
        for (Library library : libraries.all()) {
            text.put(library.name(), library + " by " + library.version() + "/" + library.ordinal());
        }
        return text;
    }

    private TreeMap<String, String> libraries() {
        return text(bench.shard().libraries());
    }

    private String codeOf(String name) {
        Library library = bench.shard().libraries().find(name);
        return library == null ? null : new String(library.code(), StandardCharsets.ISO_8859_1);
    }

    private void snapshot() {
        bench.shard().finish();
    }

    @Test
    void shouldHaveLibrariesAfterAStartFromTheLog() throws Exception {
        load("one", "a");
        load("two", "b");
        load("one", "c");
        delete("two");
        TreeMap<String, String> before = libraries();
        assertEquals("#!lua name=one\nc", codeOf("one"));
        assertNull(codeOf("two"));
        restart();
        assertEquals(before, libraries());
        flushLibraries();
        restart();
        assertTrue(libraries().isEmpty());
    }

    @Test
    void shouldHaveLibrariesAfterAStartFromASnapshot() throws Exception {
        load("one", "a");
        load("large", "x".repeat(300_000));
        snapshot();
        load("two", "b");
        delete("one");
        TreeMap<String, String> before = libraries();
        restart();
        assertEquals(before, libraries());
        assertEquals(List.of("large", "two"), new ArrayList<>(libraries().keySet()));
    }

    @Test
    void shouldStartFromTheSnapshotAlone() throws Exception {
        bench.close();
        Path small = directory.resolve("small");
        bench = new ShardBench(small, 1 << 17, 1 << 18).begin();
        load("one", "a");
        for (int i = 0; i < 3_000; i++) {
            bench.set("k" + i % 10, "v".repeat(500));
        }
        snapshot();
        for (int i = 0; i < 3_000; i++) {
            bench.set("k" + i % 10, "v".repeat(500));
        }
        bench.shard().log().trim();
        assertTrue(!bench.shard().isWhole(), "the record of the library is gone from the log");
        bench.close();
        bench = new ShardBench(small, 1 << 17, 1 << 18).begin();
        assertEquals("#!lua name=one\na", codeOf("one"));
    }

    @Test
    void shouldKeepLibrariesWhenAllKeysGo() throws Exception {
        load("one", "a");
        bench.set("k", "v");
        bench.flush();
        assertEquals("#!lua name=one\na", codeOf("one"));
        restart();
        assertEquals("#!lua name=one\na", codeOf("one"));
        assertEquals(0, bench.shard().store().keys());
    }

    @Test
    void shouldRollBackATransaction() {
        load("one", "a");
        TreeMap<String, String> before = libraries();
        Transaction transaction = bench.shard().begin(true);
        transaction.libraries().load(code("two", "b"));
        transaction.libraries().load(code("one", "b"));
        assertEquals(2, transaction.libraries().current().count());
        assertEquals(before, libraries(), "others see what is committed");
        transaction.libraries().flush();
        assertEquals(0, transaction.libraries().current().count());
        bench.shard().abandon();
        assertEquals(before, libraries());
        assertEquals(before, text(bench.shard().begin(false).libraries().current()));
    }

    @Test
    void shouldLogSeveralChangesAsOneRecord() throws Exception {
        long before = bench.shard().backlog().lastIndex();
        Transaction transaction = bench.shard().begin(true);
        transaction.libraries().flush();
        transaction.libraries().load(code("one", "a"));
        transaction.libraries().load(code("two", "b"));
        bench.shard().commit();
        assertEquals(before + 1, bench.shard().backlog().lastIndex());
        TreeMap<String, String> live = libraries();
        restart();
        assertEquals(live, libraries());
    }

    @RepeatedTest(5)
    void shouldConvergeFromAnyPointOverAnyLaterState() {
        long seed = Long.getLong("tailrace.seed", System.nanoTime());
        Random random = new Random(seed);
        EffectApplier applier = new EffectApplier(
                new Watches(), new CollectionTypes(CollectionLimits.standard()), (place, key, length) -> {});
        long first = bench.shard().backlog().lastIndex() + 1;
        load("first", "so that there is a record, whatever the first round does");
        for (int round = 0; round < 20; round++) {
            try (Databases copy = new Databases(CommandBench.SIZING)) {
                change(random, 1 + random.nextInt(20));
                long known = bench.shard().backlog().lastIndex();
                long from = first + random.nextInt((int) (known - first + 1));
                change(random, random.nextInt(20));
                copy.libraries().copy(bench.shard().libraries());
                change(random, random.nextInt(20));
                try (BacklogReader reader = bench.shard().backlog().reader()) {
                    for (RecordView record = reader.readAt(from); record != null; record = reader.next()) {
                        if (record.kind() == RecordLayout.KIND_EFFECT) {
                            assertNull(applier.apply(record, copy, reader.index(), true));
                        }
                    }
                }
                assertEquals(libraries(), text(copy.libraries().current()), "seed " + seed + ", round " + round);
            }
        }
    }

    private void change(Random random, int times) {
        for (int i = 0; i < times; i++) {
            String name = "lib" + random.nextInt(5);
            switch (random.nextInt(8)) {
                case 0 -> flushLibraries();
                case 1, 2 -> {
                    if (bench.shard().libraries().find(name) != null) {
                        delete(name);
                    }
                }
                case 3 -> {
                    Transaction transaction = bench.shard().begin(true);
                    transaction.libraries().flush();
                    transaction.libraries().load(code(name, "restored" + random.nextInt(100)));
                    transaction.libraries().load(code("lib9", "restored" + random.nextInt(100)));
                    bench.shard().commit();
                }
                default -> load(name, "body" + random.nextInt(1000));
            }
        }
    }

    @Test
    void shouldFindCodeThatIsNoLibrary() {
        assertNull(Libraries.problem(code("a_B9", "x")));
        assertEquals("a library without a name", Libraries.problem("return 1".getBytes(StandardCharsets.US_ASCII)));
        assertEquals("a library without a name", Libraries.problem(code("a-b", "x")));
        assertEquals("a library without a name", Libraries.problem(code("", "x")));
    }

    /** The bytes in the README of snapshots. */
    @Test
    void shouldWriteALibraryAsTheReadmeShowsIt() throws Exception {
        Libraries libraries = new Libraries();
        libraries.load(code("a", ""), QueueIndex.of(3, 5), 0);
        List<String> entries = new ArrayList<>();
        LibraryEffects.write(
                libraries.current(),
                entry -> entries.add(HexFormat.ofDelimiter(" ")
                        .formatHex(Memory.toBytes(
                                entry.keyAddress() - EntryImage.HEADER_LENGTH, EntryImage.HEADER_LENGTH + 14))));
        assertEquals(
                List.of("05 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00"
                        + " 0d 00 00 00 00 00 00 00 06 01 00 00"
                        + " 61 23 21 6c 75 61 20 6e 61 6d 65 3d 61 0a"),
                entries);
    }
}
