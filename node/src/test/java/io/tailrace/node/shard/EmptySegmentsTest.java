package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start as a primary adds to a log without a write can be taken back, and nothing else. */
class EmptySegmentsTest {
    @TempDir
    Path root;

    @Test
    void shouldForceTheLogEverySecondAlsoAfterItWasReplaced() throws Exception {
        try (ShardBench bench = new ShardBench(root).begin()) {
            bench.shard().log().forceEverySecond(() -> true);
            bench.set("a", "1");
            bench.begin();
            bench.shard().dropEmptySegments();
            long last = bench.shard().backlog().lastIndex();
            long deadline = System.nanoTime() + 10_000_000_000L;
            while (bench.shard().backlog().durableIndex() < last && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertEquals(last, bench.shard().backlog().durableIndex());
        }
    }

    @Test
    void shouldRollBackWhatAStartAsPrimaryAddedAndNothingElse() throws Exception {
        for (int length = 1; length <= 8; length++) {
            takeBack(root.resolve("length" + length), "1".repeat(length));
        }
    }

    private void takeBack(Path own, String value) throws Exception {
        try (ShardBench bench = new ShardBench(own).begin()) {
            bench.set("a", value);
            long last = bench.shard().backlog().lastIndex();
            bench.begin();
            bench.shard().log().beginHistory("00000000000000000000000000000000000000bb");
            assertEquals(2, bench.shard().history().terms().size());
            bench.shard().dropEmptySegments();
            assertEquals(last, bench.shard().backlog().lastIndex());
            assertEquals(1, bench.shard().history().terms().size());
            assertEquals("{a=" + value + "@0}", bench.contents().toString());
            bench.set("b", "2");
            assertEquals(last + 1, bench.shard().backlog().lastIndex());
        }
        try (ShardBench bench = new ShardBench(own)) {
            assertEquals("{a=" + value + "@0, b=2@0}", bench.contents().toString());
        }
    }

    /** It was served after that, beside a shard that still had the other parts of transactions which this one had rolled back. */
    @Test
    void shouldLeaveAShardAheadThatIsNotClosedWithTheOthersYet() throws Exception {
        try (ShardBench bench = new ShardBench(root).begin()) {
            bench.set("a", "1");
            bench.begin();
            bench.shard().backlog().parts().ahead(true);
            long last = bench.shard().backlog().lastIndex();
            bench.shard().dropEmptySegments();
            assertTrue(bench.shard().backlog().lastIndex() < last);
            assertTrue(bench.shard().backlog().parts().isAhead());
        }
    }

    @Test
    void shouldStayRebuildableWhenTheNewestSnapshotBeganWithATakenBackSegment() throws Exception {
        try (ShardBench bench = new ShardBench(root).begin()) {
            for (int i = 0; i < 100; i++) {
                bench.set("key" + i, "v".repeat(100_000));
            }
            bench.shard().snapshots().begin(true);
            bench.finishSnapshot();
            assertFalse(bench.shard().isWhole());
            bench.shard().dropEmptySegments();
            bench.finishSnapshot();
        }
        try (ShardBench bench = new ShardBench(root)) {
            assertEquals(100, bench.contents().size());
        }
    }

    @Test
    void shouldBeBlankUntilTheFirstWrite() throws Exception {
        try (ShardBench bench = new ShardBench(root)) {
            assertTrue(bench.shard().isBlank());
            bench.begin().begin();
            assertTrue(bench.shard().isBlank());
            bench.set("a", "1");
            bench.delete("a");
            assertFalse(bench.shard().isBlank());
        }
    }
}
