package io.tailrace.node.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.command.CommandWatch;
import io.tailrace.node.config.EvictionPolicy;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.ShardSettings;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much of an otherwise idle reactor's time is spent on keys past their deadline and on memory over the limit. */
class MaintenanceTest {
    private static final long START = 1_000_000_000L;
    /** What a step takes by the test's clock, which advances at each reading. */
    private static final long STEP_MICROS = 100;

    private static final int KEYS = 2_000;

    private final NativeBuffer bytes = new NativeBuffer(64);
    private long wallMicros = START;
    private long steadyMicros = START;
    private Shard shard;
    private Maintenance maintenance;
    private long steps;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        CycleClock clock = new CycleClock(() -> wallMicros, () -> steadyMicros += STEP_MICROS);
        shard = new Shard(
                new ShardSettings(
                        0,
                        1,
                        new StoreSizing(10_000, 16, 100),
                        new BacklogSettings(1 << 20, 8 << 20, 2 << 20, "disk-test"),
                        1 << 20),
                clock);
        shard.open(ShardDirectory.open(directory));
        shard.log().beginHistory("00000000000000000000000000000000000000aa");
        maintenance = new Maintenance(shard, new CommandWatch(shard.clock()));
    }

    @AfterEach
    void stop() {
        maintenance.close();
        shard.close();
        bytes.close();
    }

    private void fill(long deadlineEpochMs) {
        for (int i = 0; i < KEYS; i++) {
            byte[] key = ("key" + i).getBytes(StandardCharsets.US_ASCII);
            Memory.copyIn(key, 0, bytes.address(), key.length);
            shard.begin(false).set(bytes.address(), key.length, bytes.address(), key.length, deadlineEpochMs);
            shard.commit();
        }
    }

    /** Sleeps exactly as long as it may and steps, until it asks for no more; returns how long that took. */
    private long drive() {
        long begin = steadyMicros;
        shard.clock().tick();
        maintenance.step();
        while (maintenance.hasMore()) {
            steps++;
            steadyMicros += TimeUnit.NANOSECONDS.toMicros(maintenance.maxBlockNanos());
            shard.clock().tick();
            maintenance.step();
        }
        return steadyMicros - begin;
    }

    @Test
    void shouldRemoveEverythingPastItsDeadlineWhileNoClientTalks() {
        fill(START / 1_000 + 10);
        assertEquals(Long.MAX_VALUE, maintenance.maxBlockNanos(), "nothing is due");
        wallMicros += 20_000;
        long micros = drive();
        assertEquals(0, shard.store().keys());
        assertEquals(KEYS, maintenance.expiredKeys());
        assertTrue(steps > 1, steps + " steps");
        assertTrue(STEP_MICROS * steps * 4 <= micros + 4 * STEP_MICROS, steps + " steps took " + micros + " µs");
        assertEquals(Long.MAX_VALUE, maintenance.maxBlockNanos(), "it sleeps again");
    }

    @Test
    void shouldEvictDownToALoweredLimit() {
        fill(Transaction.NO_EXPIRY);
        long limit = shard.store().usedBytes() / 2;
        shard.memory().set(limit, EvictionPolicy.ALLKEYS_RANDOM);
        drive();
        assertTrue(shard.store().usedBytes() <= limit, shard.store().usedBytes() + " of " + limit);
        assertTrue(steps > 1, steps + " steps");
        assertEquals(Long.MAX_VALUE, maintenance.maxBlockNanos());
    }

    @Test
    void shouldSleepWhereNothingMayBeEvicted() {
        fill(Transaction.NO_EXPIRY);
        shard.memory().set(1, EvictionPolicy.NOEVICTION);
        maintenance.step();
        assertFalse(maintenance.hasMore());
        assertEquals(Long.MAX_VALUE, maintenance.maxBlockNanos());
        assertTrue(shard.memory().isExhausted());
        shard.memory().set(1 << 30, EvictionPolicy.NOEVICTION);
        steadyMicros += 20_000;
        shard.clock().tick();
        maintenance.step();
        assertFalse(shard.memory().isExhausted(), "there is room again");
    }

    @Test
    void shouldSleepWhileTheLogTakesNothing() {
        fill(START / 1_000 + 10);
        wallMicros += 20_000;
        shard.log().hold(true);
        shard.clock().tick();
        maintenance.step();
        assertFalse(maintenance.hasMore());
        assertEquals(KEYS, shard.store().keys());
        shard.log().hold(false);
        steadyMicros += 20_000;
        drive();
        assertEquals(0, shard.store().keys());
    }

    @Test
    void shouldLeaveTheDataAloneWhileSuspended() {
        fill(START / 1_000 + 10);
        wallMicros += 20_000;
        shard.clock().tick();
        maintenance.step();
        assertTrue(maintenance.hasMore());
        maintenance.suspend();
        assertFalse(maintenance.hasMore());
        assertEquals(Long.MAX_VALUE, maintenance.maxBlockNanos());
    }
}
