package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.wire.record.HexText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one replica does must not matter to its primary: stop reading, reset the connection, talk nonsense. */
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
@Tag("long")
class FaultyReplicaIT {
    private static final int RESETS = Integer.getInteger("tailrace.test.resets", 50);
    private static final int VALUE_BYTES = 4_000;
    private static final int VALUES = 20_000;
    private static final long MAX_GROWTH_BYTES = 200L << 20;
    private static final double MAX_PING_MILLIS = 2_000;

    @TempDir
    private Path dir;

    /** kevy's answer to a full socket was to stall forever. */
    @Test
    void shouldCutASlowReplicaAndLetItResumeAtItsIndex() throws Exception {
        try (Cluster cluster = new Cluster(dir);
                NodeProcess primary = cluster.node("primary")) {
            Cluster.start(primary);
            try (RawReplica slow = new RawReplica(primary);
                    PingWatch pings = new PingWatch(primary)) {
                assertTrue(slow.handshake().startsWith("+LOG "));
                write(primary, 0, 100);
                slow.readRecords(10);
                long before = primary.residentBytes();

                write(primary, 100, VALUES);
                Cluster.await(
                        "the slow replica to be cut", primary, info -> info.number("sync_output_limit_closed") == 1);

                long growth = primary.residentBytes() - before;
                double longest = pings.stop();
                System.out.printf(
                        "slow replica: longest of %d PINGs %.1f ms, resident memory grew by %d MB%n",
                        pings.count(), longest, growth >> 20);
                assertEquals(0, Cluster.info(primary).number("connected_slaves"));
                assertTrue(growth < MAX_GROWTH_BYTES, growth + " bytes");
                assertTrue(longest < MAX_PING_MILLIS, longest + " ms");
                slow.readToTheEnd();
                resume(primary, slow.position());
            }
        }
    }

    private static void resume(NodeProcess primary, RawReplica.Position cut) throws IOException {
        try (RawReplica again = new RawReplica(primary)) {
            String answer = again.handshake(cut);
            assertTrue(answer.startsWith("+STREAM " + (cut.index() + 1) + " " + cut.history() + ":"), answer);
            ReplicationInfo info = Cluster.info(primary);
            again.readUntil(info.index(0));
            assertEquals(
                    info.shardField(0, "chain"), HexText.of(again.position().chain()));
            assertEquals(0, info.fullSyncs());
        }
    }

    private static void write(NodeProcess primary, int from, int to) throws IOException {
        byte[] value = new byte[VALUE_BYTES];
        try (RespClient client = primary.connect()) {
            for (int i = from; i < to; i += 100) {
                for (int j = i; j < i + 100; j++) {
                    client.send("SET", "key:" + j % 1_000, value);
                }
                client.flush();
                for (int j = i; j < i + 100; j++) {
                    assertEquals("OK", client.read());
                }
            }
        }
    }

    /** kevy's primary died of it, with all its clients. */
    @Test
    void shouldServeOnWhenAReplicaResetsItsConnection() throws Exception {
        try (Cluster cluster = new Cluster(dir);
                NodeProcess primary = cluster.node("primary")) {
            Cluster.start(primary);
            for (int i = 0; i < RESETS; i++) {
                RawReplica replica = new RawReplica(primary);
                switch (i % 4) {
                    case 0:
                        break;
                    case 1:
                        replica.send("REPLICATE VERSION 2 SHARD");
                        break;
                    case 2:
                        assertTrue(replica.handshake().startsWith("+LOG "));
                        break;
                    default:
                        assertTrue(replica.handshake().startsWith("+LOG "));
                        write(primary, 0, 200);
                        replica.readRecords(1);
                }
                replica.reset();
                write(primary, 0, 100);
            }
            Cluster.await("no replicas", primary, info -> info.number("connected_slaves") == 0);
            assertTrue(primary.isAlive());
        }
    }

    @Test
    void shouldRefuseNonsenseAndServeOn() throws Exception {
        try (Cluster cluster = new Cluster(dir);
                NodeProcess primary = cluster.node("primary")) {
            Cluster.start(primary);
            for (String nonsense :
                    new String[] {"PING\r\n", "*1\r\n$4\r\nPING\r\n", "\0\0\0\0\r\n", "REPLICATE FROM 0 ID x\r\n"}) {
                try (RawReplica replica = new RawReplica(primary)) {
                    replica.send(nonsense);
                    String answer = replica.readLine();
                    assertTrue(answer.startsWith("-ERR "), answer);
                    replica.readToTheEnd();
                }
            }
            try (RawReplica replica = new RawReplica(primary)) {
                replica.handshake();
                replica.send("x".repeat(1_000));
                replica.readToTheEnd();
            }
            write(primary, 0, 100);
            assertEquals(0, Cluster.info(primary).number("connected_slaves"));
        }
    }

    /** An offset that is ahead was "caught up" for kevy: the link stayed up and silent. */
    @Test
    void shouldRefuseAReplicaFromTheFutureOrOfAnotherHistory() throws Exception {
        try (Cluster cluster = new Cluster(dir);
                NodeProcess primary = cluster.node("primary")) {
            Cluster.start(primary);
            write(primary, 0, 100);
            ReplicationInfo info = Cluster.info(primary);
            String history = info.fields().get("master_replid");
            long chain = HexFormat.fromHexDigitsToLong(info.shardField(0, "chain"));

            assertRefused(primary, "FUTURE", history, info.index(0) + 1, chain);
            assertRefused(primary, "FOREIGN", history, info.index(0), ~chain);
            assertRefused(primary, "FOREIGN", "0123456789012345678901234567890123456789", info.index(0), chain);
            assertEquals(0, Cluster.info(primary).number("connected_slaves"));
        }
    }

    private static void assertRefused(NodeProcess primary, String code, String history, long index, long chain)
            throws IOException {
        try (RawReplica replica = new RawReplica(primary)) {
            String answer = replica.handshake(new RawReplica.Position(history, index, chain));
            assertTrue(answer.startsWith("-" + code + " "), answer);
            replica.readToTheEnd();
        }
    }
}
