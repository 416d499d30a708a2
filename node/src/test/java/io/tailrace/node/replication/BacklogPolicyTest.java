package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.platform.AtomicFile;
import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.record.QueueIndex;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shard whose log is kept for a replica that was there before the node was started, and is away since. */
class BacklogPolicyTest {
    private static final int VALUE = 100_000;
    private static final long BUDGET = 2 << 20;
    private static final long LIMIT = 12 << 20;
    private static final long START = 1_000_000;

    @TempDir
    private Path dir;

    private ShardBench bench;
    private BacklogPolicy policy;
    private int written;

    private void begin(String onPressure) throws Exception {
        bench = new ShardBench(dir, 1 << 20, BUDGET).begin();
        AtomicFile.write(
                bench.shard().directory().replicas(),
                QueueIndex.of(1, 0) + " 10.0.0.1 6380 one\nrubbish\n-7 10.0.0.2 6381 two\n");
        LiveSettings settings = new LiveSettings(NodeConfig.builder()
                .set(Setting.SEGMENT_SIZE, "1mb")
                .set(Setting.BACKLOG_SIZE, BUDGET)
                .set(Setting.BACKLOG_DISK_LIMIT, LIMIT)
                .set(Setting.ON_DISK_PRESSURE, onPressure)
                .set(Setting.RECONNECT_WINDOW, 60)
                .build());
        policy = new BacklogPolicy(bench.shard(), settings, List.of(), new SnapshotHolds(), () -> true);
        bench.shard().log().heldBy(policy);
        bench.shard().backlog().retention().set(BUDGET, LIMIT);
        bench.shard().snapshots().begin(true);
        bench.finishSnapshot();
        policy.onSecond();
    }

    @AfterEach
    void end() {
        bench.close();
    }

    private String write(int records) {
        for (int i = 0; i < records; i++) {
            String refusal = bench.trySet("key" + written++ % 50, VALUE);
            if (refusal != null) {
                return refusal;
            }
            if (written % 10 == 0) {
                bench.shard().snapshots().begin(true);
                bench.finishSnapshot();
            }
        }
        return null;
    }

    private int firstSegment() {
        return QueueIndex.segment(bench.shard().backlog().firstIndex());
    }

    @Test
    void shouldKeepTheLogUntilTheWindowIsOver() throws Exception {
        begin("drop-slots");
        assertNull(write(50));
        assertEquals(1, firstSegment());
        assertTrue(bench.shard().backlog().segments().bytes() > 2 * BUDGET);
        ReplicaPlace place = policy.places().get(0);
        assertEquals("one", place.id());
        assertEquals("away", place.state());
        assertEquals(60, place.heldSeconds());

        bench.at(START + 60_000);
        bench.shard().log().trim();
        assertTrue(firstSegment() > 1);
        assertTrue(bench.shard().backlog().segments().bytes() <= BUDGET + (1 << 20));
        assertEquals(List.of(), policy.places());
        assertEquals(0, policy.dropped());
    }

    @Test
    void shouldTellForHowLongAReplicaMayStayAway() throws Exception {
        begin("drop-slots");
        assertEquals(-1, policy.places().get(0).secondsToFullSync(), "nothing is written");
        for (int second = 1; second <= 20; second++) {
            bench.at(START + second * 1_000);
            assertNull(write(1));
            policy.onSecond();
        }
        assertEquals(110_000, policy.bytesPerSecond(), 20_000, "with what a segment costs");
        long left = policy.places().get(0).secondsToFullSync();
        assertTrue(left >= 20 && left <= 40, "no more than the limit allows: " + left);
    }

    @Test
    void shouldDropASlotAtTheLimitAndRefuseNothing() throws Exception {
        begin("drop-slots");
        assertNull(write(200));
        assertEquals(1, policy.dropped());
        assertTrue(bench.shard().backlog().segments().bytes() <= LIMIT);
        assertTrue(firstSegment() > 1);
        assertEquals(0, bench.shard().log().writesRefused());
    }

    @Test
    void shouldRefuseWritesAtTheLimitAndNameTheCause() throws Exception {
        begin("refuse-writes");
        String refusal = write(200);
        assertNotNull(refusal);
        assertTrue(
                refusal.matches("MISCONF Errors writing to the log: the log can't grow: it holds \\d+ bytes and"
                        + " backlog-disk-limit is 12582912; replica one, which is away, needs it from 1:0"
                        + " \\(on-disk-pressure refuse-writes\\)"),
                refusal);
        assertTrue(bench.shard().backlog().segments().bytes() <= LIMIT);
        assertEquals(1, firstSegment());
        assertEquals(1, bench.shard().log().writesRefused());
        assertEquals(60, policy.places().get(0).secondsToFullSync(), "it is kept until the window is over");

        bench.at(START + 60_000);
        policy.onSecond();
        assertNull(write(50), "by itself, when the window is over");
    }

    @Test
    void shouldWriteASnapshotWhenThatIsInTheWay() throws Exception {
        begin("drop-slots");
        policy.attached("one");
        for (int i = 0; i < 200; i++) {
            String refusal = bench.trySet("key" + i % 50, VALUE);
            if (refusal != null) {
                assertTrue(refusal.contains("the store would be rebuilt from 2:0"), refusal);
                break;
            }
        }
        assertEquals(1, bench.shard().log().writesRefused());
        policy.onSecond();
        assertNotNull(bench.shard().snapshots().job());
        bench.finishSnapshot();
        assertNull(write(50));
    }
}
