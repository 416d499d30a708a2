package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that feed replicas: who follows whom changes under load in every way there is, and nothing is copied twice. */
@Tag("long")
class ChainIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path dir;

    private final List<RovingClient> clients = new ArrayList<>();

    @AfterEach
    void stop() {
        clients.forEach(RovingClient::close);
    }

    @Test
    void shouldGoOnWhoeverFollowsWhom() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--segment-size", "1mb", "--backlog-size", "256mb", "--shards", "2")) {
            NodeProcess top = cluster.node("top");
            NodeProcess middle = cluster.node("middle").start("--replicaof", top.address());
            NodeProcess bottom = cluster.node("bottom").start("--replicaof", middle.address());
            Cluster.start(top);
            middle.awaitReady(LIMIT);
            bottom.awaitReady(LIMIT);
            Cluster.awaitLink(bottom);
            for (int i = 0; i < 2; i++) {
                clients.add(new RovingClient("counter" + i, 4, 500, List.of(top, middle, bottom)));
            }
            requireChain(top, middle, bottom);
            promoteTheMiddle(top, middle, bottom);
            handOverPastTheMiddle(top, middle, bottom);
            closeACircle(top, middle, bottom);
            removeTheMiddle(top, middle, bottom);

            RovingClient.awaitProgress(clients, 20);
            clients.forEach(RovingClient::stop);
            Cluster.awaitSame(middle, top, bottom);
            LogDumps.requireSame(List.of(top, middle, bottom));
            for (RovingClient client : clients) {
                client.requireAllOn(bottom);
            }
            for (NodeProcess node : List.of(top, middle, bottom)) {
                assertEquals(0, Cluster.info(node).fullSyncs(), "full syncs of port " + node.port());
            }
        }
    }

    private void requireChain(NodeProcess top, NodeProcess middle, NodeProcess bottom) throws IOException {
        RovingClient.awaitProgress(clients, 20);
        ReplicationInfo info = Cluster.info(middle);
        assertFalse(info.isPrimary());
        assertEquals(1, info.number("connected_slaves"));
        assertTrue(info.fields().get("slave0").contains("port=" + bottom.port() + ",state=online"), info.toString());
        assertEquals(1, Cluster.info(top).number("connected_slaves"));
        assertEquals(middle.port(), Cluster.info(bottom).number("master_port"));
        long offset = Cluster.info(top).offset();
        Cluster.await("the bottom to have what the top had", bottom, there -> there.offset() >= offset);
    }

    /** As the top is handed over to the middle, the bottom stays attached. */
    private void promoteTheMiddle(NodeProcess top, NodeProcess middle, NodeProcess bottom) throws Exception {
        long attached = Cluster.info(bottom).partialSyncs();
        try (RespClient client = top.connect()) {
            assertEquals("OK", client.text("FAILOVER", "TO", "127.0.0.1", middle.port()));
        }
        Cluster.await("the middle to take over", top, info -> !info.isPrimary() && info.isUp());
        RovingClient.awaitProgress(clients, 20);
        awaitEnd(middle, bottom);
        assertEquals(attached, Cluster.info(bottom).partialSyncs(), "attachments of the bottom");
    }

    /** middle, the primary now, feeds top, and that bottom; then bottom is asked to feed top by way of a hand-over. */
    private void handOverPastTheMiddle(NodeProcess top, NodeProcess middle, NodeProcess bottom) throws Exception {
        follow(bottom, top);
        awaitEnd(middle, bottom);
        try (RespClient client = middle.connect()) {
            assertEquals("OK", client.text("FAILOVER"));
        }
        Cluster.await("the top to take over", middle, info -> !info.isPrimary() && info.isUp());
        assertTrue(Cluster.info(top).isPrimary());
        awaitEnd(top, bottom);
        follow(bottom, middle);
        awaitEnd(top, bottom);
    }

    /** top - middle - bottom - top: nobody's link is up, nobody takes writes, and it says why. */
    private void closeACircle(NodeProcess top, NodeProcess middle, NodeProcess bottom) throws Exception {
        order(top, "127.0.0.1", bottom.port());
        for (NodeProcess node : List.of(top, middle, bottom)) {
            Cluster.await(
                    "the link of port " + node.port() + " to be down",
                    node,
                    info -> !info.isUp()
                            && info.fields()
                                    .getOrDefault("sync_refused_reason", "")
                                    .contains("is not up"));
        }
        order(top, "NO", "ONE");
        RovingClient.awaitProgress(clients, 20);
        awaitEnd(top, bottom);
        order(middle, "127.0.0.1", bottom.port());
        Cluster.await("the shorter circle to be refused", middle, info -> info.fields()
                .getOrDefault("sync_refused_reason", "")
                .contains("a circle would have no primary"));
        follow(middle, top);
        awaitEnd(top, bottom);
    }

    private void removeTheMiddle(NodeProcess top, NodeProcess middle, NodeProcess bottom) throws Exception {
        middle.kill();
        RovingClient.awaitProgress(clients, 20);
        follow(bottom, top);
        awaitEnd(top, bottom);
        middle.startAndAwait("--replicaof", bottom.address());
        Cluster.awaitLink(middle);
        top.kill();
        order(bottom, "NO", "ONE");
        awaitEnd(bottom, middle);
        top.startAndAwait("--replicaof", middle.address());
        Cluster.awaitLink(top);
    }

    private static void follow(NodeProcess node, NodeProcess primary) throws IOException {
        order(node, "127.0.0.1", primary.port());
        Cluster.await("port " + node.port() + " to follow " + primary.port(), node, ReplicationInfo::isUp);
    }

    private static void order(NodeProcess node, Object host, Object port) throws IOException {
        try (RespClient client = node.connect()) {
            assertEquals("OK", client.text("REPLICAOF", host, port));
        }
    }

    /** Waits until what is written to one end now is at the other. */
    private static void awaitEnd(NodeProcess from, NodeProcess to) throws IOException {
        String value = Long.toString(System.nanoTime());
        try (RespClient writer = from.connect();
                RespClient reader = to.connect()) {
            assertEquals("OK", writer.text("SET", "marker", value));
            Await.until(
                    "port " + to.port() + " to have the marker",
                    LIMIT,
                    () -> value.equals(reader.text("GET", "marker")));
        }
    }

    /** More than the log keeps. */
    private static void fill(NodeProcess node) throws IOException {
        String value = "v".repeat(20_000);
        try (RespClient client = node.connect()) {
            for (int i = 0; i < 300; i++) {
                client.call("SET", "filled" + i, value);
            }
        }
    }

    /** A middle whose own log no longer begins at the beginning sends a snapshot, which it can't open a segment for. */
    @Test
    void shouldSyncFullyFromAMiddleUnderLoad() throws Exception {
        try (Cluster cluster =
                new Cluster(dir, "--segment-size", "1mb", "--backlog-size", "2mb", "--snapshot-interval", "1")) {
            NodeProcess top = cluster.node("top");
            NodeProcess middle = cluster.replica("middle", top);
            NodeProcess bottom = cluster.replica("bottom", middle);
            NodeProcess late = cluster.replica("late", bottom);
            Cluster.start(top, middle);
            fill(top);
            try (MixedLoad load = new MixedLoad("writer", top, 2, 2_000)) {
                Cluster.await(
                        "the middle's log to lose its beginning",
                        middle,
                        info -> Long.parseLong(info.shardField(0, "first_index")) > 1L << 32);
                Cluster.start(bottom);
                load.awaitCount(load.count() + 500, LIMIT);
                Cluster.start(late);
                load.awaitCount(load.count() + 500, LIMIT);
                load.stop();
                Cluster.awaitSame(top, middle, bottom, late);
                load.requireAllAcknowledged(late);
            }
            assertEquals(1, Cluster.info(bottom).number("connected_slaves"));
            assertEquals(0, Cluster.info(top).fullSyncs());
            assertEquals(1, Cluster.info(middle).fullSyncs(), "sent by the middle");
            middle.kill();
            follow(bottom, top);
            awaitEnd(top, late);
            assertEquals(2, Cluster.info(bottom).fullSyncs(), "taken and sent by the bottom");
        }
    }
}
