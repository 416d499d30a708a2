package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What clients see of a replica during a full sync that is slowed down, while its primary is written to: all of the old data, or
 * -LOADING, as they were told; then, from one command to the next, all of the new.
 */
class WhileSyncingIT {
    private static final int OLD_KEYS = 2_000;
    private static final int NEW_KEYS = 12_000;
    private static final int VALUE_BYTES = 400;
    private static final long OLD_GENERATION = 7;
    private static final List<List<String>> READS = List.of(
            List.of("GET", "old:1"),
            List.of("MGET", "old:1", "new:1"),
            List.of("EXISTS", "old:1"),
            List.of("STRLEN", "new:1"),
            List.of("TTL", "old:1"),
            List.of("TYPE", "old:1"),
            List.of("DBSIZE"),
            List.of("KEYS", "*"),
            List.of("SCAN", "0"),
            List.of("RANDOMKEY"));

    @TempDir
    private Path dir;

    @Test
    void shouldShowTheOldDataOrNoneAndThenTheNewAtOnce() throws Exception {
        try (Cluster cluster = new Cluster(dir, SyncedNodes.SHORT_LOG)) {
            NodeProcess primary = cluster.node("primary", "--reconnect-window", "0");
            NodeProcess replica = cluster.replica("replica", primary);
            Cluster.start(primary, replica);
            KeyspaceDigest old = fillOld(primary, replica);
            replica.kill();
            fillNew(primary);
            SyncedNodes.rate(primary, "1mb");
            try (Writer writer = new Writer(primary)) {
                replica.startAndAwait();
                long keys = GenerationReader.WIDTH;
                try (GenerationReader reader =
                                new GenerationReader(replica, OLD_GENERATION, OLD_KEYS + keys, newKeys(primary));
                        RespClient client = replica.connect()) {
                    client.call("WATCH", "old:0");
                    SyncedNodes.awaitPercent(replica, 5);
                    assertEquals(old, KeyspaceDigest.of(client));
                    refuse(replica, reader);
                    assertEquals(old, KeyspaceDigest.of(client));
                    assertUnderWay(replica);
                    assertEquals(OLD_GENERATION, reader.last());

                    long before = reader.reads();
                    SyncedNodes.rate(primary, "0");
                    Await.until("the new data", Cluster.LIMIT, () -> reader.last() > OLD_GENERATION);
                    Await.until("some more reads", Cluster.LIMIT, () -> reader.reads() > before + 1_000);
                    assertWatchIsBroken(client);
                }
                writer.stop();
            }
            Cluster.awaitSame(primary, replica);
            assertEquals(1, Cluster.info(replica).fullSyncs());
        }
    }

    private static KeyspaceDigest fillOld(NodeProcess primary, NodeProcess replica) throws IOException {
        SyncedNodes.fill(primary, "old:", OLD_KEYS, VALUE_BYTES);
        try (RespClient client = primary.connect()) {
            client.call(GenerationReader.write(OLD_GENERATION));
        }
        return Cluster.awaitSame(primary, replica);
    }

    private static void fillNew(NodeProcess primary) throws IOException {
        try (RespClient client = primary.connect()) {
            client.call("FLUSHALL");
            client.call(GenerationReader.write(OLD_GENERATION + 1));
        }
        SyncedNodes.fill(primary, "new:", NEW_KEYS, VALUE_BYTES);
        SyncedNodes.forgetTheBegin(primary);
    }

    private static long newKeys(NodeProcess primary) throws IOException {
        try (RespClient client = primary.connect()) {
            return client.number("DBSIZE");
        }
    }

    /** Has the replica refuse reads for a while, in the middle of the sync. */
    private static void refuse(NodeProcess replica, GenerationReader reader) throws IOException {
        try (RespClient client = replica.connect()) {
            reader.mayBeLoading(true);
            assertEquals("OK", client.text("CONFIG", "SET", "while-syncing", "loading"));
            Await.until("reads to be refused", Cluster.LIMIT, () -> isLoading(client, List.of("DBSIZE")));
            for (int round = 0; round < 20; round++) {
                for (List<String> read : READS) {
                    assertTrue(isLoading(client, read), read::toString);
                }
            }
            client.call("MULTI");
            assertTrue(isLoading(client, List.of("GET", "old:1")));
            assertTrue(refusal(client, List.of("EXEC")).startsWith("EXECABORT "));
            assertEquals("PONG", client.text("PING"));
            assertUnderWay(replica);
            Await.until("the reader to be refused too", Cluster.LIMIT, () -> reader.loadings() > 0);

            assertEquals("OK", client.text("CONFIG", "SET", "while-syncing", "serve"));
            Await.until("reads to be answered", Cluster.LIMIT, () -> !isLoading(client, List.of("DBSIZE")));
            // what it was refused until now it has read then
            long before = reader.reads();
            Await.until("the reader to be answered too", Cluster.LIMIT, () -> reader.reads() > before + 1_000);
            reader.mayBeLoading(false);
        }
    }

    private static boolean isLoading(RespClient client, List<String> command) throws IOException {
        client.send(command.toArray());
        client.flush();
        Object reply = client.read();
        return reply instanceof ErrorReplyException error && error.getMessage().startsWith("LOADING ");
    }

    private static String refusal(RespClient client, List<String> command) throws IOException {
        client.send(command.toArray());
        client.flush();
        return assertInstanceOf(ErrorReplyException.class, client.read()).getMessage();
    }

    private static void assertUnderWay(NodeProcess replica) throws IOException {
        ReplicationInfo info = Cluster.info(replica);
        assertEquals(1, info.number("master_sync_in_progress"), "the sync is over already, slow it down more");
        assertTrue(info.number("master_sync_read_bytes") > 0, info::toString);
        assertTrue(info.number("master_sync_left_bytes") > 0, info::toString);
        assertEquals("down", info.fields().get("master_link_status"));
    }

    private static void assertWatchIsBroken(RespClient client) throws IOException {
        client.call("MULTI");
        client.call("GET", "old:0");
        assertNull(client.call("EXEC"), "a transaction that watched the old data must not run on the new");
    }

    /** Writes one generation after the other. */
    private static final class Writer implements AutoCloseable {
        private static final long PAUSE_NANOS = 1_000_000;

        private final AtomicBoolean isStopped = new AtomicBoolean();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final Thread thread;

        Writer(NodeProcess primary) {
            thread = new Thread(() -> write(primary), "writer");
            thread.setDaemon(true);
            thread.start();
        }

        private void write(NodeProcess primary) {
            try (RespClient client = primary.connect()) {
                for (long generation = OLD_GENERATION + 2; !isStopped.get(); generation++) {
                    client.call(GenerationReader.write(generation));
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (IOException e) {
                failure.set(e);
            }
        }

        void stop() throws InterruptedException {
            isStopped.set(true);
            thread.join(10_000);
            assertNull(failure.get());
        }

        @Override
        public void close() {
            isStopped.set(true);
        }
    }
}
