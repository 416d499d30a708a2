package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.wire.record.QueueIndex;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The primary of four nodes dies under load, the most advanced replica is promoted, the others continue with it, and the dead
 * one comes back and is told to follow: round after round, without a full copy, until all logs are compared index by index. With
 * {@code ack-replicas 1} no acknowledged write may be lost in any of them, and with {@code min-replicas-to-write 1} a primary
 * that comes back writes nothing before it is told. What it had written alone it rolls back.
 */
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
@Tag("long")
class FailoverRoundsIT {
    private static final int ROUNDS = Integer.getInteger("tailrace.test.failover-rounds", 2);
    private static final int CLIENTS = 4;
    private static final int PER_SECOND = 1_000;
    private static final int FLOOD = 1_000;
    private static final int FLOODS_PER_SECOND = Integer.getInteger("tailrace.test.failover-floods", 5);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path dir;

    @Test
    void shouldContinueWithThePromotedNodeRoundAfterRound() throws Exception {
        try (Cluster cluster = new Cluster(
                dir,
                "--segment-size",
                "1mb",
                "--backlog-size",
                "1gb",
                "--ack-replicas",
                "1",
                "--min-replicas-to-write",
                "1")) {
            List<NodeProcess> nodes = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                nodes.add(cluster.node("node" + i).start());
            }
            NodeProcess primary = nodes.get(0);
            awaitReady(nodes);
            for (NodeProcess node : nodes.subList(1, 4)) {
                order(node, "127.0.0.1", primary.port());
            }
            nodes.forEach(Cluster::awaitLink);
            List<RovingClient> clients = new ArrayList<>();
            List<String> table = new ArrayList<>();
            table.add(
                    "round  died at   promoted  at       others at           writes refused for  lost writes  full syncs");
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(new RovingClient("counter" + i, 4, PER_SECOND, nodes));
                }
                clients.add(new RovingClient("flood", FLOOD, FLOOD * FLOODS_PER_SECOND, nodes));
                for (int round = 1; round <= ROUNDS; round++) {
                    RovingClient.awaitProgress(clients, 50);
                    primary = round(round, primary, nodes, clients, table);
                }
                RovingClient.awaitProgress(clients, 50);
                clients.forEach(RovingClient::stop);
            } finally {
                clients.forEach(RovingClient::close);
                table.forEach(System.out::println);
            }
            finish(primary, nodes, clients);
        }
    }

    private static NodeProcess round(
            int round, NodeProcess primary, List<NodeProcess> nodes, List<RovingClient> clients, List<String> table)
            throws Exception {
        long diedAt = Cluster.info(primary).index(0);
        primary.kill();
        long killed = System.nanoTime();
        List<NodeProcess> left = new ArrayList<>(nodes);
        left.remove(primary);
        NodeProcess promoted = null;
        List<String> places = new ArrayList<>();
        long most = -1;
        for (NodeProcess node : left) {
            ReplicationInfo info = Cluster.info(node);
            if (info.offset() > most) {
                most = info.offset();
                promoted = node;
            }
            places.add(QueueIndex.toString(info.index(0)));
        }
        String at = places.remove(left.indexOf(promoted));
        order(promoted, "NO", "ONE");
        for (NodeProcess node : left) {
            if (node != promoted) {
                order(node, "127.0.0.1", promoted.port());
            }
        }
        RovingClient.awaitProgress(clients, 1);
        long refusedMs = (System.nanoTime() - killed) / 1_000_000;
        primary.startAndAwait();
        order(primary, "127.0.0.1", promoted.port());
        nodes.forEach(Cluster::awaitLink);
        long fullSyncs = 0;
        for (NodeProcess node : nodes) {
            fullSyncs += Cluster.info(node).fullSyncs();
        }
        table.add(String.format(
                java.util.Locale.ROOT,
                "%-6d %-9s %-9d %-8s %-19s %-19s %-12d %d",
                round,
                QueueIndex.toString(diedAt),
                nodes.indexOf(promoted),
                at,
                String.join(" ", places),
                refusedMs + " ms",
                Cluster.info(primary).number("lost_writes"),
                fullSyncs));
        assertEquals(0, fullSyncs, "full syncs");
        assertEquals(1, left.stream().filter(node -> isPrimary(node)).count(), "primaries");
        return promoted;
    }

    private static void awaitReady(List<NodeProcess> nodes) throws Exception {
        for (NodeProcess node : nodes) {
            node.awaitReady(LIMIT);
        }
    }

    private static boolean isPrimary(NodeProcess node) {
        try {
            return Cluster.info(node).isPrimary();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void order(NodeProcess node, Object host, Object port) throws Exception {
        try (RespClient client = node.connect()) {
            assertEquals("OK", client.text("REPLICAOF", host, port));
        }
    }

    private static void finish(NodeProcess primary, List<NodeProcess> nodes, List<RovingClient> clients)
            throws Exception {
        List<NodeProcess> others = new ArrayList<>(nodes);
        others.remove(primary);
        Cluster.awaitSame(primary, others.toArray(NodeProcess[]::new));
        long lines = LogDumps.requireSame(nodes);
        for (RovingClient client : clients) {
            client.requireAllOn(primary);
        }
        System.out.println(ROUNDS + " failovers, " + lines + " records in each of " + nodes.size()
                + " logs, the same index by index; "
                + clients.stream().mapToLong(RovingClient::acknowledged).sum() + " writes acknowledged, none lost");
    }
}
