package io.tailrace.node.rewind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.rewind.Rewind.Phase;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.node.store.Entry;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two shards with a history in common that each went on alone; the old one is rewound by hand, frame by frame. */
class RewindTest {
    private static final String PROMOTED = "00000000000000000000000000000000000000bb";
    private static final long DEADLINE_NANOS = 20_000_000_000L;

    @TempDir
    Path root;

    private final ReplyWriter out = new ReplyWriter(64);
    private final FrameWriter frames = new FrameWriter(out);
    private final FrameDecoder decoder = new FrameDecoder(4 << 20);
    private ShardBench old;
    private ShardBench primary;
    private long common;
    private long commonChain;

    @BeforeEach
    void open() throws Exception {
        old = new ShardBench(root.resolve("old")).begin();
        primary = new ShardBench(root.resolve("primary"));
        for (int i = 0; i < 500; i++) {
            old.set("key" + i, "shared".repeat(i % 20));
        }
        old.shard().openSegment();
        old.set("key0", "shared");
        copyLog();
        common = old.shard().backlog().lastIndex();
        commonChain = old.shard().backlog().lastChain();
        primary.shard().beginHistory(PROMOTED);
    }

    private void copyLog() {
        try (BacklogReader reader = old.shard().backlog().reader()) {
            RecordView record = reader.readAt(old.shard().backlog().firstIndex());
            while (record != null) {
                assertNull(primary.shard().follow(reader.index(), record));
                record = reader.next();
            }
        }
    }

    @AfterEach
    void close() {
        old.close();
        primary.close();
        out.close();
    }

    @Test
    void shouldBecomeWhatThePrimaryIs() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        writeAlone(old, random, 100);
        writeAlone(primary, random, 100);
        try (Rewind rewind = begin(true)) {
            await(rewind, Phase.FETCHING);
            fetch(rewind, random);
            await(rewind, Phase.REDOING);
            redo(rewind);
            rewind.takeOver();
        }
        assertEquals(primary.contents(), old.contents(), "seed " + seed);
        assertSameLog();
        assertTrue(
                old.shard().backlog().firstIndex() < QueueIndex.of(QueueIndex.segment(common), 0), "linked segments");

        old.close();
        old = new ShardBench(root.resolve("old"));
        assertEquals(primary.contents(), old.contents(), "seed " + seed);
        assertSameLog();
    }

    private static void writeAlone(ShardBench bench, Random random, int writes) {
        for (int i = 0; i < writes; i++) {
            String key = "key" + random.nextInt(600);
            switch (random.nextInt(4)) {
                case 0:
                    bench.append(key, "x".repeat(random.nextInt(50)));
                    break;
                case 1:
                    bench.delete(key);
                    break;
                default:
                    bench.set(key, "own" + random.nextInt());
            }
        }
    }

    private void assertSameLog() {
        Backlog ours = old.shard().backlog();
        Backlog theirs = primary.shard().backlog();
        assertEquals(theirs.lastIndex(), ours.lastIndex());
        assertEquals(theirs.lastChain(), ours.lastChain());
        assertEquals(theirs.denseCount(), ours.denseCount());
        assertEquals(primary.shard().history().text(), old.shard().history().text());
    }

    @Test
    void shouldNeedNobodyWhenOnlyOpeningRecordsAreTakenBack() throws Exception {
        old.shard().openSegment();
        primary.set("key1", "later");
        try (Rewind rewind = begin(true)) {
            await(rewind, Phase.FETCHING);
            assertFalse(rewind.wantsKeys());
            rewind.finish();
            await(rewind, Phase.REDOING);
            redo(rewind);
            assertNull(rewind.savedAs());
            rewind.takeOver();
        }
        assertEquals(primary.contents(), old.contents());
        assertEquals(List.of(), lostWrites());
    }

    @Test
    void shouldSaveTheTailAsRequests() throws Exception {
        old.set("key1", "mine");
        old.delete("key2");
        try (Rewind rewind = begin(false)) {
            await(rewind, Phase.SAVED);
            assertEquals(2, rewind.lostWrites());
            assertEquals(List.of(rewind.savedAs()), lostWrites());
            assertEquals(
                    "*3\r\n$3\r\nSET\r\n$4\r\nkey1\r\n$4\r\nmine\r\n*2\r\n$3\r\nDEL\r\n$4\r\nkey2\r\n",
                    Files.readString(rewind.savedAs(), StandardCharsets.US_ASCII));
            String name = rewind.savedAs().getFileName().toString();
            String first = QueueIndex.toString(common + 1).replace(':', '.');
            String last = QueueIndex.toString(common + 2).replace(':', '.');
            assertEquals("lost-writes-" + ShardBench.HISTORY + "-" + first + "-" + last + ".resp", name);
        }
    }

    @Test
    void shouldBuildNothingWhenEveryKeyIsTouched() throws Exception {
        old.flush();
        try (Rewind rewind = begin(true)) {
            await(rewind, Phase.SAVED);
        }
        assertEquals(1, lostWrites().size());
        assertEquals(0, old.contents().size());
    }

    @Test
    void shouldLeaveEverythingAsItWasWhenItIsGivenUp() throws Exception {
        old.set("key1", "mine");
        old.append("key3", "mine");
        String before = old.contents().toString();
        long last = old.shard().backlog().lastIndex();
        for (Phase phase : List.of(Phase.PREPARING, Phase.FETCHING, Phase.REDOING)) {
            try (Rewind rewind = begin(true)) {
                if (phase != Phase.PREPARING) {
                    await(rewind, Phase.FETCHING);
                }
                if (phase == Phase.REDOING) {
                    fetch(rewind, new Random(1));
                    await(rewind, Phase.REDOING);
                }
            }
            assertEquals(before, old.contents().toString(), phase.name());
        }
        old.close();
        old = new ShardBench(root.resolve("old"));
        assertEquals(before, old.contents().toString());
        assertEquals(last, old.shard().backlog().lastIndex());
        assertEquals(1, lostWrites().size(), "each attempt saves the same");
    }

    @Test
    void shouldRefuseWhatItDidNotAskFor() throws Exception {
        old.set("key1", "mine");
        try (Rewind rewind = begin(true);
                NativeBuffer key = new NativeBuffer(16)) {
            await(rewind, Phase.FETCHING);
            assertNotNull(rewind.fetched(common, 0, 0), "nothing was asked for");
            rewind.nextKeys();
            assertNotNull(rewind.fetched(common + 5, 0, 0), "the entry is missing");
            Memory.copyIn("key2".getBytes(StandardCharsets.US_ASCII), 0, key.address(), 4);
            frames.noEntry(key.address(), 4);
            assertNotNull(take(rewind), "another key");
            Memory.putByte(key.address() + 3, (byte) '1');
            frames.noEntry(key.address(), 4);
            assertNull(take(rewind));
            frames.noEntry(key.address(), 4);
            assertNotNull(take(rewind), "twice");
            assertNotNull(rewind.fetched(common - 1, 0, 0), "older than what is shared");
            assertNull(rewind.fetched(common + 5, 0, 0));
        }
    }

    @Test
    void shouldFailByNameWhenTheTailIsDamaged() throws Exception {
        old.set("key1", "a value to find in the file");
        old.shard().backlog().sync().now();
        Path segment = segments().get(segments().size() - 1);
        byte[] bytes = Files.readAllBytes(segment);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("*3\r\n$3\r\nSET\r\n$4\r\nkey1\r\n$27");
        assertTrue(at > 0);
        bytes[at] = '!';
        Files.write(segment, bytes, java.nio.file.StandardOpenOption.WRITE);
        try (Rewind rewind = begin(true)) {
            await(rewind, Phase.FAILED);
            assertTrue(rewind.failure().contains("after " + QueueIndex.toString(common)), rewind.failure());
        }
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(old.shard().directory().queue())) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    private Rewind begin(boolean isBuilding) throws IOException {
        return new Rewind(old.shard(), common, commonChain, isBuilding, () -> {});
    }

    private static void await(Rewind rewind, Phase wanted) throws IOException {
        long start = System.nanoTime();
        while (rewind.poll() != wanted) {
            assertTrue(wanted == Phase.FAILED || rewind.failure() == null, rewind.failure());
            assertTrue(System.nanoTime() - start < DEADLINE_NANOS, "still not " + wanted);
            Thread.onSpinWait();
        }
    }

    /** Answers as a primary does that is written to meanwhile. */
    private void fetch(Rewind rewind, Random random) throws IOException {
        Entry entry = new Entry();
        while (rewind.wantsKeys()) {
            long keys = rewind.nextKeys();
            int length = rewind.keysLength();
            for (int at = 0; at < length; ) {
                int keyLength = Memory.getInt(keys + at);
                long key = keys + at + Integer.BYTES;
                if (primary.shard().store().find(key, keyLength, entry)) {
                    frames.entry(
                            entry.version(),
                            entry.ordinal(),
                            entry.expireAtMillis(),
                            entry.type(),
                            key,
                            keyLength,
                            entry.valueAddress(),
                            entry.valueLength());
                } else {
                    frames.noEntry(key, keyLength);
                }
                assertNull(take(rewind));
                at += Integer.BYTES + keyLength;
                writeAlone(primary, random, 1);
            }
            Backlog backlog = primary.shard().backlog();
            assertNull(rewind.fetched(backlog.lastIndex(), backlog.lastChain(), backlog.denseCount()));
        }
        rewind.finish();
    }

    private String take(Rewind rewind) throws IOException {
        assertEquals(FrameDecoder.Outcome.FRAME, decoder.decode(out.address(), out.pending()));
        assertEquals(FrameLayout.ENTRY, decoder.type());
        String problem = rewind.entry(decoder.argument(), decoder.bodyAddress(), decoder.bodyLength());
        out.drained(decoder.consumed());
        return problem;
    }

    private void redo(Rewind rewind) {
        try (BacklogReader reader = primary.shard().backlog().reader()) {
            reader.readAt(common);
            for (RecordView record = reader.next(); record != null; record = reader.next()) {
                assertNull(rewind.redo(reader.index(), record));
            }
        }
        long start = System.nanoTime();
        while (!rewind.isReady()) {
            assertNull(rewind.failure());
            assertTrue(System.nanoTime() - start < DEADLINE_NANOS, "not durable");
            Thread.onSpinWait();
        }
    }

    private List<Path> lostWrites() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("old"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("lost-writes"))
                    .toList();
        }
    }
}
