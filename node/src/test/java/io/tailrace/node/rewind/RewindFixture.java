package io.tailrace.node.rewind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two shards with a history in common that each continued alone; the old one is rewound by hand, frame by frame. */
abstract class RewindFixture {
    static final String PROMOTED = "00000000000000000000000000000000000000bb";
    static final long DEADLINE_NANOS = 20_000_000_000L;

    @TempDir
    Path root;

    final ReplyWriter out = new ReplyWriter(64);
    final FrameWriter frames = new FrameWriter(out);
    final ReplyWriter asked = new ReplyWriter(64);
    final FrameWriter asks = new FrameWriter(asked);
    final FrameDecoder decoder = new FrameDecoder(4 << 20);
    final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    final Executor reactor = tasks::add;
    ShardBench old;
    ShardBench primary;
    long common;
    long commonChain;

    @BeforeEach
    void open() throws Exception {
        old = new ShardBench(root.resolve("old")).begin();
        primary = new ShardBench(root.resolve("primary"));
        for (int i = 0; i < 500; i++) {
            old.set("key" + i, "shared".repeat(i % 20));
        }
        old.loadLibrary("shared", "x");
        old.select(2);
        old.set("key0", "in another database");
        old.swap(1, 2);
        old.select(0);
        old.shard().log().openSegment();
        old.set("key0", "shared");
        copyLog();
        common = old.shard().backlog().lastIndex();
        commonChain = old.shard().backlog().lastChain();
        primary.shard().log().beginHistory(PROMOTED);
    }

    void copyLog() {
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
        asked.close();
    }

    static void writeAlone(ShardBench bench, Random random, int writes) {
        writeAlone(bench, random, writes, 1);
    }

    static void writeAlone(ShardBench bench, Random random, int writes, int databases) {
        for (int i = 0; i < writes; i++) {
            bench.select(random.nextInt(databases));
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

    void awaitReactor(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            runTasks();
            assertTrue(System.nanoTime() - start < DEADLINE_NANOS, "it does not come to be");
            Thread.onSpinWait();
        }
    }

    void damageTheTail() throws IOException {
        old.set("key1", "a value to find in the file");
        old.shard().backlog().sync().now();
        Path segment = segments().get(segments().size() - 1);
        byte[] bytes = Files.readAllBytes(segment);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("*3\r\n$3\r\nSET\r\n$4\r\nkey1\r\n$27");
        assertTrue(at > 0);
        bytes[at] = '!';
        Files.write(segment, bytes, java.nio.file.StandardOpenOption.WRITE);
    }

    List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(old.shard().directory().queue())) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    Rewind begin() throws IOException {
        return new Rewind(old.shard(), shared(), end(primary), reactor);
    }

    HistoryPosition shared() {
        return HistoryPosition.of(ShardBench.HISTORY, common, commonChain);
    }

    static HistoryPosition end(ShardBench bench) {
        return HistoryPosition.of(
                bench.shard().history().current().id(),
                bench.shard().backlog().lastIndex(),
                bench.shard().backlog().lastChain());
    }

    void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    void await(Rewind rewind, RewindPhase wanted) throws IOException {
        long start = System.nanoTime();
        while (rewind.poll() != wanted) {
            runTasks();
            assertTrue(wanted == RewindPhase.FAILED || rewind.failure() == null, rewind.failure());
            assertTrue(System.nanoTime() - start < DEADLINE_NANOS, "still not " + wanted);
            Thread.onSpinWait();
        }
    }

    /** Answers as a primary does that is written to meanwhile. */
    void fetch(Rewind rewind, Random random) throws IOException {
        RewindPeer.answer(rewind, primary.shard(), random, () -> writeAlone(primary, random, 1));
        rewind.finish();
    }

    String take(Rewind rewind) throws IOException {
        assertEquals(FrameDecoder.Outcome.FRAME, decoder.decode(out.address(), out.pending()));
        String problem = rewind.onFrame(decoder);
        out.drained(decoder.consumed());
        return problem;
    }

    void redo(Rewind rewind) throws IOException {
        takeRecords(rewind);
        await(rewind, RewindPhase.READY);
    }

    void takeRecords(Rewind rewind) {
        try (BacklogReader reader = primary.shard().backlog().reader()) {
            reader.readAt(common);
            for (RecordView record = reader.next(); record != null; record = reader.next()) {
                assertNull(rewind.redo(reader.index(), record));
            }
        }
    }

    List<Path> lostWrites() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("old"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("lost-writes"))
                    .toList();
        }
    }
}
