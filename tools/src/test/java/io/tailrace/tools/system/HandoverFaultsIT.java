package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.AwaitException;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Planned handovers that go wrong: either there is one primary at the end, and it has everything, or none takes writes. */
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
@Tag("long")
class HandoverFaultsIT {
    private static final int KILLS = Integer.getInteger("tailrace.test.handover-kills", 2);
    private static final int MAX_DELAY_MILLIS = 120;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    @Test
    void shouldGoOnWhenTheTargetDoesNotTakePart() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--segment-size", "1mb", "--shards", "2")) {
            NodeProcess primary = cluster.node("one");
            NodeProcess target = cluster.replica("other", primary);
            Cluster.start(primary, target);
            try (RespClient client = primary.connect();
                    RespClient writer = primary.connect()) {
                requireRefusals(client, target);
                pauseTarget(client, writer, target);
                probation(client, target);
                assertEquals("OK", client.text("FAILOVER"));
                Cluster.await("the handover", primary, info -> !info.isPrimary() && info.isUp());
            }
            Cluster.awaitSame(target, primary);
            assertEquals(0, Cluster.info(primary).fullSyncs());
            assertEquals(0, Cluster.info(target).fullSyncs());
        }
    }

    private static void requireRefusals(RespClient client, NodeProcess target) throws IOException {
        assertRefused("ERR No failover in progress.", client, "FAILOVER", "ABORT");
        assertRefused(
                "ERR FAILOVER target HOST and PORT is not a replica.", client, "FAILOVER", "TO", "127.0.0.1", "1");
        assertRefused(
                "ERR FAILOVER with force option requires both a timeout and target HOST and IP.",
                client,
                "FAILOVER",
                "FORCE");
        try (RespClient there = target.connect()) {
            assertRefused("ERR FAILOVER is not valid when server is a replica.", there, "FAILOVER");
        }
    }

    private static void assertRefused(String expected, RespClient client, Object... request) {
        try {
            client.call(request);
        } catch (ErrorReplyException e) {
            assertEquals(expected, e.getMessage());
            return;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("not refused: " + expected);
    }

    private static void pauseTarget(RespClient client, RespClient writer, NodeProcess target) throws IOException {
        target.pause();
        assertEquals("OK", writer.text("SET", "before", "1"));
        assertEquals("OK", client.text("FAILOVER", "TO", "127.0.0.1", target.port()));
        Await.until("it to wait", LIMIT, () -> "waiting-for-sync".equals(failoverState(client)));
        assertRefused("ERR FAILOVER already in progress.", client, "FAILOVER");
        assertRefused("ERR REPLICAOF not allowed while failing over.", client, "REPLICAOF", "NO", "ONE");
        writer.send("SET", "meanwhile", "1");
        writer.flush();
        assertEquals("1", client.text("GET", "before"));
        assertEquals("waiting-for-sync", failoverState(client));
        assertEquals("OK", client.text("FAILOVER", "ABORT"));
        assertEquals("OK", writer.read());
        assertEquals("no-failover", failoverState(client));

        assertEquals("OK", client.text("FAILOVER", "TO", "127.0.0.1", target.port(), "TIMEOUT", 300));
        Await.until("it to give up", LIMIT, () -> "no-failover".equals(failoverState(client)));
        assertEquals("OK", writer.text("SET", "later", "1"));
        target.resume();
    }

    private static String failoverState(RespClient client) throws IOException {
        return ReplicationInfo.of(client).fields().get("master_failover_state");
    }

    /** Plays the primary's part by hand. */
    private static void probation(RespClient client, NodeProcess target) throws IOException {
        String history;
        try (RespClient there = target.connect()) {
            AtomicInteger attempts = new AtomicInteger();
            Await.until("the target to be there again", LIMIT, () -> "+TAKEN"
                    .equals(take(client, there, history(attempts.incrementAndGet()))));
            history = history(attempts.get());
            assertFalse(ReplicationInfo.of(there).isPrimary());
            assertRefused("READONLY You can't write against a read only replica.", there, "SET", "a", "b");
        }
        try (RespClient there = target.connect()) {
            Cluster.await("the target to follow again", target, ReplicationInfo::isUp);
            assertEquals("OK", client.text("SET", "after", "1"));
            assertEquals("-NOHANDOVER this offer is over", take(client, there, history));
            assertRefused("NOHANDOVER it is over", there, "REPLCONF", "HANDOVER", "CONFIRM", history);
            String id = nodeId(client);
            assertEquals("FOLLOWS-YOU", there.text("REPLCONF", "HANDOVER", "OUTCOME", history, id));
            assertEquals("FOLLOWS-OTHER", there.text("REPLCONF", "HANDOVER", "OUTCOME", history, "somebody"));
        }
    }

    /** Each offer is of a history of its own: one that was refused is refused forever. */
    private static String history(int attempt) {
        return String.format(Locale.ROOT, "%040x", attempt);
    }

    private static String take(RespClient primary, RespClient target, String history) throws IOException {
        ReplicationInfo info = ReplicationInfo.of(primary);
        try {
            return "+"
                    + target.text(
                            "REPLCONF",
                            "HANDOVER",
                            "TAKE",
                            history,
                            nodeId(primary),
                            nodeId(target),
                            info.index(0),
                            info.index(1));
        } catch (ErrorReplyException e) {
            return "-" + e.getMessage();
        }
    }

    private static String nodeId(RespClient client) throws IOException {
        java.util.List<?> topology = (java.util.List<?>) client.call("REPLCONF", "TOPOLOGY");
        return new String((byte[]) topology.get(3), java.nio.charset.StandardCharsets.US_ASCII);
    }

    /** Kills the one or the other at a random moment of a handover under load, and starts it again. */
    @Test
    void shouldHaveOnePrimaryWithEverythingWhoeverDies() throws Exception {
        long seed = Long.getLong("tailrace.test.seed", System.nanoTime());
        System.out.println("handovers with kills: -Dtailrace.test.seed=" + seed);
        Random random = new Random(seed);
        int taken = 0;
        try (Cluster cluster = new Cluster(dir, "--segment-size", "1mb", "--shards", "2")) {
            NodeProcess primary = cluster.node("one");
            NodeProcess target = cluster.replica("other", primary);
            Cluster.start(primary, target);
            try (RovingClient load = new RovingClient("counter", 4, 500, java.util.List.of(primary, target))) {
                for (int i = 0; i < KILLS; i++) {
                    long before = load.acknowledged();
                    Await.until(
                            "the load to go on",
                            LIMIT,
                            () -> load.failure() != null || load.acknowledged() > before + 20);
                    try (RespClient client = primary.connect()) {
                        assertEquals("OK", client.text("FAILOVER", "TO", "127.0.0.1", target.port()));
                    }
                    NodeProcess victim = i % 2 == 0 ? target : primary;
                    victim.killAfter(Duration.ofMillis(random.nextInt(MAX_DELAY_MILLIS)));
                    victim.startAndAwait();
                    awaitOnePrimary(primary, target);
                    if (Cluster.info(target).isPrimary()) {
                        taken++;
                        NodeProcess old = primary;
                        primary = target;
                        target = old;
                    }
                }
                load.stop();
                Cluster.awaitSame(primary, target);
                load.requireAllOn(primary);
            }
            Cluster.verifyLogs(primary, target);
        }
        System.out.println(KILLS + " kills while handing over, " + taken + " targets took over");
    }

    private static void awaitOnePrimary(NodeProcess one, NodeProcess other) throws IOException {
        try {
            awaitOne(one, other);
        } catch (AwaitException e) {
            throw new AssertionError(e.getMessage() + "\n" + one.printed() + "\n" + other.printed(), e);
        }
    }

    private static void awaitOne(NodeProcess one, NodeProcess other) {
        Await.until("one of both to be the primary and the other to follow", LIMIT, () -> {
            ReplicationInfo first = Cluster.info(one);
            ReplicationInfo second = Cluster.info(other);
            assertFalse(
                    first.isPrimary()
                            && second.isPrimary()
                            && first.number("connected_slaves") + second.number("connected_slaves") > 0,
                    "two primaries");
            return first.isPrimary() ? second.isUp() && !second.isPrimary() : first.isUp() && second.isPrimary();
        });
        assertTrue(one.isAlive() && other.isAlive());
    }
}
