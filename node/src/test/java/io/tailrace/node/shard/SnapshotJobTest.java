package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.platform.StateEdges;
import io.tailrace.node.platform.StateMachine;
import io.tailrace.node.store.ManualBackground;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot's job, step by step: the background works when the test lets it. */
class SnapshotJobTest {
    @TempDir
    Path root;

    private final ManualBackground background = new ManualBackground();
    private ShardBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new ShardBench(root, background).begin();
        bench.set("key", "value");
    }

    @AfterEach
    void close() {
        bench.close();
        background.runAll();
    }

    private SnapshotJob begun() {
        assertNull(bench.shard().snapshots().job());
        assertNotNull(bench.shard().snapshots().begin(true));
        return bench.shard().snapshots().job();
    }

    private SnapshotJob begin() {
        SnapshotJob job = begun();
        poll();
        assertEquals(SnapshotJob.State.BEGUN, job.machine().state(), "it has opened a segment in this cycle");
        assertTrue(bench.shard().snapshots().isStarting());
        poll();
        assertEquals(SnapshotJob.State.WALKING, job.machine().state());
        return job;
    }

    private void poll() {
        bench.shard().snapshots().poll(0, Long.MAX_VALUE, true);
    }

    private SnapshotJob walked() {
        SnapshotJob job = begin();
        background.runAll();
        assertEquals(SnapshotJob.State.WALKED, job.machine().state());
        return job;
    }

    private SnapshotJob finishing() {
        SnapshotJob job = walked();
        poll();
        assertEquals(SnapshotJob.State.FINISHING, job.machine().state());
        return job;
    }

    private SnapshotJob asking() {
        bench.setLargeHash("large");
        SnapshotJob job = begin();
        background.runAll();
        assertEquals(SnapshotJob.State.ASKING, job.machine().state());
        return job;
    }

    @Test
    void shouldTakeEveryEdge() {
        Set<String> taken = new HashSet<>();
        SnapshotJob whole = asking();
        poll();
        background.runAll();
        bench.noteMoved("large");
        poll();
        assertEquals(SnapshotJob.State.WALKING, whole.machine().state());
        background.runAll();
        poll();
        background.runAll();
        poll();
        assertTrue(whole.isDone(), whole.failure());
        taken.addAll(StateEdges.taken(whole.machine()));
        bench.delete("large");
        taken.addAll(StateEdges.taken(cancelled(begun())));
        taken.addAll(StateEdges.taken(cancelled(begin())));
        taken.addAll(StateEdges.taken(cancelled(walked())));
        taken.addAll(StateEdges.taken(cancelled(finishing())));
        taken.addAll(StateEdges.taken(cancelled(asking())));
        assertEquals(StateEdges.allowed(SnapshotJob.State.values(), SnapshotJob.State::successors), taken);
    }

    private StateMachine<SnapshotJob.State> cancelled(SnapshotJob job) {
        job.requestCancel();
        background.runAll();
        poll();
        assertNotNull(job.failure());
        assertNull(bench.shard().snapshots().job());
        return job.machine();
    }

    @Test
    void shouldEndAtOnceInEveryState() {
        for (int state = 0; state < 5; state++) {
            SnapshotJob job =
                    switch (state) {
                        case 0 -> begun();
                        case 1 -> begin();
                        case 2 -> walked();
                        case 3 -> finishing();
                        default -> asking();
                    };
            background.runAll();
            bench.shard().snapshots().cancel();
            assertTrue(job.machine().is(SnapshotJob.State.FAILED) || job.isDone(), job.machine()::toString);
            assertNull(bench.shard().snapshots().job());
        }
    }

    @Test
    void shouldFailWithoutAFileThatCanBeMade() throws Exception {
        Path directory = bench.shard().snapshots().directory();
        Files.delete(directory);
        Files.createFile(directory);
        SnapshotJob job = begun();
        bench.set("key", "newer");
        poll();
        poll();
        poll();
        assertFalse(bench.shard().snapshots().isLastOk());
        assertTrue(job.failure().startsWith("can't begin it in " + directory + ": "), job.failure());
        assertNull(bench.shard().snapshots().job());
        Files.delete(directory);
        Files.createDirectory(directory);
    }

    /** What is written between the first record after which a start redoes and the walk is in the file, and redone. */
    @Test
    void shouldHaveWhatIsWrittenBeforeItsWalkBegins() throws Exception {
        bench.setLargeHash("large");
        SnapshotJob job = begun();
        bench.set("key", "newer");
        bench.set("other", "value");
        bench.delete("large");
        poll();
        poll();
        for (int i = 0; i < 3; i++) {
            background.runAll();
            poll();
        }
        assertTrue(job.isDone(), job.failure());
        Map<String, String> before = bench.contents();
        bench.close();
        bench = new ShardBench(root, background);
        assertEquals(before, bench.contents());
        assertEquals(Set.of("key", "other"), before.keySet());
    }

    /** The reactor would wait for the disk with a job that is about to have its file. */
    @Test
    void shouldNotBeWaitedForWhenEmptySegmentsAreDropped() {
        long last = bench.shard().backlog().lastIndex();
        SnapshotJob job = finishing();
        assertNotEquals(last, bench.shard().backlog().lastIndex(), "it has opened a segment");
        assertFalse(bench.shard().dropEmptySegments());
        assertFalse(bench.shard().dropEmptySegments());
        background.runAll();
        assertTrue(bench.shard().dropEmptySegments());
        assertNotNull(job.failure(), "it had not come to write its end");
        assertEquals(last, bench.shard().backlog().lastIndex());
        assertEquals(Set.of("key"), bench.contents().keySet());
    }

    @Test
    void shouldLeaveTheShardAsItWasWhenItIsCancelled() throws Exception {
        SnapshotJob job = begin();
        job.requestCancel();
        bench.set("other", "value");
        background.runAll();
        poll();
        assertNull(bench.shard().snapshots().job());
        SnapshotJob next = finishing();
        background.runAll();
        poll();
        assertTrue(next.isDone(), next.failure());
        bench.close();
        bench = new ShardBench(root, background);
        assertEquals(Set.of("key", "other"), bench.contents().keySet());
    }
}
