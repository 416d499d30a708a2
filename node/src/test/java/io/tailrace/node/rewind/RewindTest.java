package io.tailrace.node.rewind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.platform.StateEdges;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two shards with a history in common that each continued alone; the old one is rewound by hand, frame by frame. */
class RewindTest {
    private static final String PROMOTED = "00000000000000000000000000000000000000bb";
    private static final long DEADLINE_NANOS = 20_000_000_000L;

    @TempDir
    Path root;

    private final ReplyWriter out = new ReplyWriter(64);
    private final FrameWriter frames = new FrameWriter(out);
    private final ReplyWriter asked = new ReplyWriter(64);
    private final FrameWriter asks = new FrameWriter(asked);
    private final FrameDecoder decoder = new FrameDecoder(4 << 20);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Executor reactor = tasks::add;
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
        asked.close();
    }

    @Test
    void shouldBecomeWhatThePrimaryIs() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        shouldBecomeWhatThePrimaryIs(seed, random, 1);
        assertEquals("1:2,2:1", old.shard().databases().swapped());
    }

    /** Both write to three databases, and the primary swaps them besides: they are found by their places. */
    @RepeatedTest(3)
    void shouldBecomeWhatThePrimaryIsInEveryDatabase() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 4; i++) {
            primary.swap(random.nextInt(3), random.nextInt(3));
            writeAlone(primary, random, 10, 3);
        }
        if (random.nextBoolean()) {
            primary.flushDatabase();
        }
        shouldBecomeWhatThePrimaryIs(seed, random, 3);
    }

    /** There is no telling what the database held before. */
    @Test
    void shouldWantAWholeCopyWhenADatabaseWasSwappedOrEmptied() throws Exception {
        old.swap(0, 1);
        await(begin(), RewindPhase.SAVED);
    }

    private void shouldBecomeWhatThePrimaryIs(long seed, Random random, int databases) throws Exception {
        writeAlone(old, random, 100, databases);
        writeAlone(primary, random, 100, databases);
        Rewind rewind = begin();
        await(rewind, RewindPhase.FETCHING);
        fetch(rewind, random);
        await(rewind, RewindPhase.REDOING);
        redo(rewind);
        rewind.takeOver();
        rewind.await();
        assertEquals(primary.contents(), old.contents(), "seed " + seed);
        assertEquals("[shared: #!lua name=shared\nx]", primary.libraries());
        assertEquals(primary.libraries(), old.libraries());
        assertSameLog();
        assertTrue(
                old.shard().backlog().firstIndex() < QueueIndex.of(QueueIndex.segment(common), 0), "linked segments");

        old.close();
        old = new ShardBench(root.resolve("old"));
        assertEquals(primary.contents(), old.contents(), "seed " + seed);
        assertEquals(primary.libraries(), old.libraries());
        assertSameLog();
    }

    private static void writeAlone(ShardBench bench, Random random, int writes) {
        writeAlone(bench, random, writes, 1);
    }

    private static void writeAlone(ShardBench bench, Random random, int writes, int databases) {
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
        old.shard().log().openSegment();
        primary.set("key1", "later");
        Rewind rewind = begin();
        await(rewind, RewindPhase.FETCHING);
        assertFalse(rewind.ask(frames));
        rewind.finish();
        await(rewind, RewindPhase.REDOING);
        redo(rewind);
        assertNull(rewind.savedAs());
        rewind.takeOver();
        rewind.await();
        assertEquals(primary.contents(), old.contents());
        assertEquals(List.of(), lostWrites());
    }

    @Test
    void shouldTakeOverOnlyWhenItHasWhatThePrimaryHad() throws Exception {
        old.shard().log().openSegment();
        Rewind rewind = begin();
        primary.set("key1", "later");
        HistoryPosition later = end(primary);
        rewind.close();
        rewind.await();

        rewind = new Rewind(old.shard(), shared(), later, reactor);
        await(rewind, RewindPhase.FETCHING);
        rewind.finish();
        await(rewind, RewindPhase.REDOING);
        for (int i = 0; i < 100; i++) {
            assertEquals(RewindPhase.REDOING, rewind.poll(), "nothing of the primary's is here");
        }
        redo(rewind);
        rewind.takeOver();
        rewind.await();
        assertEquals(primary.contents(), old.contents());
    }

    /** A disk that takes four seconds held the reactor for as long when the old log was closed. */
    @Test
    void shouldNotWaitForTheOldLogsDiskWhenItTakesOver() throws Exception {
        old.set("key1", "mine");
        Rewind rewind = begin();
        await(rewind, RewindPhase.FETCHING);
        fetch(rewind, new Random(1));
        await(rewind, RewindPhase.REDOING);
        redo(rewind);
        CountDownLatch isDiskFree = new CountDownLatch(1);
        old.shard().backlog().onDiskThread(() -> awaitQuietly(isDiskFree));
        Backlog replaced = old.shard().backlog();
        Thread reactorThread = new Thread(rewind::takeOver);
        reactorThread.start();
        reactorThread.join(DEADLINE_NANOS / 1_000_000);
        assertFalse(reactorThread.isAlive(), "it waits for the disk thread of the log that it replaced");
        assertNotSame(replaced, old.shard().backlog());
        assertEquals(primary.contents(), old.contents());
        isDiskFree.countDown();
        rewind.await();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A log that is closed waits for its disk thread: that of the copied segment too, before the whole is opened. */
    @Test
    void shouldLeaveItToTheBackgroundToCloseTheLogThatItCopies() throws Exception {
        Set<Thread> closing = ConcurrentHashMap.newKeySet();
        old.close();
        old = new ShardBench(root.resolve("old"), () -> new ScheduledThreadPoolExecutor(1) {
            @Override
            public void shutdown() {
                closing.add(Thread.currentThread());
                super.shutdown();
            }
        });
        old.set("key1", "mine");
        Rewind rewind = begin();
        await(rewind, RewindPhase.FETCHING);
        assertFalse(closing.isEmpty());
        assertFalse(closing.contains(Thread.currentThread()), "it is closed on the reactor's thread");
        rewind.close();
        rewind.await();
    }

    @Test
    void shouldTakeOverAfterAllWhenItIsEndedWhileItIsMadeCurrent() throws Exception {
        old.set("key1", "mine");
        Rewind rewind = begin();
        await(rewind, RewindPhase.FETCHING);
        fetch(rewind, new Random(1));
        await(rewind, RewindPhase.REDOING);
        takeRecords(rewind);
        rewind.poll();
        assertTrue(rewind.close(), "its generation may be current on the disk");
        rewind.await();
        assertEquals(primary.contents(), old.contents());
    }

    /** A record begins in database 0, whoever takes the file stays where the one before has led. */
    @Test
    void shouldSaveTheDatabaseOfEachWrite() throws Exception {
        old.select(2);
        old.set("key1", "mine");
        old.select(0);
        old.set("key2", "mine");
        assertEquals(
                "MULTI SELECT 2 SET key1 mine EXEC SELECT 0 SET key2 mine",
                Files.readString(save(shared()).savedAs(), StandardCharsets.US_ASCII)
                        .replaceAll("[*$][0-9]+\r\n", "")
                        .replace("\r\n", " ")
                        .trim());
    }

    @Test
    void shouldSaveTheTailAsRequests() throws Exception {
        old.set("key1", "mine");
        old.delete("key2");
        TailSave save = save(shared());
        assertEquals(2, save.records());
        assertNull(save.missing());
        assertEquals(List.of(save.savedAs()), lostWrites());
        assertEquals(
                "*3\r\n$3\r\nSET\r\n$4\r\nkey1\r\n$4\r\nmine\r\n*2\r\n$3\r\nDEL\r\n$4\r\nkey2\r\n",
                Files.readString(save.savedAs(), StandardCharsets.US_ASCII));
        String name = save.savedAs().getFileName().toString();
        String first = QueueIndex.toString(common + 1).replace(':', '.');
        String last = QueueIndex.toString(common + 2).replace(':', '.');
        assertEquals("lost-writes-" + ShardBench.HISTORY + "-" + first + "-" + last + ".resp", name);
    }

    @Test
    void shouldSaveAllOfALogThatSharesNothing() throws Exception {
        old.set("key1", "mine");
        TailSave save = save(null);
        assertEquals(505, save.records());
        assertNull(save.missing(), "the log begins with the first record of all");
    }

    @Test
    void shouldSayWhichWritesTheLogDoesNotHoldAnyMore() throws Exception {
        for (int round = 0; old.shard().isWhole(); round++) {
            assertTrue(round < 100, "the log keeps its beginning");
            for (int i = 0; i < 10; i++) {
                assertNull(old.trySet("churn" + i, 500_000));
            }
            old.shard().snapshots().begin(true);
            old.finishSnapshot();
        }
        long first = old.shard().backlog().firstIndex();
        TailSave save = save(shared());
        assertEquals(
                "its log begins at " + QueueIndex.toString(first) + " and what it shares with its primary ends at "
                        + QueueIndex.toString(common),
                save.missing());
        assertTrue(save.records() > 0);
        assertTrue(save(null).missing().endsWith("ends nowhere"));
    }

    @Test
    void shouldSaveNothingWhenWhatIsSharedIsAnotherRecordHere() throws Exception {
        HistoryPosition other = HistoryPosition.of(ShardBench.HISTORY, common, commonChain + 1);
        String refused = assertThrows(IOException.class, () -> save(other)).getMessage();
        assertTrue(refused.startsWith("at " + QueueIndex.toString(common)), refused);
        assertEquals(List.of(), lostWrites());
    }

    @Test
    void shouldKeepASavedFileThatHoldsOtherWrites() throws Exception {
        old.set("key1", "mine");
        Path file = save(shared()).savedAs();
        assertEquals(file, save(shared()).savedAs(), "the same writes again");
        Files.writeString(file, "*1\r\n$8\r\nFLUSHALL\r\n");
        Path second = save(shared()).savedAs();
        assertTrue(second.toString().endsWith("-2.resp"), second.toString());
        assertEquals("*1\r\n$8\r\nFLUSHALL\r\n", Files.readString(file));
    }

    private TailSave save(HistoryPosition from) throws IOException {
        TailSave save = new TailSave(old.shard(), from, () -> null, () -> {});
        long start = System.nanoTime();
        while (!save.isSaved()) {
            assertNull(save.failure());
            assertTrue(System.nanoTime() - start < DEADLINE_NANOS, "it is not saved");
            Thread.onSpinWait();
        }
        save.close();
        return save;
    }

    @Test
    void shouldBuildNothingWhenEveryKeyIsTouched() throws Exception {
        old.flush();
        Rewind rewind = begin();
        await(rewind, RewindPhase.SAVED);
        rewind.close();
        rewind.await();
        assertEquals(1, lostWrites().size());
        assertEquals(0, old.contents().size());
    }

    /** Which libraries the primary has is not to be told by keys. */
    @Test
    void shouldBuildNothingWhenFunctionLibrariesWereChanged() throws Exception {
        old.loadLibrary("mine", "y");
        Rewind rewind = begin();
        await(rewind, RewindPhase.SAVED);
        rewind.close();
        rewind.await();
        assertEquals(1, lostWrites().size());
    }

    @Test
    void shouldLeaveEverythingAsItWasWhenItIsGivenUp() throws Exception {
        old.set("key1", "mine");
        old.append("key3", "mine");
        String before = old.contents().toString();
        long last = old.shard().backlog().lastIndex();
        for (RewindPhase phase : List.of(RewindPhase.PREPARING, RewindPhase.FETCHING, RewindPhase.REDOING)) {
            Rewind rewind = begin();
            if (phase != RewindPhase.PREPARING) {
                await(rewind, RewindPhase.FETCHING);
            }
            if (phase == RewindPhase.REDOING) {
                fetch(rewind, new Random(1));
                await(rewind, RewindPhase.REDOING);
            }
            assertFalse(rewind.close());
            assertEquals(before, old.contents().toString(), phase.name());
        }
        awaitReactor(() -> old.shard().snapshots().begin(true) != null);
        old.finishSnapshot();
        old.close();
        old = new ShardBench(root.resolve("old"));
        assertEquals(before, old.contents().toString());
        assertEquals(
                QueueIndex.segment(last) + 1,
                QueueIndex.segment(old.shard().backlog().lastIndex()),
                "the snapshot's");
        assertEquals(1, lostWrites().size(), "each attempt saves the same");
    }

    private void awaitReactor(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            runTasks();
            assertTrue(System.nanoTime() - start < DEADLINE_NANOS, "it does not come to be");
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldRefuseWhatItDidNotAskFor() throws Exception {
        old.set("key1", "mine");
        Rewind rewind = begin();
        try (NativeBuffer key = new NativeBuffer(16)) {
            await(rewind, RewindPhase.FETCHING);
            frames.fetched(common, 0, 0);
            assertNotNull(take(rewind), "nothing was asked for");
            assertTrue(rewind.ask(asks));
            frames.fetched(common + 5, 0, 0);
            assertNotNull(take(rewind), "the entry is missing");
            Memory.copyIn("key2".getBytes(StandardCharsets.US_ASCII), 0, key.address(), 4);
            frames.noEntry(0, key.address(), 4);
            assertNotNull(take(rewind), "another key");
            frames.elements(0, 1);
            assertNotNull(take(rewind), "of no collection");
            frames.elementsEnd(0);
            assertNotNull(take(rewind), "of no collection");
            Memory.putByte(key.address() + 3, (byte) '1');
            frames.noEntry(0, key.address(), 4);
            assertNull(take(rewind));
            frames.noEntry(0, key.address(), 4);
            assertNotNull(take(rewind), "twice");
            frames.fetched(common - 1, 0, 0);
            assertNotNull(take(rewind), "older than what is shared");
            frames.fetched(common + 5, 0, 0);
            assertNull(take(rewind));
        }
        rewind.close();
        rewind.await();
    }

    @Test
    void shouldFailByNameWhenTheTailIsDamaged() throws Exception {
        damageTheTail();
        Rewind rewind = begin();
        await(rewind, RewindPhase.FAILED);
        assertTrue(rewind.failure().contains("after " + QueueIndex.toString(common)), rewind.failure());
        rewind.close();
        rewind.await();
    }

    private void damageTheTail() throws IOException {
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

    @Test
    void shouldTakeEveryEdge() throws Exception {
        Set<String> taken = new HashSet<>();
        old.set("key1", "mine");
        for (RewindPhase end : List.of(RewindPhase.FINISHING, RewindPhase.REDOING, RewindPhase.READY)) {
            HistoryPosition whole = end == RewindPhase.REDOING
                    ? HistoryPosition.of(PROMOTED, end(primary).index(), 4711)
                    : end(primary);
            Rewind rewind = new Rewind(old.shard(), shared(), whole, reactor);
            await(rewind, RewindPhase.FETCHING);
            if (end == RewindPhase.FINISHING) {
                deleteIncomingSnapshot();
            }
            fetch(rewind, new Random(1));
            if (end != RewindPhase.FINISHING) {
                await(rewind, RewindPhase.REDOING);
                takeRecords(rewind);
            }
            await(rewind, end == RewindPhase.READY ? end : RewindPhase.FAILED);
            taken.addAll(StateEdges.taken(rewind.machine()));
            rewind.close();
            rewind.await();
        }
        old.set("key1", "mine again");
        taken.addAll(moved());
        old.flush();
        Rewind nothing = begin();
        await(nothing, RewindPhase.SAVED);
        taken.addAll(StateEdges.taken(nothing.machine()));
        nothing.close();
        nothing.await();
        damageTheTail();
        Rewind damaged = begin();
        await(damaged, RewindPhase.FAILED);
        taken.addAll(StateEdges.taken(damaged.machine()));
        damaged.close();
        damaged.await();
        assertEquals(StateEdges.allowed(RewindPhase.values(), RewindPhase::successors), taken);
    }

    /** The primary says that another key got what a touched one had. */
    private Set<String> moved() throws IOException {
        Rewind rewind = begin();
        await(rewind, RewindPhase.FETCHING);
        fetch(rewind, new Random(1));
        await(rewind, RewindPhase.REDOING);
        try (RecordBuilder record = new RecordBuilder()) {
            record.begin(RecordLayout.KIND_EFFECT);
            record.command(3);
            record.argument("RENAME");
            record.argument("key1");
            record.argument("other");
            record.seal(1, commonChain);
            assertNull(rewind.redo(common + 1, new RecordView().wrap(record.address(), record.length())));
        }
        await(rewind, RewindPhase.SAVED);
        rewind.close();
        rewind.await();
        return StateEdges.taken(rewind.machine());
    }

    private void deleteIncomingSnapshot() throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("old"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".part")).toList()) {
                Files.delete(file);
            }
        }
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(old.shard().directory().queue())) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    private Rewind begin() throws IOException {
        return new Rewind(old.shard(), shared(), end(primary), reactor);
    }

    private HistoryPosition shared() {
        return HistoryPosition.of(ShardBench.HISTORY, common, commonChain);
    }

    private static HistoryPosition end(ShardBench bench) {
        return HistoryPosition.of(
                bench.shard().history().current().id(),
                bench.shard().backlog().lastIndex(),
                bench.shard().backlog().lastChain());
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private void await(Rewind rewind, RewindPhase wanted) throws IOException {
        long start = System.nanoTime();
        while (rewind.poll() != wanted) {
            runTasks();
            assertTrue(wanted == RewindPhase.FAILED || rewind.failure() == null, rewind.failure());
            assertTrue(System.nanoTime() - start < DEADLINE_NANOS, "still not " + wanted);
            Thread.onSpinWait();
        }
    }

    /** Answers as a primary does that is written to meanwhile. */
    private void fetch(Rewind rewind, Random random) throws IOException {
        RewindPeer.answer(rewind, primary.shard(), random, () -> writeAlone(primary, random, 1));
        rewind.finish();
    }

    private String take(Rewind rewind) throws IOException {
        assertEquals(FrameDecoder.Outcome.FRAME, decoder.decode(out.address(), out.pending()));
        String problem = rewind.onFrame(decoder);
        out.drained(decoder.consumed());
        return problem;
    }

    private void redo(Rewind rewind) throws IOException {
        takeRecords(rewind);
        await(rewind, RewindPhase.READY);
    }

    private void takeRecords(Rewind rewind) {
        try (BacklogReader reader = primary.shard().backlog().reader()) {
            reader.readAt(common);
            for (RecordView record = reader.next(); record != null; record = reader.next()) {
                assertNull(rewind.redo(reader.index(), record));
            }
        }
    }

    private List<Path> lostWrites() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("old"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("lost-writes"))
                    .toList();
        }
    }
}
