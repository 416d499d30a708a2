package io.tailrace.tools.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A primary whose disk hangs, then fails, then comes back, and whose clock jumps by an hour, as its clients and its replica see it. */
@Tag("long")
class FaultyMachineIT {
    private static final int TRIES = 10;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String REFUSED =
            "MISCONF Errors writing to the log: the disk failed to take it: Input/output error";
    private static final long HOUR = 3_600;
    private static final int KEYS = 20_000;
    private static final long WAIT_MILLIS = 300;

    @TempDir
    private Path dir;

    private NodeGroup group;
    private NodeProcess primary;
    private NodeProcess replica;
    private FaultyMachine machine;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(FaultyMachine.hasCompiler(), "no C compiler (Debian: gcc, libc6-dev)");
        group = new NodeGroup(dir);
        primary = group.add("primary", "--segment-size", "4mb");
        replica = group.addReplica("replica", primary, "--segment-size", "4mb");
        machine = FaultyMachine.under(primary, FaultyMachine.compile(dir));
        NodeGroup.start(primary, replica);
        awaitLink();
    }

    @AfterEach
    void stop() {
        if (group != null) {
            group.close();
        }
    }

    private void awaitLink() throws IOException {
        Await.until("the link", LIMIT, () -> NodeGroup.replication(replica)
                .get("master_link_status")
                .equals("up"));
    }

    @Test
    void shouldServeWhateverDiskAndClockDo() throws Exception {
        try (RespClient client = primary.connect()) {
            hang(client);
            fail(client);
            failAlways(client);
            jump(client, HOUR);
            jump(client, -HOUR);
        }
    }

    private static Map<String, String> persistence(RespClient client) throws IOException {
        return client.info("persistence");
    }

    /** With everysec nobody but the disk's thread waits. */
    private void hang(RespClient client) throws Exception {
        client.call("SET", "before", "1");
        // the disk's thread has then made the segments that a start has it make
        assertEquals(1L, ((java.util.List<?>) client.call("WAITAOF", 1, 0, 20_000)).get(0));
        machine.stallDisk();
        int written = 0;
        long begin = System.nanoTime();
        while (Integer.parseInt(persistence(client).get("log_fsync_pending_seconds")) < 2) {
            assertEquals("OK", client.text("SET", "key:" + written % 100, Integer.toString(written)));
            written++;
            assertTrue(System.nanoTime() - begin < LIMIT.toNanos(), "INFO does not tell that the disk hangs");
            assertEquals("1", new String((byte[]) client.call("GET", "before")));
        }
        assertTrue(written > 100, written + " writes in three seconds");
        assertEquals(1L, client.call("WAIT", 1, 10_000), "the replica goes on too");
        assertEquals("1", persistence(client).get("aof_delayed_fsync"));
        machine.healDisk();
        assertEquals(1L, ((java.util.List<?>) client.call("WAITAOF", 1, 0, 20_000)).get(0));
        assertEquals("0", persistence(client).get("log_fsync_pending_seconds"));
        assertEquals("ok", persistence(client).get("aof_last_write_status"));
    }

    private void fail(RespClient client) throws Exception {
        machine.failDisk();
        Await.until("the disk to fail", LIMIT, () -> {
            try {
                client.call("INCR", "counter");
                return false;
            } catch (ErrorReplyException e) {
                assertEquals(REFUSED, e.getMessage());
                return true;
            }
        });
        assertEquals("Input/output error", persistence(client).get("log_fsync_error"));
        assertEquals("1", new String((byte[]) client.call("GET", "before")), "reads go on");
        machine.healDisk();
        awaitWritable(client);
    }

    /** By itself, without a restart. */
    private static void awaitWritable(RespClient client) {
        Await.until("writes to go on", LIMIT, () -> {
            try {
                return client.call("INCR", "counter") instanceof Long;
            } catch (ErrorReplyException e) {
                assertEquals(REFUSED, e.getMessage());
                return false;
            }
        });
    }

    /** The write whose force fails is held; one that comes after a failure is refused, also when another force failed first. */
    private void failAlways(RespClient client) throws Exception {
        client.call("CONFIG", "SET", "fsync", "always");
        client.call("SET", "before", "2");
        Object reply = null;
        for (int i = 0; i < TRIES && !"OK".equals(reply); i++) {
            awaitWritable(client);
            reply = writeWhileItFails(client);
            if (reply instanceof ErrorReplyException error) {
                assertEquals(REFUSED, error.getMessage());
            }
        }
        assertEquals("OK", reply, "held until the disk had it");
        client.call("CONFIG", "SET", "fsync", "everysec");
    }

    private Object writeWhileItFails(RespClient client) throws Exception {
        try (RespClient writer = primary.connect()) {
            machine.failDisk();
            writer.send("SET", "held", "1");
            writer.flush();
            Await.until("the write to be logged and to fail", LIMIT, () -> {
                // whoever asks in the same turn is held with it
                try (RespClient other = new RespClient(primary.port(), Duration.ofSeconds(2))) {
                    return !persistence(other).get("log_fsync_error").isEmpty();
                }
            });
            assertEquals("2", new String((byte[]) client.call("GET", "before")));
            assertEquals(
                    REFUSED,
                    assertThrows(ErrorReplyException.class, () -> client.call("SET", "other", "1"))
                            .getMessage());
            machine.healDisk();
            return writer.read();
        }
    }

    /** What expires by it goes in slices; replicas stay attached, no lag is negative, and waiting takes as long as it should. */
    private void jump(RespClient client, long seconds) throws Exception {
        awaitLink();
        for (int i = 0; i < KEYS; i++) {
            client.send("SET", "soon:" + i, "v", "EX", HOUR / 2);
        }
        client.send("SET", "later", "v", "EX", 3 * HOUR);
        client.flush();
        for (int i = 0; i <= KEYS; i++) {
            assertEquals("OK", client.read());
        }
        assertEquals(1L, client.call("WAIT", 1, 20_000));
        String partials = NodeGroup.replication(replica).get("partial_syncs");
        long before = clock(client);
        long begin = System.nanoTime();
        machine.setClock(seconds);
        Await.until("the clock to jump", LIMIT, () -> Math.abs(clock(client) - before) > HOUR / 2);
        long most = 0;
        if (seconds > 0) {
            for (long left = KEYS; left > 0; left = client.number("DBSIZE") - keysThatStay(client)) {
                most = Math.max(most, ping(client));
            }
        }
        assertTrue(most < TimeUnit.SECONDS.toMillis(5), "PING took " + most + " ms while keys expired");
        assertEquals(1, client.number("EXISTS", "later"));

        long waited = System.nanoTime();
        assertEquals(1L, client.call("WAIT", 2, WAIT_MILLIS), "there is no second replica");
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - waited);
        // the node takes the time once a turn, so a deadline may be some milliseconds early, as Redis's
        assertTrue(millis >= WAIT_MILLIS - 10 && millis < 20 * WAIT_MILLIS, "WAIT took " + millis + " ms");
        // silence would have been noticed, and heartbeats missed, by then
        Await.until("two seconds to pass", LIMIT, () -> System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(2));
        Map<String, String> follower = NodeGroup.replication(replica);
        assertEquals("up", follower.get("master_link_status"));
        assertEquals(partials, follower.get("partial_syncs"), "the link never went down");
        assertTrue(Long.parseLong(follower.get("replica_lag_micros")) >= 0);
        assertEquals("OK", client.text("SET", "after", Long.toString(seconds)));
        assertEquals(1L, client.call("WAIT", 1, 20_000));
        assertEquals(2, NodeGroup.replication(primary).get("slave0").split("lag=[01]\\b", -1).length);
        machine.setClock(0);
        Await.until("the clock to be right", LIMIT, () -> Math.abs(clock(client) - before) < HOUR / 2);
        assertEquals(1, client.number("EXISTS", "later"));
        client.call("FLUSHALL");
    }

    private static long keysThatStay(RespClient client) throws IOException {
        return client.number("EXISTS", "later", "before", "counter", "held")
                + ((java.util.List<?>) client.call("KEYS", "key:*")).size();
    }

    private static long clock(RespClient client) throws IOException {
        return Long.parseLong(new String((byte[]) ((java.util.List<?>) client.call("TIME")).get(0)));
    }

    private static long ping(RespClient client) throws IOException {
        long begin = System.nanoTime();
        assertEquals("PONG", client.text("PING"));
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }
}
