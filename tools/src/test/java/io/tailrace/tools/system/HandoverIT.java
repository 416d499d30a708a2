package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The primary's role goes to and fro under load, as planned, and nothing is lost or copied. */
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
class HandoverIT {
    private static final int HANDOVERS = Integer.getInteger("tailrace.test.handovers", 40);
    private static final String SHARDS = System.getProperty("tailrace.test.handover-shards", "2");
    private static final int CLIENTS = 4;
    private static final int PER_SECOND = 500;
    private static final Pattern PAUSE = Pattern.compile("writes were paused for (\\d+) us");

    @TempDir
    private Path dir;

    @Test
    void shouldLoseNoAcknowledgedWriteOfAnyShard() throws Exception {
        try (Cluster cluster =
                new Cluster(dir, "--segment-size", "1mb", "--backlog-size", "512mb", "--shards", SHARDS)) {
            NodeProcess primary = cluster.node("one");
            NodeProcess target = cluster.replica("other", primary);
            Cluster.start(primary, target);
            List<RovingClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(new RovingClient("counter" + i, 4, PER_SECOND, List.of(primary, target)));
                }
                for (int i = 0; i < HANDOVERS; i++) {
                    RovingClient.awaitProgress(clients, 1);
                    handOver(primary, target);
                    NodeProcess old = primary;
                    primary = target;
                    target = old;
                }
                RovingClient.awaitProgress(clients, 1);
                clients.forEach(RovingClient::stop);
            } finally {
                clients.forEach(RovingClient::close);
            }
            Cluster.awaitSame(primary, target);
            Cluster.verifyLogs(primary, target);
            for (RovingClient client : clients) {
                client.requireAllOn(primary);
            }
            for (NodeProcess node : List.of(primary, target)) {
                assertEquals(0, Cluster.info(node).fullSyncs());
            }
            print(clients, primary, target);
        }
    }

    /** Returns when the old primary follows the new one. */
    private static void handOver(NodeProcess primary, NodeProcess target) throws Exception {
        try (RespClient client = primary.connect()) {
            assertEquals("OK", client.text("FAILOVER", "TO", "127.0.0.1", target.port(), "TIMEOUT", 10_000));
        }
        Cluster.await(
                "port " + target.port() + " to take over",
                primary,
                info -> !info.isPrimary()
                        && info.isUp()
                        && "no-failover".equals(info.fields().get("master_failover_state")));
        assertTrue(Cluster.info(target).isPrimary());
    }

    private static void print(List<RovingClient> clients, NodeProcess... nodes) throws Exception {
        List<Long> pauses = new ArrayList<>();
        for (NodeProcess node : nodes) {
            Matcher matcher = PAUSE.matcher(node.printed());
            while (matcher.find()) {
                pauses.add(Long.parseLong(matcher.group(1)));
            }
        }
        assertEquals(HANDOVERS, pauses.size(), "pauses in the logs");
        pauses.sort(null);
        System.out.println(HANDOVERS + " handovers with " + SHARDS + " shards, "
                + clients.stream().mapToLong(RovingClient::acknowledged).sum()
                + " writes acknowledged; writes paused for "
                + pauses.get(0) + " to " + pauses.get(pauses.size() - 1) + " us, median "
                + pauses.get(pauses.size() / 2)
                + "; longest answer "
                + clients.stream().mapToLong(RovingClient::longestMicros).max().orElse(0) + " us");
    }
}
