package io.tailrace.tools.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each step of the duty cycle that leads to a disk (see the class comment of the reactor), with a disk whose fsync does not come
 * back: no client of the shard waits for it but where that is what was asked for, with {@code fsync always}.
 */
@Tag("long")
class HangingDiskIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long HANGS_MILLIS = 4_000;
    private static final long BOUND_MILLIS = 2_500;
    private static final int VALUE = 100_000;

    @TempDir
    private Path dir;

    private NodeGroup group;
    private NodeProcess primary;
    private NodeProcess other;
    private FaultyMachine machine;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(FaultyMachine.hasCompiler(), "no C compiler (Debian: gcc, libc6-dev)");
        group = new NodeGroup(dir);
        primary = group.add("primary", "--segment-size", "1mb", "--backlog-size", "64mb");
        other = group.addReplica("other", primary, "--segment-size", "1mb");
        machine = FaultyMachine.under(primary, FaultyMachine.compile(dir));
        NodeGroup.start(primary);
        try (RespClient client = primary.connect()) {
            client.call("SET", "asked", "1");
            assertEquals(1L, ((java.util.List<?>) client.call("WAITAOF", 1, 0, 20_000)).get(0));
        }
    }

    @AfterEach
    void stop() {
        if (group != null) {
            group.close();
        }
    }

    /** Something that leads a step to the disk; it must not wait itself. */
    @FunctionalInterface
    private interface Step {
        void run(RespClient client) throws IOException;
    }

    private static final byte[] LARGE = new byte[VALUE];

    private static void roll(RespClient client) throws IOException {
        for (int i = 0; i < 30; i++) {
            client.send("SET", "large" + i, LARGE);
        }
        client.flush();
        for (int i = 0; i < 30; i++) {
            assertEquals("OK", client.read());
        }
    }

    @Test
    void shouldServeWhenALogRolls() throws Exception {
        check(HangingDiskIT::roll);
    }

    @Test
    void shouldServeWhenASnapshotIsWritten() throws Exception {
        check(client -> {
            assertTrue(client.text("BGSAVE").startsWith("Background saving"));
            roll(client);
        });
    }

    @Test
    void shouldServeWhenAReplicaAttachesAndIsCopied() throws Exception {
        try (RespClient client = primary.connect()) {
            roll(client);
        }
        check(client -> other.start());
    }

    @Test
    void shouldServeWhenEverythingIsRemoved() throws Exception {
        try (RespClient client = primary.connect()) {
            roll(client);
        }
        check(client -> {
            assertEquals("OK", client.text("FLUSHALL"));
            roll(client);
        });
    }

    @Test
    void shouldServeWhenSettingsChange() throws Exception {
        check(client -> {
            assertEquals("OK", client.text("CONFIG", "SET", "maxmemory", "100mb"));
            assertEquals("OK", client.text("CONFIG", "SET", "snapshot-interval", "1"));
        });
    }

    private void check(Step step) throws Exception {
        machine.stallDisk();
        long begin = System.nanoTime();
        Pulse pulse = new Pulse(primary.connect());
        try (RespClient client = primary.connect()) {
            step.run(client);
            Await.until("the disk to have hung for long", LIMIT, () -> millisSince(begin) > HANGS_MILLIS);
        } finally {
            pulse.stop();
            machine.healDisk();
        }
        assertTrue(pulse.asked > 100, pulse.asked + " requests");
        assertTrue(pulse.longestMs < BOUND_MILLIS, "a client waited for " + pulse.longestMs + " ms");
        try (RespClient client = primary.connect()) {
            client.call("SET", "asked", "2");
            assertEquals(1L, ((java.util.List<?>) client.call("WAITAOF", 1, 0, 20_000)).get(0));
        }
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    /** Reads and writes all the time, and knows how long the longest took. */
    private static final class Pulse implements Runnable {
        private final RespClient client;
        private final Thread thread = new Thread(this, "pulse");
        private volatile boolean isStopping;
        private volatile Throwable failure;
        private volatile long longestMs;
        private volatile long asked;

        Pulse(RespClient client) {
            this.client = client;
            thread.start();
        }

        @Override
        public void run() {
            try (client) {
                while (!isStopping) {
                    long begin = System.nanoTime();
                    client.call("GET", "asked");
                    client.call("INCR", "counter");
                    longestMs = Math.max(longestMs, millisSince(begin));
                    asked = asked + 2;
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                }
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
        }

        void stop() throws InterruptedException {
            isStopping = true;
            thread.join(LIMIT.toMillis());
            assertEquals(null, failure);
        }
    }
}
