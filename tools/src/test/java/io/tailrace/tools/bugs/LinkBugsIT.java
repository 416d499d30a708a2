package io.tailrace.tools.bugs;

import static io.tailrace.tools.NodeGroup.assertSame;
import static io.tailrace.tools.NodeGroup.awaitCaughtUp;
import static io.tailrace.tools.NodeGroup.fill;
import static io.tailrace.tools.NodeGroup.number;
import static io.tailrace.tools.NodeGroup.replication;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kevy's bugs in the links between nodes, on one primary and one replica. The replica is well behaved, and whatever others
 * do on the replication port, its link stays the one it was.
 */
@Tag("long")
class LinkBugsIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private static Path dir;

    private static NodeGroup group;
    private static NodeProcess primary;
    private static NodeProcess replica;
    private String link;

    @BeforeAll
    static void start() throws Exception {
        group = new NodeGroup(dir);
        primary = group.add("primary");
        replica = group.addReplica("replica", primary);
        NodeGroup.start(primary, replica);
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @BeforeEach
    void noteTheLink() throws Exception {
        awaitCaughtUp(primary, replica);
        link = syncs();
    }

    @AfterEach
    void shouldHaveKeptTheLink() throws Exception {
        assertSame(primary, replica);
        assertEquals(link, syncs(), "the replica had to connect again");
        Await.until("only the replica to be attached", LIMIT, () -> number(primary, "connected_slaves") == 1);
    }

    private static String syncs() throws IOException {
        Map<String, String> fields = replication(replica);
        return "full " + fields.get("full_syncs") + ", partial " + fields.get("partial_syncs");
    }

    @Test
    @DisplayName("1: connections on the replication port that say nothing don't hold up the primary")
    void shouldServeWhileSilentConnectionsAreOpen() throws Exception {
        List<RawReplica> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                silent.add(new RawReplica(primary, 0));
            }
            silent.get(0).send("REPLICATE VERS");
            fill(primary, "silent", 1_000, 10);
            awaitCaughtUp(primary, replica);
            assertEquals(1, number(primary, "connected_slaves"), "a mere connection is no replica");
        } finally {
            for (RawReplica connection : silent) {
                connection.close();
            }
        }
    }

    @Test
    @DisplayName("2: a reset on a replica's link ends that link and nothing else")
    void shouldSurviveResetsOfReplicas() throws Exception {
        try (RespClient client = primary.connect()) {
            for (int i = 0; i < 40; i++) {
                RawReplica raw = new RawReplica(primary, 0);
                String answer = raw.handshake("reset-" + i, 0, 1);
                assertTrue(answer.startsWith("+LOG "), answer);
                client.send("SET", "reset:" + i, new byte[100_000]);
                client.flush();
                raw.reset();
                assertEquals("OK", client.read());
            }
        }
    }

    @Test
    @DisplayName("12: a replica applies far more than 10,000 records a second, and its lag is small")
    void shouldApplyFastAndLagLittle() throws Exception {
        int records = 100_000;
        replica.pause();
        fill(primary, "rate", records, 20);
        long from = System.nanoTime();
        replica.resume();
        awaitCaughtUp(primary, replica);
        double seconds = (System.nanoTime() - from) / 1e9;
        assertTrue(seconds < records / 12_500.0, records + " records took " + seconds + " s");

        long[] lags = new long[51];
        try (RespClient writer = primary.connect();
                RespClient reader = replica.connect()) {
            for (int i = 0; i < lags.length; i++) {
                String value = "value-" + i;
                long written = System.nanoTime();
                writer.call("SET", "lag", value);
                Await.until("the write", LIMIT, () -> value.equals(reader.text("GET", "lag")));
                lags[i] = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - written);
            }
        }
        Arrays.sort(lags);
        assertTrue(lags[25] < 100_000, "median lag, with the 5 ms of asking: " + lags[25] + " us");
        assertTrue(number(replica, "replica_lag_micros") < 1_000_000);
    }

    @Test
    @DisplayName("13: a replica that sends rubbish is cut, and the others' acknowledgements go on")
    void shouldCutOnlyTheReplicaThatSendsRubbish() throws Exception {
        try (RawReplica raw = new RawReplica(primary, 0);
                RespClient client = primary.connect()) {
            raw.handshake("rubbish", 0, 1);
            raw.send("REPLCONF ACK 1\r\nREPLCONF ACK 2\r\n");
            raw.awaitEnd();
            client.call("SET", "rubbish", "over");
            assertEquals(1, client.number("WAIT", 1, 10_000));
        }
        NodeGroup.awaitPrinted(primary, "replica=rubbish address=127.0.0.1 msg=\"detached: it sent");
    }

    @Test
    @DisplayName("14: an idle link stays up, and what INFO says of it is true")
    void shouldKeepAnIdleLinkUp() throws Exception {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3_200);
        while (System.nanoTime() < until) {
            Map<String, String> fields = replication(replica);
            assertEquals("up", fields.get("master_link_status"));
            long silence = Long.parseLong(fields.get("master_last_io_seconds_ago"));
            assertTrue(silence >= 0 && silence <= 2, "silent for " + silence + " s");
            String slave = replication(primary).get("slave0");
            assertTrue(slave.matches(".*state=online.*lag=[012]"), slave);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        primary.pause();
        try {
            Await.until("the silence to show", LIMIT, () -> number(replica, "master_last_io_seconds_ago") >= 2);
        } finally {
            primary.resume();
        }
        Await.until("the end of the silence", LIMIT, () -> number(replica, "master_last_io_seconds_ago") <= 1);
    }

    @Test
    @DisplayName("15: a replica that has stopped doesn't count as healthy because its connection is open")
    void shouldNotCountAReplicaThatHasStopped() throws Exception {
        try (RespClient client = primary.connect()) {
            replica.pause();
            try {
                client.call("SET", "stopped", "1");
                assertEquals(0, client.number("WAIT", 1, 100));
                Await.until("the lag to show", LIMIT, () -> replication(primary)
                        .get("slave0")
                        .matches(".*lag=[2-9]"));
            } finally {
                replica.resume();
            }
            assertEquals(1, client.number("WAIT", 1, 10_000));
        }
    }

    @Test
    @DisplayName("19: a command that waited in vain leaves its connection in step")
    void shouldKeepRepliesInOrderBehindAWaitThatTimesOut() throws Exception {
        try (RespClient client = primary.connect()) {
            client.send("SET", "wait", "1");
            client.send("WAIT", 7, 700);
            client.send("GET", "wait");
            client.send("ECHO", "last");
            client.flush();
            assertEquals("OK", client.read());
            assertEquals(1L, client.read());
            assertArrayEquals(new byte[] {'1'}, (byte[]) client.read());
            assertArrayEquals("last".getBytes(java.nio.charset.StandardCharsets.US_ASCII), (byte[]) client.read());
        }
    }
}
