package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full sync by hand: a primary's snapshot file in pieces, then its log record by record, into another shard. */
class FullSyncGenerationTest {
    private static final long DEADLINE_NANOS = 20_000_000_000L;
    private static final int PIECE = 10_000;

    @TempDir
    Path root;

    private final NativeBuffer piece = new NativeBuffer(PIECE);
    private ShardBench primary;
    private ShardBench replica;
    private TreeMap<String, String> old;
    private byte[] file;
    private String id;
    private long begin;

    @BeforeEach
    void write() throws Exception {
        primary = new ShardBench(root.resolve("primary")).begin();
        replica = new ShardBench(root.resolve("replica")).begin();
        for (int i = 0; i < 3_000; i++) {
            primary.set("key" + i, "before".repeat(i % 10));
        }
        for (int i = 0; i < 500; i++) {
            replica.set("old" + i, "old");
        }
        old = replica.contents();
        assertNotNull(primary.shard().snapshots().begin(true));
        for (int i = 0; i < 1_000; i++) {
            primary.append("key" + 2 * i, "+during");
        }
        primary.finishSnapshot();
        for (int i = 0; i < 1_000; i++) {
            primary.append("key" + 3 * i, "+after");
        }
        SnapshotFile snapshot = primary.shard().snapshots().newestShippable();
        file = Files.readAllBytes(snapshot.path());
        id = snapshot.header().id();
        begin = snapshot.beginIndex();
    }

    @AfterEach
    void close() {
        piece.close();
        primary.close();
        replica.close();
    }

    @Test
    void shouldTakeOverAtTheEndAndNotBefore() throws Exception {
        FullSyncGeneration sync = begin(0);
        send(sync, file.length);
        sync.endOfFile(file.length);
        Path current = generation();
        assertEquals(0, sendLog(sync, begin));
        settle(sync);
        assertFalse(sync.isReady(), "the log has not come to the snapshot's end");
        assertEquals(old, replica.contents());

        sendLog(sync, Long.MAX_VALUE);
        awaitReady(sync);
        assertEquals(old, replica.contents());
        sync.takeOver();
        sync.await();

        assertSame();
        assertFalse(Files.exists(current), "the old generation is of no use any more");
        assertEquals(List.of(), incoming());
        replica.close();
        replica = new ShardBench(root.resolve("replica"));
        assertSame();
    }

    @Test
    void shouldGoOnFromWhereverItBrokeOff() throws Exception {
        Random random = new Random(5);
        long had = 0;
        for (int attempt = 0; attempt < 6; attempt++) {
            FullSyncGeneration sync = begin(had);
            send(sync, Math.min(file.length, had + 1 + random.nextInt(file.length / 5)));
            had = sync.receivedBytes();
            sync.abandon();
            sync.await();
            assertEquals(had, Files.size(incoming().get(0)));
            assertEquals(old, replica.contents());
            assertEquals(1, generations(), "what was given up is deleted");
        }
        complete(begin(had));
        assertSame();
    }

    @Test
    void shouldSendTheLogAgainWhenItBreaksOffBehindTheSnapshot() throws Exception {
        FullSyncGeneration sync = begin(0);
        send(sync, file.length);
        sync.endOfFile(file.length);
        sendLog(sync, begin + 700);
        settle(sync);
        sync.abandon();
        sync.await();
        assertEquals(old, replica.contents());

        complete(begin(file.length));
        assertSame();
    }

    @Test
    void shouldGoOnBeforeWhatACrashTore() throws Exception {
        FullSyncGeneration sync = begin(0);
        send(sync, file.length * 9L / 10);
        long had = sync.receivedBytes();
        sync.abandon();
        sync.await();
        long tornFrom = had / 2;
        try (RandomAccessFile torn = new RandomAccessFile(incoming().get(0).toFile(), "rw")) {
            torn.seek(tornFrom);
            torn.write(new byte[500]);
        }

        FullSyncGeneration next = begin(had);
        await(() -> next.failure() != null);
        assertTrue(next.failure().contains(id), next.failure());
        next.abandon();
        long sound = Files.size(incoming().get(0));
        assertTrue(sound <= tornFrom && sound > tornFrom - (65 << 10), sound + " of " + tornFrom);

        complete(begin(sound));
        assertSame();
    }

    @Test
    void shouldBeginAgainWhenTheDamageCame() throws Exception {
        byte[] sound = file.clone();
        file[file.length / 2] ^= 1;
        FullSyncGeneration sync = begin(0);
        send(sync, file.length);
        await(() -> sync.failure() != null);
        sync.abandon();
        assertEquals(0, Files.size(incoming().get(0)));

        file = sound;
        complete(begin(0));
        assertSame();
    }

    @Test
    void shouldFailWhenTheFileEndsTooEarly() throws Exception {
        FullSyncGeneration sync = begin(0);
        send(sync, file.length - 10);
        assertThrows(IOException.class, () -> sync.endOfFile(file.length));
        sync.abandon();

        FullSyncGeneration next = begin(0);
        send(next, file.length - 10);
        next.endOfFile(file.length - 10);
        await(() -> next.failure() != null);
        assertTrue(next.failure().contains("incomplete"), next.failure());
        next.abandon();
        next.await();
        assertEquals(old, replica.contents());
    }

    @Test
    void shouldRefuseAForeignRecordAndKeepTheFile() throws Exception {
        FullSyncGeneration sync = begin(0);
        send(sync, file.length);
        sync.endOfFile(file.length);
        try (BacklogReader reader = replica.shard().backlog().reader()) {
            RecordView foreign = reader.readAt(replica.shard().backlog().firstIndex());
            String problem = sync.take(begin, foreign);
            assertTrue(problem.startsWith("record 2:0: it continues chain"), problem);
        }
        sync.abandon();
        sync.await();
        assertEquals(file.length, Files.size(incoming().get(0)));
    }

    @Test
    void shouldKeepOnlyTheFileOfTheSnapshotThatIsSent() throws Exception {
        FullSyncGeneration sync = begin(0);
        send(sync, 1_000);
        sync.abandon();
        sync.await();
        String other = id.replaceFirst("[0-9a-f]{16}$", "00000000000000ff");
        FullSyncGeneration next = new FullSyncGeneration(replica.shard(), other, 0, target(), () -> {});
        next.abandon();
        next.await();
        assertEquals(1, incoming().size());
        assertTrue(incoming().get(0).toString().contains(other));
        assertThrows(IOException.class, () -> new FullSyncGeneration(replica.shard(), other, 77, target(), () -> {}));
    }

    private FullSyncGeneration begin(long offset) throws IOException {
        return new FullSyncGeneration(replica.shard(), id, offset, target(), () -> {});
    }

    private CopyTarget target() {
        return new CopyTarget(HandshakeEvaluator.end(primary.shard()), null, null);
    }

    private void complete(FullSyncGeneration sync) throws Exception {
        send(sync, file.length);
        sync.endOfFile(file.length);
        sendLog(sync, Long.MAX_VALUE);
        awaitReady(sync);
        sync.takeOver();
        sync.await();
    }

    private void send(FullSyncGeneration sync, long upTo) throws IOException {
        while (sync.receivedBytes() < upTo) {
            int at = (int) sync.receivedBytes();
            int length = (int) Math.min(PIECE, upTo - at);
            Memory.copyIn(file, at, piece.address(), length);
            sync.chunk(at, piece.address(), length);
        }
    }

    /** Sends the records before an index; returns how many. */
    private int sendLog(FullSyncGeneration sync, long before) {
        int count = 0;
        try (BacklogReader reader = primary.shard().backlog().reader()) {
            RecordView record = reader.readAt(begin);
            while (record != null && reader.index() < before) {
                if (reader.index() > sync.receivedIndex()) {
                    assertNull(sync.take(reader.index(), record));
                    count++;
                }
                record = reader.next();
            }
        }
        return count;
    }

    /** Does all that can be done without more from the primary. */
    private static void settle(FullSyncGeneration sync) {
        await(() -> sync.isLoaded() || sync.failure() != null);
        while (sync.redoStep()) {
            assertNull(sync.failure());
        }
    }

    private static void awaitReady(FullSyncGeneration sync) {
        await(() -> {
            sync.redoStep();
            assertNull(sync.failure());
            return sync.isReady();
        });
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "it takes too long");
            Thread.onSpinWait();
        }
    }

    private void assertSame() {
        assertEquals(primary.contents(), replica.contents());
        assertEquals(
                primary.shard().backlog().lastIndex(), replica.shard().backlog().lastIndex());
        assertEquals(
                primary.shard().backlog().lastChain(), replica.shard().backlog().lastChain());
    }

    private Path generation() {
        return replica.shard().directory().queue().getParent();
    }

    private long generations() throws IOException {
        try (Stream<Path> entries = Files.list(root.resolve("replica"))) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith("gen-"))
                    .count();
        }
    }

    private List<Path> incoming() throws IOException {
        Path directory = new SnapshotFiles(replica.shard().directory().incoming()).directory();
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
