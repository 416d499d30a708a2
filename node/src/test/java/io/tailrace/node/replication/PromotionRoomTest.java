package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.ShardBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A promotion begins a history in a new segment: where the disk has no room for one, a replica stays what it is. */
class PromotionRoomTest {
    private static final String HISTORY = "c".repeat(40);

    @TempDir
    private Path dir;

    private LateDisk disk;
    private PeerBench bench;
    private Path queue;
    private Path away;
    private final List<String> told = new ArrayList<>();

    /** Makes no segment ready beforehand, as after a start, until it is told that it may. */
    private static final class LateDisk extends ScheduledThreadPoolExecutor {
        private volatile boolean isOn;

        LateDisk() {
            super(1);
        }

        @Override
        public void execute(Runnable task) {
            if (isOn) {
                super.execute(task);
            }
        }
    }

    @BeforeEach
    void follow() throws Exception {
        bench = new PeerBench(new ShardBench(dir.resolve("data"), () -> disk = new LateDisk()).begin());
        assertNull(bench.shard.trySet("a", 1));
        queue = bench.shard.shard().directory().queue();
        away = dir.resolve("away");
        disk.isOn = true;
        bench.followedPrimary();
        bench.shard.shard().backlog().sync().now();
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void shouldRefuseAPromotionWithoutRoomForItsHistory() throws Exception {
        fillTheDisk();
        bench.await(() -> {
            bench.pass(1);
            return bench.replication.promotionRefusal() != null;
        });
        String refusal = bench.replication.promotionRefusal();
        assertTrue(refusal.startsWith("MISCONF this node can't be promoted: shard 0: the log can't grow: "), refusal);
        assertTrue(refusal.endsWith(". It stays a replica; make room on the disk and repeat this"), refusal);
        assertFalse(bench.replication.acceptsClientWrites());
        makeRoom();
        bench.await(() -> {
            bench.pass(1);
            return bench.replication.promotionRefusal() == null;
        });
    }

    @Test
    void shouldBeginTheHistoryOnceThereIsRoomWhereTheDiskFilledMeanwhile() throws Exception {
        fillTheDisk();
        long last = bench.shard.shard().backlog().lastIndex();
        bench.replication.promote(HISTORY, told::add);
        assertFalse(bench.replication.acceptsClientWrites());
        assertNull(bench.replication.link(), "it follows no node any more");
        assertEquals(last, bench.shard.shard().backlog().lastIndex());
        bench.pass(2);
        assertEquals(1, told.size(), "whoever asked does not wait for room");
        assertTrue(told.get(0).startsWith("shard 0: the log can't grow: "), told.get(0));
        assertFalse(bench.replication.acceptsClientWrites());
        makeRoom();
        bench.await(() -> {
            bench.pass(1);
            return bench.replication.acceptsClientWrites();
        });
        assertEquals(HISTORY, bench.shard.shard().backlog().newestOpening().history());
    }

    @Test
    void shouldBeginTheHistoryThatAStartHadNoRoomFor() throws Exception {
        fillTheDisk();
        bench.replication.promote(HISTORY, told::add);
        bench.replication.beginAsPrimary(HISTORY);
        bench.pass(1);
        assertFalse(bench.replication.acceptsClientWrites());
        String refusal = bench.replication.roomRefusal();
        assertTrue(String.valueOf(refusal).startsWith("the log can't grow: "), refusal);
        makeRoom();
        bench.await(() -> {
            bench.pass(1);
            return bench.replication.acceptsClientWrites();
        });
        assertNull(bench.replication.roomRefusal());
        assertEquals(HISTORY, bench.shard.shard().backlog().newestOpening().history());
    }

    /** To a new file it is the same as a disk without room. */
    private void fillTheDisk() throws Exception {
        Files.move(queue, away);
    }

    private void makeRoom() throws Exception {
        Files.move(away, queue);
    }
}
