package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.shard.ShardBench;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pump does for a replica that follows closely: after each record, the next one. */
class StreamingCostTest {
    private static final int STEPS = 3_000;

    @TempDir
    private Path dir;

    @Test
    @DisplayName("kevy's bug 17: the whole backlog was gone through at each poll")
    void shouldNotGoThroughTheLogAgainForEachRecord() throws Exception {
        stepsBehind(dir.resolve("warm-up"), 100);
        long behindFew = stepsBehind(dir.resolve("few"), 100);
        long behindMany = stepsBehind(dir.resolve("many"), 100_000);

        assertTrue(
                behindMany < 20 * behindFew,
                STEPS + " records behind 100,000 take " + behindMany + " ns, behind 100 " + behindFew + " ns");
    }

    /** Processor time for writing and streaming one record after the other, at the end of a log of so many. */
    private static long stepsBehind(Path directory, int records) throws Exception {
        try (ShardBench bench = new ShardBench(directory, 16 << 20, 64 << 20).begin()) {
            for (int i = 0; i < records; i++) {
                bench.set("key", "value");
            }
            try (BacklogReader reader = bench.shard().backlog().reader()) {
                reader.readAt(bench.shard().backlog().lastIndex());
                long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                for (int i = 0; i < STEPS; i++) {
                    assertNull(reader.next());
                    bench.set("key", "value");
                    assertNotNull(reader.next());
                }
                assertEquals(bench.shard().backlog().lastIndex(), reader.index());
                return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
            }
        }
    }
}
