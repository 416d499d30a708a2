package io.tailrace.node.rewind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.platform.StateEdges;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A rewind that is given up or fails changes nothing, and each way that it can take is taken. */
class RewindFailureTest extends RewindFixture {
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
}
